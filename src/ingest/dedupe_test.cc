#include "ingest/detail/dedupe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace backtrail::ingest {
namespace {

using Verdict = SeenEvents::Verdict;

TEST(SeenEvents, FindsEveryCopyAmongMany) {
  SeenEvents seen;
  for (std::uint32_t i = 0; i < 50000; ++i)
    ASSERT_EQ(seen.note(make_key("event" + std::to_string(i), "111122223333"), i, {1, i}).verdict,
              Verdict::fresh);
  for (std::uint32_t i = 0; i < 50000; ++i)
    ASSERT_EQ(seen.note(make_key("event" + std::to_string(i), "111122223333"), i, {2, i}).verdict,
              Verdict::duplicate);
  EXPECT_EQ(seen.size(), 50000u);
  EXPECT_EQ(seen.take_changes().duplicates.size(), 50000u);
}

TEST(SeenEvents, KeepsTheCopyAtTheLowestPlace) {
  SeenEvents seen;
  const EventKey key = make_key("a", "1");
  (void)seen.note(key, 7, {5, 0});
  (void)seen.note(key, 7, {3, 9});
  (void)seen.note(key, 7, {4, 1});
  const auto changes = seen.take_changes();
  ASSERT_EQ(changes.moves.size(), 1u);
  EXPECT_EQ(changes.moves[0].to, (Place{3, 9}));
  std::set<Place> duplicates;
  for (const auto& d : changes.duplicates) duplicates.insert(d.place);
  EXPECT_EQ(duplicates, (std::set<Place>{{5, 0}, {4, 1}}));
}

TEST(SeenEvents, OtherContentIsKeptAsAConflict) {
  SeenEvents seen;
  const EventKey key = make_key("a", "1");
  EXPECT_EQ(seen.note(key, 1, {1, 0}).uid, key);
  const auto second = seen.note(key, 2, {2, 0});
  EXPECT_EQ(second.verdict, Verdict::conflicting);
  EXPECT_EQ(second.uid, conflicting_uid(key, 2));
  const auto copy = seen.note(key, 1, {3, 0});
  EXPECT_EQ(copy.verdict, Verdict::duplicate);
  EXPECT_EQ(copy.uid, conflicting_uid(key, 1));
  const auto changes = seen.take_changes();
  ASSERT_EQ(changes.conflicts.size(), 2u);
  EXPECT_TRUE(changes.conflicts[0].stored_plain);
  EXPECT_FALSE(changes.conflicts[1].stored_plain);
}

TEST(SeenEvents, AnAbsentAccountMatchesAny) {
  SeenEvents seen;
  (void)seen.note(make_key("a", "1"), 7, {1, 0});
  EXPECT_EQ(seen.note(make_key("a", ""), 7, {1, 1}).verdict, Verdict::duplicate);
  (void)seen.note(make_key("b", ""), 7, {1, 2});
  EXPECT_EQ(seen.note(make_key("b", "2"), 7, {1, 3}).verdict, Verdict::duplicate);
  const auto changes = seen.take_changes();
  ASSERT_EQ(changes.upgrades.size(), 1u);
  EXPECT_EQ(changes.upgrades[0].to, make_key("b", "2"));
  EXPECT_EQ(seen.note(make_key("a", "9"), 7, {2, 0}).verdict, Verdict::fresh)
      << "two accounts' copies of one id are two events";
}

TEST(SeenEvents, OrderOfArrivalDoesNotMatter) {
  struct Arrival {
    EventKey key;
    std::uint64_t content;
    Place place;
  };
  std::vector<Arrival> arrivals;
  std::mt19937 random(1);
  for (std::uint32_t i = 0; i < 400; ++i)
    arrivals.push_back({make_key("e" + std::to_string(random() % 100), "1"), random() % 40 == 0 ? 2u : 1u,
                        {1 + i / 20, i % 20}});
  std::set<std::pair<Hash128, Place>> want;
  for (int round = 0; round < 20; ++round) {
    SeenEvents seen;
    std::map<Hash128, Place> stored;
    for (const Arrival& a : arrivals) {
      const auto outcome = seen.note(a.key, a.content, a.place);
      if (outcome.verdict != Verdict::duplicate) stored[outcome.uid] = a.place;
    }
    const auto changes = seen.take_changes();
    for (const auto& c : changes.conflicts)
      if (c.stored_plain) {
        auto node = stored.extract(c.key);
        ASSERT_FALSE(node.empty());
        node.key() = conflicting_uid(c.key, c.content);
        stored.insert(std::move(node));
      }
    for (const auto& m : changes.moves) {
      const auto it = stored.find(m.uid);
      ASSERT_NE(it, stored.end());
      it->second = std::min(it->second, m.to);
    }
    std::set<std::pair<Hash128, Place>> got(stored.begin(), stored.end());
    if (round == 0) want = got;
    EXPECT_EQ(got, want) << "round " << round;
    std::shuffle(arrivals.begin(), arrivals.end(), random);
  }
}

}  // namespace
}  // namespace backtrail::ingest
