#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/ledger.h"

/// The ledger's parser and verifier. Input: public key (PEM), NUL, seal, NUL, ledger; parts may lack.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace backtrail;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next = [&rest] {
    const std::size_t end = rest.find('\0');
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
  };
  const std::string_view pem = next();
  const std::string_view seal = next();
  std::vector<ledger::PublicKey> keys;
  if (auto key = ledger::PublicKey::from_pem(pem)) keys.push_back(*std::move(key));

  std::uint64_t entries = 0;
  const ledger::Report report = ledger::check(
      {.text = rest, .seal = seal, .keys = keys}, [&](const ledger::Entry&) { ++entries; });
  BACKTRAIL_CHECK(entries == report.entries, "every entry that was read is told");
  BACKTRAIL_CHECK(report.intact_bytes <= rest.size(), "within the file");
  BACKTRAIL_CHECK(report.ok() || !report.problems.empty(), "a fault is a problem");
  // Nothing is sound without a signature that holds.
  BACKTRAIL_CHECK(!report.ok() || (!keys.empty() && report.last_seq > 0), "an unsigned ledger is no ledger");
  // The sound part alone, with the same seal, has nothing wrong in its lines.
  const ledger::Report again =
      ledger::check({.text = rest.substr(0, report.intact_bytes), .seal = seal, .keys = keys},
                    [](const ledger::Entry&) {});
  BACKTRAIL_CHECK(again.intact_bytes == report.intact_bytes, "the sound part stays sound");
  return 0;
}
