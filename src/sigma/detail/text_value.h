#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// A string of a rule while modifiers work on it: literal text and wildcards told apart, not
/// folded. A wildcard is a token, never text, so that no backslash before it can change its
/// meaning.
class TextValue {
 public:
  /// Reads Sigma's escapes: `*` and `?` are wildcards; a run of n backslashes before one of them
  /// gives n/2 backslashes, and an odd n makes it literal; before anything else, or at the end,
  /// each pair gives one and a single one stays.
  static TextValue parse(std::string_view source);
  /// No escapes, no wildcards.
  static TextValue literal(std::string_view text);

  [[nodiscard]] bool has_wildcards() const;
  /// The text when there are no wildcards (meaningless otherwise).
  [[nodiscard]] std::string plain() const;
  /// As the rule wrote it; modifiers that want raw text (`re`, `cidr`, `fieldref`) take this.
  [[nodiscard]] const std::string& source() const { return source_; }
  /// A modifier has changed it: `source` no longer tells what it is.
  [[nodiscard]] bool changed() const { return changed_; }

  void open_start();  // any text may stand before; does nothing when that is so already
  void open_end();
  [[nodiscard]] const std::vector<GlobToken>& tokens() const { return tokens_; }
  /// The same with other tokens, marked as changed.
  [[nodiscard]] TextValue with_tokens(std::vector<GlobToken> tokens) const;

  /// The pattern: the simplest shape, folded unless cased.
  [[nodiscard]] TextPattern pattern(bool cased) const;

 private:
  std::vector<GlobToken> tokens_;
  std::string source_;
  bool changed_ = false;
};

}  // namespace backtrail::sigma::detail
