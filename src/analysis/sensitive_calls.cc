#include "analysis/detail/sensitive_calls.h"

#include <yaml-cpp/yaml.h>

#include "base/content.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kFile = "rules/lists/sensitive_calls.yml";
constexpr std::string_view kDomain = ".amazonaws.com";

Error wrong(int line, std::string_view what) {
  return invalid_argument(
      "content.sensitive_calls",
      std::string(kFile) + ":" + std::to_string(line + 1) + ": " + std::string(what));
}

}  // namespace

std::string call_name(std::string_view source, std::string_view action) {
  if (source.ends_with(kDomain)) source.remove_suffix(kDomain.size());
  return std::string(source) + ":" + std::string(action);
}

Result<SensitiveCalls> SensitiveCalls::parse(std::string_view yaml) try {
  SensitiveCalls out;
  const YAML::Node document = YAML::Load(std::string(yaml));
  const YAML::Node groups = document["groups"];
  if (!groups || !groups.IsSequence())
    return wrong(document.Mark().line, "a list `groups` was expected");
  for (const YAML::Node& group : groups) {
    const YAML::Node name = group["name"], tactic = group["tactic"], weight = group["weight"],
                     calls = group["calls"];
    const bool complete = name && name.IsScalar() && tactic && tactic.IsScalar() && weight &&
                          weight.IsScalar() && calls && calls.IsMap();
    if (!complete)
      return wrong(group.Mark().line, "a group needs name, tactic, weight and a map `calls`");
    out.groups_.push_back({.name = name.as<std::string>(),
                           .tactic = tactic.as<std::string>(),
                           .weight = weight.as<double>()});
    for (const auto& source : calls) {
      if (!source.second.IsSequence())
        return wrong(source.first.Mark().line, "a list of event names was expected");
      for (const YAML::Node& call : source.second) {
        std::string full = call_name(source.first.as<std::string>(), call.as<std::string>());
        auto& names = full.ends_with('*') ? out.beginning_ : out.exact_;
        if (full.ends_with('*')) full.pop_back();
        if (!names.emplace(full, out.groups_.size() - 1).second)
          return wrong(call.Mark().line, full + " is listed twice");
      }
    }
  }
  return out;
} catch (const YAML::Exception& e) {
  return wrong(e.mark.line, e.msg);
}

Result<SensitiveCalls> SensitiveCalls::shipped() {
  const auto text = shipped_file(kFile);
  if (!text)
    return internal_error("content.missing", std::string(kFile) + " is not in the program");
  return parse(*text);
}

const SensitiveCalls::Group* SensitiveCalls::find(std::string_view source,
                                                  std::string_view action) const {
  const std::string name = call_name(source, action);
  if (const auto it = exact_.find(name); it != exact_.end()) return &groups_[it->second];
  // The longest beginning that could fit sorts last among those not behind the name; shorter ones
  // that fit too are beginnings of it.
  for (auto it = beginning_.upper_bound(name); it != beginning_.begin();) {
    --it;
    if (name.starts_with(it->first)) return &groups_[it->second];
    if (it->first.substr(0, it->first.find(':')) != name.substr(0, name.find(':'))) break;
  }
  return nullptr;
}

}  // namespace backtrail::analysis
