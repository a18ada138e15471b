#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/detail/compiled.h"
#include "sigma/sql.h"

namespace backtrail::sigma::sql {

enum class JsonValues : std::uint8_t {
  texts,    // what text tests see: texts of scalars; of objects and arrays also their JSON and all
            // below
  strings,  // JSON texts, members of arrays opened
  numbers,
  scalars,  // strings, numbers, booleans
};

/// What differs between the dialects. All parameters and results are SQL expressions unless named
/// otherwise. A result may be NULL where the answer is no: the translator wraps what stands below
/// NOT.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// An array of text. `path`: dotted, not SQL; may be empty.
  [[nodiscard]] virtual Result<std::string> json_values(JsonValues which, std::string_view column,
                                                        std::string_view path) const = 0;
  [[nodiscard]] virtual Result<std::string> json_exists(std::string_view column,
                                                        std::string_view path) const = 0;
  [[nodiscard]] virtual Result<std::string> json_has_null(std::string_view column,
                                                          std::string_view path) const = 0;
  /// Whether `predicate`, in which `variable` is a member, holds for any member.
  [[nodiscard]] virtual std::string any_match(std::string_view array, std::string_view variable,
                                              std::string_view predicate) const = 0;
  /// The member of each struct in a list.
  [[nodiscard]] virtual std::string members(std::string_view list,
                                            std::string_view member) const = 0;
  [[nodiscard]] virtual std::string map_value(std::string_view map, std::string_view key) const = 0;
  [[nodiscard]] virtual std::string map_has(std::string_view map, std::string_view key) const = 0;

  [[nodiscard]] virtual std::string fold(std::string_view x) const = 0;
  [[nodiscard]] virtual std::string starts_with(std::string_view x,
                                                std::string_view part) const = 0;
  [[nodiscard]] virtual std::string ends_with(std::string_view x, std::string_view part) const = 0;
  [[nodiscard]] virtual std::string contains(std::string_view x, std::string_view part) const = 0;
  /// The text decoded when it is a URL-encoded object, else NULL.
  [[nodiscard]] virtual std::string percent_decoded(std::string_view x) const = 0;
  [[nodiscard]] virtual Result<std::string> search(std::string_view x,
                                                   const detail::RegexPattern& p) const = 0;
  /// A double, or NULL when the text is no number.
  [[nodiscard]] virtual std::string number(std::string_view x) const = 0;
  /// Whether x, the text of a JSON number, equals the rule's number.
  [[nodiscard]] virtual std::string number_equals(std::string_view x,
                                                  const detail::NumberPattern& p) const = 0;
  [[nodiscard]] virtual std::string in_network(std::string_view x,
                                               const detail::CidrPattern& p) const = 0;
  [[nodiscard]] virtual std::string time_part(std::string_view x, detail::TimePart part) const = 0;

  /// Whether `fold` is exact for this folded literal; otherwise the text of a note.
  [[nodiscard]] virtual std::string fold_note(std::string_view literal) const = 0;
};

[[nodiscard]] const Dialect& dialect(SqlDialect which);
[[nodiscard]] const Dialect& duckdb_dialect();
[[nodiscard]] const Dialect& trino_dialect();

/// `sigma.no_sql`: the dialect cannot say it.
[[nodiscard]] Error no_sql(std::string_view why);

/// The flags of the expression as inline group, `(?im)`, or "".
[[nodiscard]] std::string inline_flags(const detail::RegexPattern& p);
/// A double literal that reads back as the same value.
[[nodiscard]] std::string double_literal(double value);
/// Name of the part as EXTRACT and the functions of both dialects spell it.
[[nodiscard]] std::string_view name_of(detail::TimePart part);

}  // namespace backtrail::sigma::sql
