// Evaluates Sigma rules on CloudTrail records by both back ends, for comparisons with other
// programs.
//
//   sigma_eval RULES EVENTS
//
// RULES is a rule file or folder, EVENTS a log file or folder whose records have distinct eventIDs.
// Prints tab-separated lines: `native RULE EVENT` and `sql RULE EVENT` for each hit, `note RULE
// TEXT` where the SQL says that it may differ, `no_sql RULE TEXT` for rules without SQL, `rejected
// PATH TEXT` for rules that do not load, at last `done RULES EVENTS`.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "sigma/sigma.h"
#include "sigma/sql.h"
#include "support/events.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;

Result<sigma::LoadResult> load_rules(const fs::path& path) {
  std::vector<sigma::RuleFile> files;
  for (const fs::path& file : testing::files_below(path, {".yml"})) {
    BACKTRAIL_ASSIGN(std::string text, read_file(file));
    files.push_back({.path = file.string(), .text = std::move(text)});
  }
  return sigma::load(files);
}

Result<std::size_t> native(const sigma::RuleSet& rules,
                           std::shared_ptr<const sigma::RuleSet> shared, const fs::path& events) {
  sigma::Matcher matcher(std::move(shared), sources::cloudtrail_layout(),
                         {.product = "aws", .service = "cloudtrail"});
  std::set<std::string> seen;
  BACKTRAIL_RETURN_IF_ERROR(testing::for_each_record(events, [&](const model::Record& record) {
    const std::string id(record.at(sources::kEventID).text);
    seen.insert(id);
    for (const std::uint32_t rule : matcher.match(record))
      fmt::print("native\t{}\t{}\n", rules.rules()[rule].id, id);
  }));
  return seen.size();
}

Result<void> run(const fs::path& rules_path, const fs::path& events) {
  BACKTRAIL_ASSIGN(const sigma::LoadResult loaded, load_rules(rules_path));
  for (const sigma::Problem& p : loaded.rejected)
    fmt::print("rejected\t{}\t{}:{}: {} {}\n", p.path, p.line, p.column, p.id, p.message);
  const sigma::RuleSet& rules = *loaded.rules;
  BACKTRAIL_ASSIGN(const std::size_t records, native(rules, loaded.rules, events));
  BACKTRAIL_ASSIGN(const auto table, testing::EventCase::create(events));
  for (std::uint32_t i = 0; i < rules.rules().size(); ++i) {
    const sigma::RuleInfo& rule = rules.rules()[i];
    if (rule.kind != sigma::RuleKind::detection) continue;
    const auto text = sigma::to_sql(rules, i, {.missing_columns_are_absent = true});
    if (!text) {
      fmt::print("no_sql\t{}\t{}\n", rule.id, text.error().message);
      continue;
    }
    for (const std::string& note : text->notes) fmt::print("note\t{}\t{}\n", rule.id, note);
    BACKTRAIL_ASSIGN(const auto ids, table->column(text->sql).with_context(text->sql));
    for (const std::string& id : ids) fmt::print("sql\t{}\t{}\n", rule.id, id);
  }
  fmt::print("done\t{}\t{}\n", rules.rules().size(), records);
  return {};
}

}  // namespace
}  // namespace backtrail

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: sigma_eval RULES EVENTS\n");
    return 2;
  }
  const auto done = backtrail::run(argv[1], argv[2]);
  if (done) return 0;
  fmt::print(stderr, "sigma_eval: {}\n", done.error().message);
  return 1;
}
