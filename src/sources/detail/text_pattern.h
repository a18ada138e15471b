#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backtrail::sources::detail {

/// A text with holes: `Failed {method} for {user+} from {ip} port {port}*`. `{name}` is a word, which ends at a space
/// or at what comes next; `{name+}` is anything, as long as possible (a name may hold what follows it in the
/// pattern: an attacker chooses it); a hole at the end takes the rest; `*` at the end allows more.
class TextPattern {
 public:
  static constexpr std::size_t kMaxHoles = 8;

  struct Match {
    std::array<std::string_view, kMaxHoles> values{};  // in the order of the holes
  };

  /// The pattern comes from our own tables.
  explicit TextPattern(std::string_view pattern);
  [[nodiscard]] bool match(std::string_view text, Match& out) const;
  [[nodiscard]] const std::vector<std::string>& holes() const { return holes_; }

 private:
  struct Piece {
    std::string literal{};  // behind the hole
    bool any = false;       // the hole in front of it takes spaces
  };
  bool match_from(std::size_t piece, std::string_view text, Match& out) const;

  std::string head_{};
  std::vector<Piece> pieces_{};
  std::vector<std::string> holes_{};
  bool open_end_ = false;
};

}  // namespace backtrail::sources::detail
