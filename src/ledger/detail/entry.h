#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/ledger.h"

namespace backtrail::ledger {

inline const std::string kNoHash(64, '0');

/// What a signature covers; distinct texts, so that none can stand for another.
[[nodiscard]] std::string entry_message(std::string_view hash);
[[nodiscard]] std::string seal_message(std::uint64_t count, std::string_view head);
[[nodiscard]] std::string hand_over_message(std::string_view prev, std::string_view from,
                                            std::string_view to);

/// Fills `prev`, `key`, `hash` and `sig` and gives the line with its newline. Error
/// `ledger.bad_entry`.
[[nodiscard]] Result<std::string> seal_entry(Entry& entry, const std::string& prev,
                                             const SigningKey& key);

/// A line read back. `entry` is present when all fields could be read, even where `field` names one
/// that is wrong (not canonical, hash differs).
struct ReadLine {
  std::optional<Entry> entry{};
  std::string field{};  // empty: intact
  std::string detail{};
};
/// `line` without its newline. Signatures are not checked.
[[nodiscard]] ReadLine read_line(std::string_view line);

[[nodiscard]] std::string seal_text(std::uint64_t count, const std::string& head,
                                    const SigningKey& key);
/// Error `ledger.bad_seal`.
[[nodiscard]] Result<Seal> parse_seal(std::string_view text);

}  // namespace backtrail::ledger
