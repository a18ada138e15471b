#include "sigma/detail/explain_correlation.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "sigma/detail/compiled.h"
#include "sigma/detail/correlation_reader.h"

namespace backtrail::sigma::detail {
namespace {

std::string_view sign(CompareOp op) {
  switch (op) {
    case CompareOp::lt:
      return "<";
    case CompareOp::lte:
      return "<=";
    case CompareOp::gt:
      return ">";
    case CompareOp::gte:
      return ">=";
    case CompareOp::eq:
      return "=";
    case CompareOp::neq:
      return "!=";
  }
  return "?";
}

std::string timespan_text(std::chrono::microseconds timespan) {
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  constexpr std::array kUnits = {Unit{604800, "w"}, Unit{86400, "d"}, Unit{3600, "h"},
                                 Unit{60, "m"}};
  const std::int64_t n = timespan.count() / 1'000'000;
  for (const Unit& u : kUnits)
    if (n >= u.seconds && n % u.seconds == 0) return fmt::format("{}{}", n / u.seconds, u.name);
  return fmt::format("{}s", n);
}

std::string names_of(const std::vector<CorrelationField>& fields) {
  std::vector<std::string> out;
  for (const CorrelationField& f : fields) out.push_back(f.name);
  return join(out, ", ");
}

}  // namespace

std::string describe(const Correlation& c) {
  std::string bounds;
  for (const Bound& b : c.bounds)
    bounds += fmt::format("{}{} {}", bounds.empty() ? " " : " and ", sign(b.op), b.value);
  std::string out(to_string(c.type));
  if (c.type == CorrelationType::value_percentile) out += fmt::format(" {}", c.percentile);
  if (!c.fields.empty()) out += " of " + names_of(c.fields);
  out += bounds + " within " + timespan_text(c.timespan);
  return out + (c.group_by.empty() ? ", over all events" : ", by " + names_of(c.group_by));
}

}  // namespace backtrail::sigma::detail
