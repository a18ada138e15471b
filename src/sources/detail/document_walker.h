#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/record.h"
#include "sources/detail/record_parser.h"

namespace backtrail::sources::detail {

/// Envelopes (arrays and the objects around them) nest at most this deep.
inline constexpr std::size_t kMaxEnvelopes = 4;

/// Walks the JSON documents of a whole text, one behind another, through their envelopes, and gives the
/// items that may be records.
class DocumentWalker {
 public:
  enum class Step : std::uint8_t { item, end, damage };
  struct Item {
    char type = 0;          // first character: '{' is parsed already, '[' is a table row
    Token at = nullptr;
    Token next = nullptr;
  };

  DocumentWalker() : parser_(index_) {}
  DocumentWalker(const DocumentWalker&) = delete;
  DocumentWalker& operator=(const DocumentWalker&) = delete;

  /// `text` must stay, with 64 readable bytes behind it.
  [[nodiscard]] Damage load(std::string_view text);
  /// Takes the whole text for one item, whatever envelope it may be.
  [[nodiscard]] Step only(model::Record& record, Item& item);
  /// The next item; an object is read into `record`. After damage no further call is allowed.
  [[nodiscard]] Step next(model::Record& record, Item& item);

  /// A `Records` array was met, or CloudTrail's other own envelopes.
  [[nodiscard]] bool met_log_envelope() const { return met_log_envelope_; }
  [[nodiscard]] RecordParser& parser() { return parser_; }
  [[nodiscard]] const StructuralIndex& index() const { return index_; }
  [[nodiscard]] Damage damage() { return parser_.walker().damage(); }

 private:
  enum class Frame : std::uint8_t {
    list,     // a bare array: its members may be envelopes
    members,  // an envelope's array: its members are records or wrappers
    object,   // an envelope
  };

  Token enter(Token array, int hint);
  Token rest_of_object(Token t);
  bool open_item(Token t, model::Record& record, Item& item, Token& next);

  StructuralIndex index_{};
  RecordParser parser_;
  Token at_ = nullptr;
  std::array<Frame, kMaxEnvelopes + 1> frames_{};
  std::size_t open_ = 0;
  bool expects_first_ = false;  // directly behind the `[` of the innermost array
  bool met_log_envelope_ = false;
};

}  // namespace backtrail::sources::detail
