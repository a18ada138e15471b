#include <gtest/gtest.h>

#include "base/file.h"
#include "ledger/ledger.h"

namespace backtrail::ledger {
namespace {

/// The text of a fenced block of the format's page.
std::string block(const std::string& page, const std::string& language) {
  const std::string fence = "```" + language + "\n";
  const std::size_t start = page.find(fence);
  if (start == std::string::npos) return {};
  return page.substr(start + fence.size(),
                     page.find("```", start + fence.size()) - start - fence.size());
}

TEST(LedgerFormat, TheExampleOfItsPageIsSound) {
  const auto page = read_file(BACKTRAIL_SOURCE_DIR "/docs/formats/ledger.md");
  ASSERT_TRUE(page) << page.error().message;
  const auto key = PublicKey::from_pem(block(*page, "pem"));
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_NE(page->find("keys/" + key->fingerprint() + ".pub"), std::string::npos);
  const std::string seal = block(*page, "json");
  std::vector<Entry> entries;
  const std::string text = block(*page, "jsonl");
  const Report r = check({.text = text, .seal = seal, .keys = {&*key, 1}},
                         [&](const Entry& e) { entries.push_back(e); });
  EXPECT_TRUE(r.problems.empty()) << r.problems.front().detail;
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].body["text"].as_string(), "first look");
}

}  // namespace
}  // namespace backtrail::ledger
