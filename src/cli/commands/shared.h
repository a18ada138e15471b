#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "cli/invocation.h"
#include "ingest/ingest.h"
#include "report/words.h"

/// What several commands do in the same way.
namespace backtrail::cli {

/// Every path exists ("-" is standard input); `usage.no_such_path` names the first that does not.
[[nodiscard]] Result<void> check_paths(const std::vector<std::string>& paths);

/// `--format`, `--as`, `--time-field` and `--year`; `usage.read_option`.
[[nodiscard]] Result<sources::ReadOptions> read_options_of(const Invocation& run);

/// Imports with the built-in rules matched on the way, showing progress.
[[nodiscard]] Result<ingest::Summary> import_paths(Invocation& run, casefile::Case& kase,
                                                   const std::vector<std::string>& paths,
                                                   bool match_rules);

/// Says what is wrong when the paths held no record at all.
void tell_nothing_read(Invocation& run, const ingest::Summary& summary,
                       const std::vector<std::string>& paths);

/// The rule files of --rules; `usage.no_rules` when there are none and --no-builtin-rules is given.
[[nodiscard]] Result<std::vector<sigma::RuleFile>> own_rules(Invocation& run);
/// The same behind the built-in rules, unless --no-builtin-rules is given.
[[nodiscard]] Result<std::vector<sigma::RuleFile>> chosen_rules(Invocation& run);

/// Says on standard error which rules were refused and what was odd.
void tell_rule_problems(Invocation& run, const std::vector<sigma::Problem>& rejected,
                        const std::vector<sigma::Problem>& warnings);

/// `backtrail findings --case DIR`, as the user would have to type it.
[[nodiscard]] std::string with_case(const Invocation& run, std::string_view command);

/// Writes hits as they come: `detect` and `scan`.
class HitWriter {
 public:
  HitWriter(Invocation& run, std::ostream& out);
  void write(const model::Hit& hit) { write(hit, prepare(hit)); }
  /// What of a hit's output can be made apart from all others: several threads may ask at once.
  [[nodiscard]] std::string prepare(const model::Hit& hit) const;
  /// Writes a hit with what `prepare` made of it.
  void write(const model::Hit& hit, std::string_view prepared);
  void finish(const Json& more);
  [[nodiscard]] std::uint64_t count() const { return list_.count(); }
  /// A hit at or above --fail-on was written.
  [[nodiscard]] bool found() const { return found_; }

 private:
  const Arguments& args_;
  ListWriter list_;
  bool found_ = false;
};

}  // namespace backtrail::cli
