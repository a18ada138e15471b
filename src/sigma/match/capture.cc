#include "sigma/match/capture.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace backtrail::sigma::match {

std::optional<std::string> capture_field(const model::FieldRef& field,
                                         const model::Record& record) {
  std::vector<std::string> values;
  record.any(field, [&](const model::Value& v) {
    if (v.kind == model::Value::Kind::boolean) {
      values.emplace_back(v.boolean ? "true" : "false");
    } else if (v.kind != model::Value::Kind::null) {
      values.emplace_back(record.compact(v));
    }
    return false;
  });
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return join(values, ",");
}

}  // namespace backtrail::sigma::match
