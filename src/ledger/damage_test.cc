#include "ledger/detail/entry.h"
#include "ledger/detail/testing.h"

namespace backtrail::ledger {
namespace {

class LedgerDamage : public testing::LedgerTest {};

TEST_F(LedgerDamage, NoneIsFoundInASoundLedger) {
  make(4);
  const Report r = check_files({key_.fingerprint()});
  EXPECT_TRUE(r.ok());
  EXPECT_TRUE(r.problems.empty()) << described(r);
  EXPECT_EQ(r.entries, 4U);
  EXPECT_EQ(r.keys, std::vector<std::string>{key_.fingerprint()});
}

TEST_F(LedgerDamage, EveryFlippedBitIsFoundInItsLine) {
  make(3);
  const std::string good = text();
  std::size_t first_of_line = 0;
  std::uint64_t line = 1;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0, 5}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const Report r = check_text(bad, seal());
      ASSERT_FALSE(r.ok()) << i << " bit " << bit;
      const Problem& first = r.problems.front();
      EXPECT_EQ(first.line, line) << i << " bit " << bit << "\n" << described(r);
      EXPECT_EQ(first.offset, first_of_line) << i;
      EXPECT_TRUE(first.kind == "altered" || first.kind == "signature") << i << " " << described(r);
    }
    if (good[i] == '\n') first_of_line = i + 1, ++line;
  }
}

TEST_F(LedgerDamage, EveryCutIsATruncation) {
  make(3);
  const std::string good = text();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Report r = check_text(std::string_view(good).substr(0, size), seal());
    ASSERT_FALSE(r.ok()) << size;
    ASSERT_EQ(r.problems.size(), 1U) << size << "\n" << described(r);
    EXPECT_EQ(r.problems[0].kind, "truncated") << size;
  }
}

TEST_F(LedgerDamage, RemovedMovedAndRepeatedLinesBreakTheChain) {
  make(4);
  const auto l = lines(text());
  const struct {
    const char* what;
    std::string text;
    std::uint64_t line;
  } kCases[] = {
      {"first removed", l[1] + l[2] + l[3], 1},
      {"middle removed", l[0] + l[2] + l[3], 2},
      {"swapped", l[0] + l[2] + l[1] + l[3], 2},
      {"repeated", l[0] + l[1] + l[1] + l[2] + l[3], 3},
      {"last repeated", l[0] + l[1] + l[2] + l[3] + l[3], 5},
  };
  for (const auto& c : kCases) {
    const Report r = check_text(c.text, seal());
    ASSERT_FALSE(r.ok()) << c.what;
    EXPECT_EQ(r.problems.front().kind, "chain") << c.what << "\n" << described(r);
    EXPECT_EQ(r.problems.front().line, c.line) << c.what;
  }
}

TEST_F(LedgerDamage, BytesPutInAreAltered) {
  make(2);
  const auto l = lines(text());
  for (const std::string& bad :
       {text() + "x", text() + "\n", text() + std::string(100, '\0'), l[0] + "\n" + l[1],
        "\n" + text(), l[0] + " " + l[1], l[0] + "{}\n" + l[1]}) {
    const Report r = check_text(bad, seal());
    EXPECT_FALSE(r.ok());
    EXPECT_EQ(r.problems.front().kind, "altered") << described(r);
  }
}

TEST_F(LedgerDamage, ATornAppendPastTheSealIsNoFault) {
  make(2);
  const std::string sealed = seal();
  const std::size_t size = text().size();
  {
    auto ledger = open(
                      files_, key_, [](const Entry&) {}, clock_)
                      .value();
    const Draft draft = note("third");
    ASSERT_TRUE(ledger->append({&draft, 1}));
  }
  const std::string longer = text();
  for (std::size_t cut = size + 1; cut < longer.size(); ++cut) {
    const Report r = check_text(std::string_view(longer).substr(0, cut), sealed);
    EXPECT_TRUE(r.ok()) << described(r);
    ASSERT_FALSE(r.problems.empty());
    EXPECT_EQ(r.problems.front().kind, "truncated");
    EXPECT_TRUE(r.tail_is_torn);
  }
  const Report whole = check_text(longer, sealed);
  EXPECT_TRUE(whole.ok());
  ASSERT_EQ(whole.problems.size(), 1U);
  EXPECT_EQ(whole.problems[0].kind, "seal_behind");
}

TEST_F(LedgerDamage, EveryFlippedBitOfTheSealIsFound) {
  make(2);
  const std::string good = seal();
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int bit : {0, 3, 7}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      EXPECT_FALSE(check_text(text(), bad).ok()) << i;
    }
  EXPECT_EQ(check({.text = text()}, [](const Entry&) {}).problems.back().kind, "missing");
}

TEST_F(LedgerDamage, AnOlderSealDoesNotFitAShorterLedgerWithANewOne) {
  make(2);
  const std::string two = text();
  {
    auto ledger = open(
                      files_, key_, [](const Entry&) {}, clock_)
                      .value();
    const Draft draft = note("third");
    ASSERT_TRUE(ledger->append({&draft, 1}));
  }
  EXPECT_EQ(check_text(two, seal()).problems.front().kind, "truncated");
  // Without the key nobody can make a seal that fits.
  const SigningKey forger = SigningKey::generate();
  const Report r = check_text(two, seal_text(2, check_text(two, seal()).head, forger));
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.problems.front().kind, "signature") << described(r);
}

TEST_F(LedgerDamage, EntriesRewrittenWithAnotherKeyAreFound) {
  make(2);
  const SigningKey forger = SigningKey::generate();
  put(files_.keys / (forger.fingerprint() + ".pub"), forger.public_key().pem());
  Entry e = *read_line(lines(text())[1].substr(0, lines(text())[1].size() - 1)).entry;
  e.body.set("text", "forged");
  const std::string forged = lines(text())[0] + seal_entry(e, e.prev, forger).value();
  const Report r = check_text(forged, seal_text(2, e.hash, forger));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.problems.front().kind, "signature") << described(r);
  EXPECT_EQ(r.problems.front().line, 2U);
}

TEST_F(LedgerDamage, AMissingPublicKeyIsNamedOnce) {
  make(3);
  std::filesystem::remove_all(files_.keys);
  const Report r = check_files();
  ASSERT_EQ(r.problems.size(), 1U) << described(r);
  EXPECT_EQ(r.problems[0].kind, "signature");
  EXPECT_NE(r.problems[0].detail.find(key_.fingerprint()), std::string::npos);
}

TEST_F(LedgerDamage, OfHostileSizeEndsSoon) {
  make(1);
  const std::string deep = R"({"body":)" + std::string(100000, '[') + "\n";
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "{}\n";
  EXPECT_FALSE(check_text(deep, seal()).ok());
  const Report r = check_text(many, seal());
  EXPECT_FALSE(r.ok());
  EXPECT_LE(r.problems.size(), 1001U);
  EXPECT_NE(r.problems.back().detail.find("further problems"), std::string::npos);
}

}  // namespace
}  // namespace backtrail::ledger
