#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backtrail::sources::detail {

/// A cell of a table with CloudTrail's columns: CloudTrail Lake and Athena results, CSV exports, Logs
/// Insights results.
struct Cell {
  std::string column{};
  std::string text{};
  bool is_json = false;  // `text` is a JSON value, else plain text
};

/// The record that a row stands for, as JSON text: what its event-JSON or message column holds, else an
/// object of its columns, spelled as CloudTrail spells its fields (Lake and Athena give lower-case names,
/// and structs as `{type=Root, arn=…}`). Empty cells and `null` are left out. "" when no column says
/// what the record is.
[[nodiscard]] std::string record_of_row(const std::vector<Cell>& row);

/// The cells of a row given as JSON: an object of columns, a list of single-column objects, or a list of
/// `{"field":…,"value":…}`. Empty when it is none of these.
[[nodiscard]] std::vector<Cell> cells_of_json(std::string_view json);

}  // namespace backtrail::sources::detail
