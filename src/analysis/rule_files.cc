#include <algorithm>
#include <filesystem>
#include <set>

#include "analysis/analysis.h"
#include "base/content.h"
#include "base/file.h"
#include "base/text.h"

namespace backtrail::analysis {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBuiltinRules = "rules/";
/// Folders beside the sources' that hold no rules.
constexpr std::string_view kNoRules[] = {"rules/lists/", "rules/tests/"};
constexpr std::uint64_t kMaxRuleFileBytes = std::uint64_t{8} << 20;
constexpr int kMaxDepth = 64;

bool is_rule_name(const fs::path& p) {
  const std::string extension = to_lower_ascii(p.extension().string());
  return extension == ".yml" || extension == ".yaml";
}

Error cannot_read(const fs::path& path, const std::error_code& problem) {
  return system_error("rules: " + path.string() + " cannot be read", problem.value());
}

/// A walk through a folder of rules. Links are followed; a folder that is met again is read once.
struct Walk {
  std::vector<fs::path> files{};
  std::set<fs::path> above{};  // real paths of the folders that the present one lies in
  std::set<fs::path> seen{};   // real paths of all folders read
};

Result<void> collect(const fs::path& folder, Walk& walk) {
  std::error_code problem;
  const fs::path real = fs::canonical(folder, problem);
  if (problem) return cannot_read(folder, problem);
  if (walk.above.contains(real))
    return invalid_argument("rules.link_loop", "rules: " + folder.string() + " links back to " +
                                                   real.string() +
                                                   ", a folder it lies in; remove the link");
  if (!walk.seen.insert(real).second) return {};
  walk.above.insert(real);
  if (walk.above.size() > kMaxDepth)
    return invalid_argument("rules.too_deep",
                            "rules: " + folder.string() + " lies more than " +
                                std::to_string(kMaxDepth) +
                                " folders deep; name the folder of the rules itself");
  std::vector<fs::path> entries;
  fs::directory_iterator it(folder, problem);
  if (problem) return cannot_read(folder, problem);
  while (it != fs::directory_iterator()) {
    entries.push_back(it->path());
    it.increment(problem);
    if (problem) return cannot_read(folder, problem);
  }
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    const fs::file_status status = fs::status(entry, problem);
    if (fs::is_directory(status)) {
      BACKTRAIL_RETURN_IF_ERROR(collect(entry, walk));
    } else if (is_rule_name(entry)) {
      walk.files.push_back(entry);  // a pipe or a broken link of such a name: an error on reading
    }
  }
  walk.above.erase(real);
  return {};
}

Result<sigma::RuleFile> read_one(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (status.type() == fs::file_type::not_found)
    return not_found("rules.not_found", "rules: " + path.string() +
                                            (fs::is_symlink(path, problem) ? " is a link to nothing"
                                                                           : " does not exist"));
  if (status.type() == fs::file_type::none) return cannot_read(path, problem);
  if (!fs::is_regular_file(status))
    return invalid_argument("rules.not_a_file",
                            "rules: " + path.string() + " is neither a file nor a folder");
  auto text = read_file(path, kMaxRuleFileBytes);
  if (!text) return std::move(text).error().with_context("rules");
  return sigma::RuleFile{.path = path.string(), .text = std::move(*text)};
}

}  // namespace

Result<std::vector<sigma::RuleFile>> read_rule_files(const std::vector<std::string>& paths) {
  std::vector<sigma::RuleFile> out;
  for (const std::string& name : paths) {
    const fs::path path(name);
    std::error_code problem;
    std::vector<fs::path> files{path};
    if (fs::is_directory(path, problem)) {
      Walk walk;
      BACKTRAIL_RETURN_IF_ERROR(collect(path, walk));
      files = std::move(walk.files);
      std::sort(files.begin(), files.end());
      if (files.empty())
        return not_found("rules.none", "rules: " + name + " holds no *.yml or *.yaml file");
    }
    for (const fs::path& file : files) {
      BACKTRAIL_ASSIGN(sigma::RuleFile read, read_one(file));
      out.push_back(std::move(read));
    }
  }
  return out;
}

std::vector<sigma::RuleFile> builtin_rule_files() {
  std::vector<sigma::RuleFile> out;
  const std::vector<ContentFile> shipped = shipped_content(kBuiltinRules);
  for (const ContentFile& f : shipped) {
    const bool other = std::any_of(std::begin(kNoRules), std::end(kNoRules),
                                   [&](std::string_view folder) { return f.path.starts_with(folder); });
    if (other || !is_rule_name(fs::path(f.path))) continue;
    out.push_back({.path = std::string(f.path), .text = std::string(f.bytes)});
  }
  return out;
}

}  // namespace backtrail::analysis
