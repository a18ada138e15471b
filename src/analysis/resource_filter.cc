#include "analysis/detail/resource_filter.h"

namespace backtrail::analysis {

void add_resource(Where& where, std::string_view resource) {
  const std::string name = where.bind(std::string(resource));
  // As a whole JSON text, so that sg-1 is not found in sg-12.
  const std::string quoted = where.bind(Json(resource).dump());
  const auto ends_in = [&](std::string_view arn) {
    return std::string(arn) + " = " + name + " OR ends_with(" + std::string(arn) + ", '/' || " + name +
           ") OR ends_with(" + std::string(arn) + ", ':' || " + name + ")";
  };
  where.add(ends_in("resource") + " OR uid IN (SELECT uid FROM main.cloudtrail_logs WHERE contains(requestparameters, " +
            quoted + ") OR contains(responseelements, " + quoted +
            ") OR len(list_filter(resources, lambda r: " + ends_in("r.arn") + ")) > 0)");
}

}  // namespace backtrail::analysis
