#include <algorithm>
#include <array>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

struct Zoned {
  Nodes instant{};
  Nodes zone{};
};

/// `at_timezone(x, zone)` (AT TIME ZONE became that) and `from_unixtime(n, zone)`.
std::optional<Zoned> as_zoned(NodesView e) {
  const CallView found = as_call(e);
  if (found.arguments == nullptr || (found.name != "at_timezone" && found.name != "from_unixtime"))
    return std::nullopt;
  auto parts = split_at(found.arguments->children, ",");
  if (parts.size() != 2) return std::nullopt;
  const std::uint32_t at = found.arguments->at;
  Nodes instant = found.name == "at_timezone"
                      ? expand("CAST($1 AS timestamptz)", at, {std::move(parts[0])})
                      : call("to_timestamp", at, {std::move(parts[0])});
  return Zoned{std::move(instant), std::move(parts[1])};
}

Nodes wall_of(Zoned zoned, std::uint32_t at) {
  return call("timezone", at, {std::move(zoned.zone), std::move(zoned.instant)});
}

/// Functions that read the clock: their first argument is taken as its zone shows it.
Replacement clock_rule(CallSite& site) {
  const auto comma = std::find_if(site.inside.begin(), site.inside.end(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  auto wall = zoned_as_wall(NodesView(site.inside.begin(), comma));
  if (!wall) return std::optional<Nodes>();
  auto parts = split_at(std::move(site.inside), ",");
  parts[0] = std::move(*wall);
  return std::optional(call(layer_name(site.name), site.at, std::move(parts)));
}

/// date_trunc and date_add work on the clock of the zone and give a moment in it.
Replacement shift_rule(CallSite& site) {
  const auto comma = std::find_if(site.inside.rbegin(), site.inside.rend(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  if (comma == site.inside.rend()) return std::optional<Nodes>();
  auto zoned = as_zoned(NodesView(comma.base(), site.inside.end()));
  if (!zoned) return std::optional<Nodes>();
  auto parts = split_at(std::move(site.inside), ",");
  Nodes zone = zoned->zone;
  parts.back() = wall_of(std::move(*zoned), site.at);
  Nodes shifted = call(layer_name(site.name), site.at, std::move(parts));
  return std::optional(
      expand("at_timezone(timezone($1, $2), $1)", site.at, {std::move(zone), std::move(shifted)}));
}

Replacement extract_rule(CallSite& site) {
  if (site.inside.size() < 3 || !is_word(site.inside[1], "from")) return std::optional<Nodes>();
  struct Field {
    std::string_view from, to;
  };
  static constexpr std::array<Field, 9> kFields = {{{"dow", "isodow"},
                                                    {"day_of_week", "isodow"},
                                                    {"day_of_year", "doy"},
                                                    {"day_of_month", "day"},
                                                    {"year_of_week", "isoyear"},
                                                    {"yow", "isoyear"},
                                                    {"week_of_year", "week"},
                                                    {"isodow", "isodow"},
                                                    {"doy", "doy"}}};
  std::string field = to_lower_ascii(site.inside[0].text);
  for (const Field& f : kFields)
    if (field == f.from) {
      field = f.to;
      break;
    }
  Nodes value(site.inside.begin() + 2, site.inside.end());
  if (auto wall = zoned_as_wall(value)) value = std::move(*wall);
  return std::optional(
      expand("extract($1 FROM $2)", site.at, {word(field, site.inside[0].at), std::move(value)}));
}

}  // namespace

std::optional<Nodes> zoned_as_wall(NodesView e) {
  auto zoned = as_zoned(e);
  if (!zoned) return std::nullopt;
  const std::uint32_t at = e.front().at;
  return wall_of(std::move(*zoned), at);
}

Nodes zone_of(NodesView e) {
  auto zoned = as_zoned(e);
  return zoned ? std::move(zoned->zone) : Nodes();
}

std::vector<NamedRule> time_rules() {
  std::vector<NamedRule> rules = {
      {"extract", extract_rule}, {"date_trunc", shift_rule}, {"date_add", shift_rule}};
  for (const std::string_view name : {"date_format",
                                      "format_datetime",
                                      "hour",
                                      "minute",
                                      "second",
                                      "millisecond",
                                      "day",
                                      "day_of_month",
                                      "day_of_week",
                                      "dow",
                                      "day_of_year",
                                      "doy",
                                      "week",
                                      "week_of_year",
                                      "month",
                                      "quarter",
                                      "year",
                                      "year_of_week",
                                      "yow",
                                      "date",
                                      "last_day_of_month"})
    rules.push_back({name, clock_rule});
  return rules;
}

void rewrite_time_zones(Nodes& nodes) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size();) {
    const bool found = i + 3 < nodes.size() && is_word(nodes[i], "at") &&
                       is_word(nodes[i + 1], "time") && is_word(nodes[i + 2], "zone");
    const std::size_t begin = found ? operand_begin(out, out.size()) : out.size();
    const std::size_t end = found ? operand_end(nodes, i + 3) : i;
    if (begin == out.size() || end <= i + 3) {
      out.push_back(std::move(nodes[i++]));
      continue;
    }
    Nodes value = take_from(out, begin);
    const char gap = value.front().gap;
    const std::uint32_t at = value.front().at;
    Nodes made = call("at_timezone", at, {std::move(value), take_range(nodes, i + 3, end)});
    made.front().gap = gap;
    append(out, std::move(made));
    i = end;
  }
  nodes = std::move(out);
}

}  // namespace backtrail::store::trino
