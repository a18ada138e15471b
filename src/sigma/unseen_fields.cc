#include <algorithm>
#include <map>

#include "base/case_folding.h"
#include "base/text.h"
#include "sigma/detail/compiled.h"
#include "sigma/detail/metadata.h"

namespace backtrail::sigma {
namespace {

class Seen {
 public:
  explicit Seen(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
      // Everything above a path is there too.
      for (std::size_t dot = path.find('.'); dot != std::string::npos;
           dot = path.find('.', dot + 1))
        paths_.push_back(path.substr(0, dot));
      paths_.push_back(path);
    }
    std::sort(paths_.begin(), paths_.end());
    paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
  }
  [[nodiscard]] bool contains(const std::string& field) const {
    return std::binary_search(paths_.begin(), paths_.end(), field);
  }
  /// The same in another case, else the nearest by spelling.
  [[nodiscard]] std::string near(const std::string& field) const {
    const std::string folded = fold_case(field);
    for (const std::string& path : paths_)
      if (fold_case(path) == folded) return path;
    return nearest(field, paths_);
  }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<UnseenField> unseen_fields(const RuleSet& rules, const LogSource& source,
                                       std::span<const std::string> seen) {
  const Seen paths(seen);
  std::map<std::string, std::string> near;  // by field: many rules share one
  std::vector<UnseenField> out;
  for (const detail::Detection& d : rules.compiled().detections) {
    const RuleInfo& info = rules.rules()[d.rule];
    if (!detail::covers(info.logsource, source)) continue;
    for (const std::string& field : info.fields) {
      if (paths.contains(field)) continue;
      const auto it = near.find(field);
      if (it != near.end()) {
        out.push_back({d.rule, field, it->second});
      } else {
        out.push_back({d.rule, field, near.emplace(field, paths.near(field)).first->second});
      }
    }
  }
  return out;
}

}  // namespace backtrail::sigma
