#include "analysis/detail/resource_filter.h"

#include <fmt/format.h>

namespace backtrail::analysis {
namespace {

std::string ends_in(std::string_view arn, std::string_view name) {
  return fmt::format("{0} = {1} OR ends_with({0}, '/' || {1}) OR ends_with({0}, ':' || {1})", arn, name);
}

}  // namespace

std::string call_names(std::string_view row, std::string_view name, std::string_view quoted) {
  // As a whole JSON text, so that sg-1 is not found in sg-12.
  return fmt::format(
      "(contains({0}requestparameters, {1}) OR contains({0}responseelements, {1}) OR len(list_filter({0}resources, "
      "lambda r: {2})) > 0)",
      row, quoted, ends_in("r.arn", name));
}

void add_resource(Where& where, std::string_view resource) {
  const std::string name = where.bind(std::string(resource));
  const std::string quoted = where.bind(Json(resource).dump());
  where.add(ends_in("resource", name) + " OR uid IN (SELECT uid FROM main.cloudtrail_logs WHERE " +
            call_names("", name, quoted) + ")");
}

}  // namespace backtrail::analysis
