#include "analysis/analysis.h"
#include "analysis/detail/detection.h"
#include "base/file.h"
#include "base/text.h"

namespace backtrail::analysis {

Error unknown_rule(const sigma::RuleSet& rules, std::string_view named) {
  std::vector<std::string> names;
  for (const sigma::RuleInfo& r : rules.rules()) {
    names.push_back(r.id);
    if (!r.name.empty()) names.push_back(r.name);
  }
  const std::string near = nearest(named, names);
  return not_found("rules.unknown", "There is no rule '" + std::string(named) + "'." +
                                        (near.empty() ? " See 'backtrail rules list'."
                                                      : " Did you mean '" + near + "'?"));
}

Result<std::string> rule_id(casefile::Case& kase, std::string_view named) {
  const sigma::RuleInfo& conflicts = conflicting_copies_rule();
  if (named == conflicts.id || named == conflicts.name) return conflicts.id;
  std::vector<sigma::RuleFile> files = builtin_rule_files();
  const std::filesystem::path kept = kase.directory() / "rules";
  if (backtrail::exists(kept)) {
    const auto own = read_rule_files({kept.string()});
    if (!own && own.error().id != "rules.none") return own.error();
    if (own) files.insert(files.end(), own->begin(), own->end());
  }
  const sigma::LoadResult loaded = sigma::load(files);
  if (const int index = loaded.rules->find(named); index >= 0)
    return loaded.rules->rules()[static_cast<std::size_t>(index)].id;
  // An older program's rule, or one whose file is gone, still has its findings.
  BACKTRAIL_ASSIGN(const auto hits, hits_by_rule(kase));
  if (hits.contains(std::string(named))) return std::string(named);
  return unknown_rule(*loaded.rules, named);
}

}  // namespace backtrail::analysis
