#include "model/log_type.h"

namespace backtrail::model {
namespace {

bool fits(const Pick::Case& c, std::string_view value) {
  if (!c.match.ends_with('*')) return value == c.match;
  return value.starts_with(std::string_view(c.match).substr(0, c.match.size() - 1));
}

}  // namespace

std::vector<LogField> finding_fields() {
  std::vector<LogField> out;
  for (const char* name : {"_finding_id", "_finding_type", "_finding_title", "_finding_level", "_finding_source",
                           "_finding_first", "_finding_last", "_principal", "_access_key", "_source_ip", "_addresses",
                           "_resources", "_principals"})
    out.push_back({.name = name, .column = name});
  return out;
}

RecordLayout make_layout(const LogType& type) {
  std::vector<std::string> names;
  for (const LogField& f : type.fields) names.push_back(f.name);
  return RecordLayout(std::move(names));
}

BoundPick::BoundPick(const RecordLayout& layout, const Pick& pick) : pick_(&pick) {
  for (const std::string& field : pick.fields) fields_.push_back(bind_field(layout, field));
}

std::string BoundPick::of(const Record& record) const {
  if (pick_ == nullptr) return {};
  for (const FieldRef& field : fields_) {
    const std::optional<std::string> value = record.text(field);
    if (!value || value->empty()) continue;
    for (const Pick::Case& c : pick_->cases)
      if (fits(c, *value)) return c.word;
    return *value;
  }
  return pick_->otherwise;
}

}  // namespace backtrail::model
