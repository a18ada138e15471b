#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "ledger/ledger.h"

/// A small ledger in a temporary folder, for tests.
namespace backtrail::ledger::testing {

class LedgerTest : public ::testing::Test {
 protected:
  TemporaryDirectory dir_ = TemporaryDirectory::create("ledger-test").value();
  Files files_ = files_in(dir_.path());
  SigningKey key_ = SigningKey::generate();
  FixedClock clock_{*parse_rfc3339("2026-01-10T12:00:00.5Z")};

  static Draft note(const std::string& text) {
    return {.type = "note", .body = Json::object().set("text", text)};
  }
  /// A ledger of `count` entries, closed again.
  void make(std::size_t count) {
    auto ledger = create(files_, key_, note("first"), clock_);
    ASSERT_TRUE(ledger) << ledger.error().message;
    for (std::size_t i = 1; i < count; ++i) {
      const Draft draft = note("entry " + std::to_string(i + 1));
      ASSERT_TRUE((*ledger)->append({&draft, 1}));
    }
  }
  [[nodiscard]] std::string text() const { return read_file(files_.ledger).value(); }
  [[nodiscard]] std::string seal() const { return read_file(files_.seal).value(); }
  void put(const std::filesystem::path& file, std::string_view bytes) {
    ASSERT_TRUE(write_file_atomically(file, bytes));
  }
  [[nodiscard]] Report check_text(std::string_view ledger, std::string_view seal,
                                  const std::vector<std::string>& expected = {}) const {
    const std::vector<PublicKey> keys = load_keys(files_.keys);
    return check({.text = ledger, .seal = seal, .keys = keys, .expected_keys = expected},
                 [](const Entry&) {});
  }
  [[nodiscard]] Report check_files(const std::vector<std::string>& expected = {}) const {
    return check_text(text(), seal(), expected);
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      out.push_back(text.substr(at, end - at + 1));
      at = end + 1;
    }
    return out;
  }
  static std::string described(const Report& r) {
    std::string out;
    for (const Problem& p : r.problems)
      out += p.kind + (p.fault ? "! " : " ") + std::to_string(p.line) + " " + p.field + ": " +
             p.detail + "\n";
    return out;
  }
};

}  // namespace backtrail::ledger::testing
