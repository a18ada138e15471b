#include "ingest/detail/settle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace backtrail::ingest {
namespace {

ReadCopy copy(const std::string& account, std::uint64_t value, std::uint64_t form, Place place) {
  return {.key = make_key("e", account),
          .content = form,
          .digest = {.value = {value, value}, .form = {form, form}},
          .place = place};
}

/// "uid: kept form and place; places" of each event.
std::set<std::string> text_of(const std::vector<ReadCopy>& copies) {
  std::set<std::string> out;
  const auto place = [](Place p) { return std::to_string(p.evidence) + "." + std::to_string(p.record); };
  for (const SettledEvent& e : settle(copies)) {
    std::set<std::string> places;
    for (const std::size_t i : e.copies) places.insert(place(copies[i].place));
    std::string line = to_uuid_text(e.uid) + ": " + std::to_string(copies[e.kept].digest.form.low) + " " +
                       place(copies[e.kept].place) + (e.conflicting ? " conflict" : "") + ";";
    for (const std::string& p : places) line += " " + p;
    out.insert(line);
  }
  return out;
}

TEST(Settle, CopiesWrittenDifferentlyAreOneEvent) {
  EXPECT_EQ(text_of({copy("1", 7, 2, {1, 0}), copy("1", 7, 1, {2, 0}), copy("1", 7, 1, {3, 0})}),
            std::set<std::string>{to_uuid_text(make_key("e", "1")) + ": 1 2.0; 1.0 2.0 3.0"});
}

TEST(Settle, CopiesThatDifferAreAConflictWhateverTheCaseHashes) {
  auto a = copy("1", 7, 1, {1, 0}), b = copy("1", 8, 2, {2, 0});
  const auto want = text_of({a, b});
  ASSERT_EQ(want.size(), 2u);
  for (const std::string& line : want) EXPECT_NE(line.find("conflict"), std::string::npos) << line;
  a.content = 77;
  b.content = 66;
  EXPECT_EQ(text_of({b, a}), want);
}

TEST(Settle, TwoAccountsAreTwoEvents) {
  const auto events = settle(std::vector{copy("1", 7, 1, {1, 0}), copy("2", 8, 2, {2, 0})});
  ASSERT_EQ(events.size(), 2u);
  for (const auto& e : events) EXPECT_FALSE(e.conflicting);
}

TEST(Settle, ACopyWithoutAccountJoinsItsEqualAndTheOneWithAccountIsKept) {
  EXPECT_EQ(text_of({copy("", 7, 1, {1, 0}), copy("1", 7, 2, {2, 0})}),
            std::set<std::string>{to_uuid_text(make_key("e", "1")) + ": 2 2.0; 1.0 2.0"});
}

TEST(Settle, ACopyWithoutAccountAndEqualDiffersFromAll) {
  const std::vector copies = {copy("", 9, 1, {1, 0}), copy("1", 7, 2, {2, 0}), copy("2", 8, 3, {3, 0})};
  const auto events = settle(copies);
  ASSERT_EQ(events.size(), 3u);
  for (const auto& e : events) {
    EXPECT_TRUE(e.conflicting);
    EXPECT_EQ(e.conflict, make_key("e", "")) << "one group";
  }
}

TEST(Settle, OrderDoesNotMatter) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<ReadCopy> copies;
    for (std::uint32_t i = 0, n = 1 + random() % 8; i < n; ++i) {
      const std::uint64_t value = random() % 3;
      copies.push_back(copy(std::string(random() % 3, '1'), value, value * 10 + random() % 2, {1 + i, 0}));
    }
    const auto want = text_of(copies);
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
      std::shuffle(copies.begin(), copies.end(), random);
      EXPECT_EQ(text_of(copies), want) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace backtrail::ingest
