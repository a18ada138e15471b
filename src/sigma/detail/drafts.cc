#include "sigma/detail/drafts.h"

#include <fmt/format.h>

#include <charconv>
#include <unordered_map>

#include "sigma/detail/metadata.h"

namespace backtrail::sigma::detail {
namespace {

bool read_detection(Draft& draft, const Yaml& section, ReadContext& context) {
  if (!read_logsource(draft.root, draft.info.logsource, draft.issues)) return false;
  Searches searches;
  if (!read_searches(section, "detection", {"condition", "timeframe"}, context, searches))
    return false;
  draft.body = DetectionDraft{.conditions = std::move(searches.conditions)};
  return true;
}

bool read_filter(Draft& draft, const Yaml& section, ReadContext& context) {
  Issues& issues = draft.issues;
  if (!read_logsource(draft.root, draft.info.logsource, issues)) return false;
  if (!section.is_map())
    return issues.fail(section.place, "sigma.section",
                       fmt::format("`filter` must be a map, not {}", yaml_kind(section)));
  FilterDraft filter;
  const Yaml* rules = section.find("rules");
  if (rules == nullptr || rules->is_null())
    return issues.fail(section.place, "sigma.filter",
                       "`filter` has no `rules`: the ids or names of the rules to filter, or any");
  if (rules->is_scalar() && rules->text == "any") {
    filter.any_rule = true;
  } else if (rules->is_scalar()) {
    filter.rules.push_back({rules->text, rules->place});
  } else {
    for (const Yaml& item : rules->items) {
      if (!item.is_scalar() || item.is_null())
        return issues.fail(item.place, "sigma.filter",
                           fmt::format("`rules` holds ids or names, not {}", yaml_kind(item)));
      filter.rules.push_back({item.text, item.place});
    }
    if (filter.rules.empty())
      return issues.fail(rules->place, "sigma.filter", "`rules` is empty; write any for all rules");
  }
  filter.found.resize(filter.rules.size());

  Searches searches;
  if (!read_searches(section, "filter", {"condition", "timeframe", "rules"}, context, searches))
    return false;
  filter.root = {.kind = Node::Kind::any_of, .label = searches.conditions[0].text};
  for (Condition& c : searches.conditions) {
    Issues quiet;
    const auto expr = parse_condition({.text = c.text}, quiet);
    if (expr && !has_not(*expr))
      issues.warn(section.find("condition")->place, "sigma.filter_without_not",
                  "the filter's condition holds no `not`: a rule then fires only where the filter "
                  "matches; write \"not selection\" to leave matching events out");
    filter.root.children.push_back(std::move(c.root));
  }
  draft.body = std::move(filter);
  return true;
}

/// Whether the rule says `sigma-version: 3` or later, which is read as 2.1 with a warning.
bool newer_version(const Yaml& root, Issues& issues) {
  const Yaml* version = root.find("sigma-version");
  if (version == nullptr || !version->is_scalar()) return false;
  int major = 0;
  std::from_chars(version->text.data(), version->text.data() + version->text.size(), major);
  if (major < 3) return false;
  issues.warn(version->place, "sigma.version",
              fmt::format("sigma-version {} is read by the meaning of 2.1", version->text));
  return true;
}

bool read_body(Draft& draft, TestTable& tests, const LoadOptions& options) {
  const Yaml& root = draft.root;
  if (!root.is_map())
    return draft.issues.fail(draft.place, "sigma.not_a_rule",
                             fmt::format("expected a Sigma document (a map with `detection`, "
                                         "`correlation` or `filter`), got {}",
                                         yaml_kind(root)));
  if (!read_metadata(root, draft.info, draft.issues)) return false;

  ReadContext context{.issues = draft.issues,
                      .tests = tests,
                      .options = options,
                      .selectors = newer_version(root, draft.issues)};
  bool good = false;
  if (root.find("correlation") != nullptr) {
    draft.info.kind = RuleKind::correlation;
    draft.info.logsource = {};
    CorrelationDraft correlation;
    good = read_correlation(root, correlation, draft.issues);
    draft.body = std::move(correlation);
  } else if (const Yaml* detection = root.find("detection"); detection != nullptr) {
    good = read_detection(draft, *detection, context);
  } else if (const Yaml* filter = root.find("filter"); filter != nullptr) {
    good = read_filter(draft, *filter, context);
  } else {
    std::vector<std::string> keys;
    for (const auto& member : root.members) keys.push_back(member.first.text);
    std::string hint;
    for (const char* wanted : {"detection", "correlation", "filter"})
      if (const std::string near = suggestion(wanted, keys); !near.empty() && hint.empty())
        hint = fmt::format("; is a key misspelt{}", near.substr(near.rfind(' ')));
    return draft.issues.fail(
        draft.place, "sigma.not_a_rule",
        "the document has none of `detection`, `correlation`, `filter`" + hint);
  }
  draft.fields = std::move(context.fields);
  return good;
}

}  // namespace

void read_draft(Draft& draft, TestTable& tests, const LoadOptions& options) {
  read_body(draft, tests, options);
  draft.info.path = draft.path;
  draft.info.line = draft.place.line;
  draft.info.document = draft.number;
  draft.info.fields.assign(draft.fields.begin(), draft.fields.end());
}

void resolve_duplicates(std::vector<Draft>& drafts) {
  std::unordered_map<std::string, std::size_t> ids;
  std::unordered_map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    Draft& d = drafts[i];
    if (!d.alive()) continue;
    const auto where = [&](const Draft& other) {
      return fmt::format("{} line {}", other.path, other.place.line);
    };
    if (!d.info.id.empty()) {
      const auto [it, fresh] = ids.emplace(d.info.id, i);
      if (!fresh) {
        Draft& earlier = drafts[it->second];
        earlier.replaced = true;
        d.issues.warn(d.place, "sigma.duplicate_id",
                      fmt::format("id {} is also in {}; this document replaces it", d.info.id,
                                  where(earlier)));
        it->second = i;
      }
    }
    if (!d.info.name.empty()) {
      const auto [it, fresh] = names.emplace(d.info.name, i);
      if (!fresh && drafts[it->second].alive())
        d.issues.warn(d.place, "sigma.duplicate_name",
                      fmt::format("name \"{}\" is also in {}; references by this name mean this "
                                  "document",
                                  d.info.name, where(drafts[it->second])));
      it->second = i;
    }
  }
}

std::ptrdiff_t find_draft(const std::vector<Draft>& drafts, std::string_view name) {
  std::ptrdiff_t refused = -1;
  std::ptrdiff_t by_name = -1;
  for (std::size_t n = drafts.size(); n > 0; --n) {
    const auto i = static_cast<std::ptrdiff_t>(n - 1);
    const Draft& d = drafts[n - 1];
    if (std::holds_alternative<FilterDraft>(d.body) || d.replaced || !d.answers_to(name)) continue;
    if (!d.alive()) {
      if (refused < 0) refused = i;
    } else if (d.info.id == name) {
      return i;
    } else if (by_name < 0) {
      by_name = i;
    }
  }
  return by_name >= 0 ? by_name : refused;
}

void apply_filters(std::vector<Draft>& drafts, const std::vector<std::uint32_t>& filter_index) {
  for (std::size_t f = 0; f < drafts.size(); ++f) {
    auto* filter = std::get_if<FilterDraft>(&drafts[f].body);
    if (filter == nullptr || !drafts[f].alive()) continue;
    for (Draft& rule : drafts) {
      auto* detection = std::get_if<DetectionDraft>(&rule.body);
      if (detection == nullptr || !rule.alive()) continue;
      bool named = filter->any_rule;
      for (std::size_t i = 0; i < filter->rules.size(); ++i) {
        if (!rule.answers_to(filter->rules[i].name)) continue;
        named = true;
        filter->found[i] = true;
      }
      if (!named || !covers(drafts[f].info.logsource, rule.info.logsource)) continue;
      detection->filters.push_back({.filter = filter_index[f], .root = filter->root});
      rule.fields.insert(drafts[f].fields.begin(), drafts[f].fields.end());
      rule.info.fields.assign(rule.fields.begin(), rule.fields.end());
      ++filter->applied;
    }
    for (std::size_t i = 0; i < filter->rules.size(); ++i)
      if (!filter->found[i])
        drafts[f].issues.warn(filter->rules[i].place, "sigma.filter_unknown_rule",
                              fmt::format("the filter names rule \"{}\", which is not loaded",
                                          filter->rules[i].name));
    if (filter->applied == 0)
      drafts[f].issues.warn(drafts[f].place, "sigma.filter_unused",
                            "the filter touches no rule (ids, names and logsource were compared)");
  }
}

}  // namespace backtrail::sigma::detail
