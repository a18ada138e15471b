#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sigma/detail/metadata.h"

namespace backtrail::sigma {

const std::vector<std::string>& attack_tactics() {
  static const std::vector<std::string> kTactics = {
      "reconnaissance",     "resource-development", "initial-access",  "execution",
      "persistence",        "privilege-escalation", "defense-evasion", "stealth",
      "defense-impairment", "credential-access",    "discovery",       "lateral-movement",
      "collection",         "command-and-control",  "exfiltration",    "impact"};
  return kTactics;
}

}  // namespace backtrail::sigma

namespace backtrail::sigma::detail {
namespace {

const std::vector<std::string>& namespaces() {
  static const std::vector<std::string> kNamespaces = {"attack",    "car", "cve", "d3fend",
                                                       "detection", "stp", "tlp"};
  return kNamespaces;
}

bool digits(std::string_view s, std::size_t n) {
  return s.size() == n &&
         std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `t1078` or `t1078.004`.
bool is_technique(std::string_view s) {
  if (s.empty() || s[0] != 't') return false;
  const std::size_t dot = s.find('.');
  if (!digits(s.substr(1, dot == std::string_view::npos ? dot : dot - 1), 4)) return false;
  return dot == std::string_view::npos || digits(s.substr(dot + 1), 3);
}

/// A group (`g0016`), a tool (`s0002`), a mitigation, a data source, a campaign.
bool is_other_attack_id(std::string_view s) {
  return s.size() >= 5 && std::string_view("gsmc").find(s[0]) != std::string_view::npos &&
         digits(s.substr(1), 4);
}

std::string upper(std::string s) {
  for (char& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return s;
}

}  // namespace

void read_tags(const Yaml& tags, RuleInfo& info, Issues& issues) {
  info.tags = yaml_texts(&tags);
  std::vector<std::pair<std::size_t, std::string>> found_tactics;
  const std::vector<Yaml> single = {tags};
  for (const Yaml& item : tags.is_sequence() ? tags.items : single) {
    if (!item.is_scalar()) continue;
    const std::string tag = to_lower_ascii(item.text);
    const std::size_t dot = tag.find('.');
    const std::string space = tag.substr(0, dot);
    if (dot == std::string::npos || dot + 1 == tag.size() ||
        std::find(namespaces().begin(), namespaces().end(), space) == namespaces().end()) {
      issues.warn(item.place, "sigma.unknown_tag",
                  fmt::format("tag \"{}\" has no known namespace; expected one of {}{}", item.text,
                              join(namespaces(), ", "), suggestion(space, namespaces())));
      continue;
    }
    if (space != "attack") continue;
    std::string name = tag.substr(dot + 1);
    if (is_technique(name)) {
      info.techniques.push_back(upper(name));
      continue;
    }
    if (is_other_attack_id(name)) continue;
    std::replace(name.begin(), name.end(), '_', '-');
    const auto it = std::find(attack_tactics().begin(), attack_tactics().end(), name);
    if (it == attack_tactics().end()) {
      issues.warn(item.place, "sigma.unknown_tag",
                  fmt::format("tag \"{}\" is neither a tactic nor a technique of ATT&CK{}",
                              item.text, suggestion(name, attack_tactics())));
      continue;
    }
    found_tactics.emplace_back(it - attack_tactics().begin(), name);
  }
  std::sort(info.techniques.begin(), info.techniques.end());
  info.techniques.erase(std::unique(info.techniques.begin(), info.techniques.end()),
                        info.techniques.end());
  std::sort(found_tactics.begin(), found_tactics.end());
  found_tactics.erase(std::unique(found_tactics.begin(), found_tactics.end()), found_tactics.end());
  for (auto& [order, name] : found_tactics) info.tactics.push_back(std::move(name));
}

}  // namespace backtrail::sigma::detail
