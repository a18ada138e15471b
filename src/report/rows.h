#pragma once

#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

/// Rows for people and spreadsheets: terminal tables, CSV, Markdown. Every cell goes through the
/// masking of secrets and the escaping that the form needs.
namespace backtrail::report {

struct RowColumn {
  std::string title{};
  bool right = false;     // numbers
  std::size_t least = 6;  // cells that it keeps when the table must shrink
  bool keep_end = false;  // shorten at the front: ARNs, paths
  /// A terminal too narrow for every column's `least` leaves out columns, the highest rank first;
  /// a last line names them. 0: never.
  int rank = 0;
};

struct RowCell {
  std::string text{};
  Tone tone = Tone::plain;
};

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void row(std::span<const RowCell> cells) = 0;
  /// Ends the table; writes what was held back.
  virtual void finish() = 0;
};

struct TableOptions {
  std::size_t width = 0;  // of the terminal; 0: as wide as needed
  Style style{};
  bool header = true;
  bool mask = true;  // false: the cells have been masked, or must not be
};

/// Columns fitted to the width by the first 1,000 rows; later rows are streamed with the same
/// widths.
[[nodiscard]] std::unique_ptr<RowWriter> make_table(std::ostream& out,
                                                    std::vector<RowColumn> columns,
                                                    const TableOptions& options);
/// RFC 4180 with a header. A text that a spreadsheet would run as a formula gets a leading `'`;
/// control characters stay, except where a width says that a terminal shows them.
[[nodiscard]] std::unique_ptr<RowWriter> make_csv(std::ostream& out, std::vector<RowColumn> columns,
                                                  const TableOptions& options = {});
/// A GitHub-style table.
[[nodiscard]] std::unique_ptr<RowWriter> make_markdown(std::ostream& out,
                                                       std::vector<RowColumn> columns,
                                                       const TableOptions& options = {});

}  // namespace backtrail::report
