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

TEST(SeenEvents, OtherContentOrAccountIsLeftToBeSettled) {
  SeenEvents seen;
  const EventKey key = make_key("a", "1");
  EXPECT_EQ(seen.note(key, 1, {1, 0}).uid, key);
  std::set<Hash128> uids = {key};
  for (const auto& [other, content] :
       {std::pair{key, 2u}, {make_key("a", ""), 1u}, {make_key("a", "2"), 1u}}) {
    const auto outcome = seen.note(other, content, {2, content});
    EXPECT_EQ(outcome.verdict, Verdict::unsettled);
    EXPECT_TRUE(uids.insert(outcome.uid).second) << "a uid for each row";
    EXPECT_EQ(seen.note(other, content, {3, content}).uid, outcome.uid);
  }
  EXPECT_EQ(seen.note(make_key("b", "1"), 1, {1, 1}).verdict, Verdict::fresh);
  const auto changes = seen.take_changes();
  std::set<Hash128> unsettled;
  for (const auto& s : changes.unsettled) unsettled.insert(s.uid);
  EXPECT_EQ(unsettled, uids);
  EXPECT_EQ(changes.duplicates.size(), 3u);
  EXPECT_EQ(seen.size(), 1u) << "what is unsettled is forgotten until it is restored";

  const Hash128 own{9, 9};
  seen.restore(key, 2, {2, 2}, own);
  EXPECT_EQ(seen.note(key, 2, {5, 0}).uid, own);
  EXPECT_EQ(seen.note(make_key("b", "1"), 1, {5, 1}).verdict, Verdict::duplicate);
}

TEST(SeenEvents, ForgettingSomeLosesNoOthers) {
  SeenEvents seen;
  std::mt19937 random(7);
  std::vector<EventKey> keys;
  for (std::uint32_t i = 0; i < 20000; ++i) keys.push_back(make_key("e" + std::to_string(i), "1"));
  for (std::uint32_t i = 0; i < keys.size(); ++i) (void)seen.note(keys[i], 1, {1, i});
  for (int round = 0; round < 3; ++round) {
    std::set<EventKey> disturbed;
    for (int n = 0; n < 5000; ++n) {
      const EventKey key = keys[random() % keys.size()];
      (void)seen.note(key, 2 + random() % 3, {2, 0});
      disturbed.insert(key);
    }
    std::set<EventKey> got;
    for (const auto& s : seen.take_changes().unsettled) got.insert(s.key);
    EXPECT_EQ(got, disturbed);
    EXPECT_EQ(seen.size(), keys.size() - disturbed.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      const Verdict want = disturbed.contains(keys[i]) ? Verdict::fresh : Verdict::duplicate;
      ASSERT_EQ(seen.note(keys[i], 1, {3, i}).verdict, want) << i;
    }
    (void)seen.take_changes();
  }
}

TEST(SeenEvents, OrderOfArrivalDoesNotMatter) {
  std::vector<std::pair<EventKey, Place>> arrivals;
  std::mt19937 random(1);
  for (std::uint32_t i = 0; i < 400; ++i)
    arrivals.push_back({make_key("e" + std::to_string(random() % 100), "1"), {1 + i / 20, i % 20}});
  std::set<std::pair<Hash128, Place>> want;
  for (int round = 0; round < 20; ++round) {
    SeenEvents seen;
    std::map<Hash128, Place> stored;
    for (const auto& [key, place] : arrivals) {
      const auto outcome = seen.note(key, 1, place);
      if (outcome.verdict != Verdict::duplicate) stored[outcome.uid] = place;
    }
    for (const auto& m : seen.take_changes().moves) {
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
