#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "sources/detail/field_names.h"
#include "sources/detail/json_walker.h"

namespace backtrail::sources::detail {

/// Which keys of a record's surroundings an object had, and where their values are.
struct Hints {
  std::uint32_t seen = 0;
  std::array<Token, kEndOfHints - kFirstHint> value{};  // good where `seen` has the bit

  [[nodiscard]] bool has(int hint) const { return ((seen >> (hint - kFirstHint)) & 1U) != 0; }
  [[nodiscard]] Token at(int hint) const {
    return value[static_cast<std::size_t>(hint - kFirstHint)];
  }
};

/// Reads one JSON object of an indexed text into a record's slots. Of a repeated key the last one counts;
/// a repeated userIdentity replaces all parts of the earlier one.
class RecordParser {
 public:
  explicit RecordParser(const StructuralIndex& index) : walker_(index) {}

  /// To be called after each `StructuralIndex::load`.
  void reset() { walker_.reset(); }

  /// Reads the object at `t` into the cleared `record`; returns the token behind it, or null (see
  /// `walker().damage()`). With `may_be_envelope`, an array that holds records ends the call
  /// at once: `envelope_array()` is its token. `depth` containers are open around the object.
  [[nodiscard]] Token parse(Token t, std::uint32_t depth, bool may_be_envelope,
                            model::Record& record);

  [[nodiscard]] const Hints& hints() const { return hints_; }
  /// A field of the object that has a slot occurred more than once.
  [[nodiscard]] bool has_repeats() const { return has_repeats_; }
  [[nodiscard]] Token envelope_array() const { return envelope_array_; }
  [[nodiscard]] int envelope_hint() const { return envelope_hint_; }
  [[nodiscard]] JsonWalker& walker() { return walker_; }
  /// The top-level members of the object that have no slot, as `"key":value`.
  [[nodiscard]] std::span<const std::string_view> unknown_members() const { return others_; }
  /// The string at `t` as text; empty when it is no string or has a bad escape.
  [[nodiscard]] std::string_view text_at(Token t);

 private:
  Token parse_members(Token t, const KeyTable& keys, std::uint32_t depth, model::Record& record);
  bool find_escaped_key(std::string_view raw, const KeyTable& keys, const KeyEntry*& entry);
  model::Value others();
  void note_hint(int hint, Token t);
  bool begins_envelope(const KeyEntry* key, Token t, std::uint32_t depth,
                       const model::Record& record);

  JsonWalker walker_;
  TextArena arena_{};
  Hints hints_{};
  std::vector<std::string_view> others_{};  // `"key":value` of members without a slot
  std::uint32_t first_depth_ = 0;
  bool may_be_envelope_ = false;
  bool has_repeats_ = false;
  Token envelope_array_ = nullptr;
  int envelope_hint_ = 0;
};

}  // namespace backtrail::sources::detail
