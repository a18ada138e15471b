#include "sigma/sql/dialect.h"

#include <fmt/format.h>

namespace backtrail::sigma::sql {

const Dialect& dialect(SqlDialect which) {
  return which == SqlDialect::trino ? trino_dialect() : duckdb_dialect();
}

Error no_sql(std::string_view why) {
  return make_error(ErrorCode::unimplemented, "sigma.no_sql", why);
}

std::string inline_flags(const detail::RegexPattern& p) {
  std::string flags;
  if (p.ignore_case) flags += 'i';
  if (p.multiline) flags += 'm';
  if (p.dotall) flags += 's';
  return flags.empty() ? flags : "(?" + flags + ")";
}

std::string double_literal(double value) { return fmt::format("CAST('{}' AS DOUBLE)", value); }

std::string_view name_of(detail::TimePart part) {
  switch (part) {
    case detail::TimePart::minute:
      return "minute";
    case detail::TimePart::hour:
      return "hour";
    case detail::TimePart::day:
      return "day";
    case detail::TimePart::week:
      return "week";
    case detail::TimePart::month:
      return "month";
    case detail::TimePart::year:
      return "year";
  }
  return "year";
}

}  // namespace backtrail::sigma::sql
