#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/log_type.h"
#include "sources/detail/draft.h"

/// Lines of access logs: a fixed order of cells between single spaces, `-` for none. What a type's cells
/// are stands once, in a table that gives both its fields and the way its lines are read.
namespace backtrail::sources::detail {

/// Where a field lies in the line.
enum class Cell : std::uint8_t {
  word,      // up to the next space; in quotes when it begins with one
  bracket,   // […]
  endpoint,  // `address:port`, address part; IPv6 in brackets or without
  request,   // "method url protocol", the method
  inside,    // part of the cell before it: the port, the url, the protocol
};

struct CellField {
  std::string_view name{};  // also the column's, unless `column` says otherwise
  model::FieldKind kind = model::FieldKind::text;
  Cell cell = Cell::word;
  std::string_view column{};
};

/// Goes along a line. Views into it.
class CellCursor {
 public:
  explicit CellCursor(std::string_view line, bool escapes = true) : rest_(line), escapes_(escapes) {}
  /// The next cell without its quotes; nullopt at the end of the line. A quote ends a cell only before a
  /// space or the end of the line (values hold quotes of their own), and unless, where `escapes`, `\` stands before it.
  [[nodiscard]] std::optional<std::string_view> word();
  [[nodiscard]] std::optional<std::string_view> bracket();
  /// What is left, without the space before it.
  [[nodiscard]] std::string_view rest() const;
  /// A quote or bracket was opened and never closed.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  [[nodiscard]] std::string_view quoted();

  std::string_view rest_;
  bool escapes_;
  bool broken_ = false;
};

/// Puts a line's cells into the fields of the same numbers. At least `required` fields must be there: the
/// newest are missing in older logs. Cells behind the last known go, as text, into field `fields.size()`.
[[nodiscard]] std::optional<Refusal> read_cells(std::span<const CellField> fields, std::size_t required,
                                                std::string_view line, Draft& draft);

/// The fields as a log type declares them, then the one for unknown cells (`more`, column `_more`).
[[nodiscard]] std::vector<model::LogField> log_fields(std::span<const CellField> fields);

/// The number of the field; `fields.size()` when there is none.
[[nodiscard]] constexpr std::size_t index_of_field(std::span<const CellField> fields, std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return i;
  return fields.size();
}

/// Of a status code: 401 and 403 are denied, other 4xx and 5xx errors, the rest success. Given the fields
/// to look at.
[[nodiscard]] model::Pick outcome_of_status(std::vector<std::string> fields);
/// The code of a failure; nothing on success.
[[nodiscard]] model::Pick error_of_status(std::vector<std::string> fields);

/// `2023-07-10T11:42:31…`, by its form.
[[nodiscard]] bool has_time_form(std::string_view text);
/// An address by its characters.
[[nodiscard]] bool has_address_form(std::string_view text);
/// `-1`, `0.001`, `4.2e-05`.
[[nodiscard]] bool is_real(std::string_view text);
/// What `%41` and the like stand for, `times` times over; the text itself when nothing does, or when the
/// result were no UTF-8. `plus`: a `+` is a space.
[[nodiscard]] std::string percent_decoded(std::string_view text, int times, bool plus);

/// A URL as people read it, however often it was encoded (three times at most): escapes of printable ASCII are
/// opened, all others stay, so that no byte of it can spoil the text; `+` is a space.
[[nodiscard]] std::string readable_url(std::string_view url);

/// The region and account that an ARN names.
void set_origin_of_arn(std::string_view arn, Draft& draft);

}  // namespace backtrail::sources::detail
