#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sources/detail/row.h"
#include "sources/detail/window.h"

namespace backtrail::sources::detail {

/// Rows of a comma-separated table with a header (RFC 4180: quoted cells may hold commas, doubled quotes
/// and line ends).
class CsvReader {
 public:
  struct Row {
    enum class Kind : std::uint8_t { row, broken, too_large, cut, end };
    Kind kind = Kind::end;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  explicit CsvReader(Window& window) : window_(&window) {}

  /// Whether the text at `pos` begins with a header that has CloudTrail's columns; reads it.
  [[nodiscard]] bool start(std::uint64_t pos);
  /// The next row that is not blank; `cells` has its columns. `broken`: the number of cells differs from
  /// the header's.
  [[nodiscard]] Row next(std::vector<Cell>& cells);

 private:
  Row read_row(std::uint64_t limit);

  Window* window_;
  std::uint64_t pos_ = 0;
  std::vector<std::string> header_{};
  std::vector<std::string> cells_{};
  bool was_quote_ = false;  // the character before is a quote
};

}  // namespace backtrail::sources::detail
