#include "analysis/detail/detect.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

#include "analysis/analysis.h"
#include "analysis/detail/finding_table.h"
#include "analysis/detail/hit_table.h"
#include "analysis/detail/known.h"
#include "analysis/detail/sql.h"
#include "base/hash.h"
#include "base/version.h"
#include "store/meta.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kBuiltin = "builtin";

/// The stored hits are known to be complete for just these rules.
Result<bool> are_stored(store::Engine& engine, const sigma::RuleSet& rules) {
  BACKTRAIL_ASSIGN(const std::string hash, get_meta(engine, store::meta::kHitsRulesHash));
  BACKTRAIL_ASSIGN(const std::string version, get_meta(engine, store::meta::kHitsVersion));
  return hash == rules.hash() && version == program_version();
}

/// Gives out all hits in order: those of rules from the table, `others` (in order) between them.
Result<void> give_hits(store::Engine& engine, const HitRange& range,
                       const std::vector<Detection>& others,
                       const std::function<void(const model::Hit&)>& on_hit, std::stop_token stop) {
  auto next = others.begin();
  BACKTRAIL_RETURN_IF_ERROR(each_hit(
      engine, range, true,
      [&](std::uint32_t r, const model::EventRef& event) {
        const sigma::RuleInfo& rule = range.rules.rules()[r];
        if (!rule.reports) return true;
        for (; next != others.end() && comes_before(*next, rule, event); ++next) on_hit(next->hit);
        model::Hit hit = hit_of(rule);
        hit.events.push_back(event);
        on_hit(hit);
        return true;
      },
      std::move(stop)));
  for (; next != others.end(); ++next) on_hit(next->hit);
  return {};
}

std::vector<RanRule> rules_that_ran(const sigma::RuleSet& rules, const DetectRun& run) {
  std::set<std::string_view> external;
  for (const sigma::RuleFile& f : run.files) external.insert(f.path);
  std::vector<RanRule> ran;
  for (const sigma::RuleInfo& r : rules.rules())
    ran.push_back(
        {.info = &r, .source = external.contains(r.path) ? r.path : std::string(kBuiltin)});
  if (run.builtin)
    ran.push_back({.info = &conflicting_copies_rule(), .source = std::string(kBuiltin)});
  return ran;
}

/// The highest item that was read into the tables; 0: none was.
Result<std::uint32_t> last_item_read(store::Engine& engine) {
  BACKTRAIL_ASSIGN(const store::Table t,
                   fetch(engine, {.sql = "SELECT coalesce(max(id), 0) FROM evidence"}));
  return static_cast<std::uint32_t>(to_count(t.rows[0][0]));
}

Result<void> write_meta(store::Store& store, const sigma::RuleSet& rules, const DetectRun& run) {
  BACKTRAIL_ASSIGN(const std::string before, get_meta(store.engine(), store::meta::kHitsRulesHash));
  BACKTRAIL_ASSIGN(const std::uint32_t last, last_item_read(store.engine()));
  const bool all = last <= run.last_item;
  const bool complete = all || run.later_matched;
  if (complete || before != rules.hash()) {
    BACKTRAIL_RETURN_IF_ERROR(
        set_meta(store, store::meta::kHitsRulesHash, complete ? rules.hash() : std::string()));
    BACKTRAIL_RETURN_IF_ERROR(set_meta(store, store::meta::kHitsVersion, program_version()));
  }
  store::Query count{.sql = "SELECT count(*) FROM hits"};
  if (!all) {
    count.sql += " WHERE uid IN " + known_events("$1");
    count.parameters.emplace_back(std::int64_t{run.last_item});
  }
  BACKTRAIL_ASSIGN(const store::Table hits, fetch(store.engine(), count));
  BACKTRAIL_RETURN_IF_ERROR(
      set_meta(store, store::meta::kHitsGrouped, store::to_text(hits.rows[0][0])));
  return set_meta(store, store::meta::kFindingsStale, all ? "0" : "1");
}

/// Copies the external rule files into the case and writes what ran into the ledger.
Result<void> record_run(casefile::Case& kase, store::Store& store, const sigma::RuleSet& rules,
                        const DetectRun& run) {
  Json files = Json::array();
  for (const sigma::RuleFile& f : run.files) {
    const std::string name = std::filesystem::path(f.path).filename().string();
    BACKTRAIL_ASSIGN(const std::string kept, kase.keep_rule_file(name, f.text));
    Json file = Json::object();
    file.set("path", f.path);
    file.set("kept", kept);
    file.set("sha256", sha256_hex(f.text));
    files.push(std::move(file));
  }
  Json names = Json::array();
  for (const sigma::RuleInfo& r : rules.rules()) names.push(r.id);
  BACKTRAIL_ASSIGN(const std::uint32_t last, last_item_read(store.engine()));
  Json body = Json::object();
  body.set("rule_set", rules.hash());
  body.set("version", program_version());
  body.set("builtin", run.builtin);
  body.set("prune", run.prune);
  body.set("files", std::move(files));
  body.set("rules", std::move(names));
  body.set("last_item", std::uint64_t{last});
  if (!run.placeholders.empty()) {
    Json placeholders = Json::object();
    for (const auto& [name, values] : run.placeholders) {
      Json list = Json::array();
      for (const std::string& v : values) list.push(v);
      placeholders.set(name, std::move(list));
    }
    body.set("placeholders", std::move(placeholders));
  }
  return kase.record(kDetectEntry, std::move(body));
}

}  // namespace

Result<DetectResult> run_detection(casefile::Case& kase, const DetectRun& run, Progress& progress,
                                   std::stop_token stop) {
  std::vector<sigma::RuleFile> files;
  if (run.builtin) files = builtin_rule_files();
  files.insert(files.end(), run.files.begin(), run.files.end());
  if (files.empty())
    return invalid_argument(
        "rules.none", "there are no rules to run: name rule files, or leave the built-in rules on");
  progress.phase = "loading rules";
  const sigma::LoadResult loaded = sigma::load(files, {.placeholders = run.placeholders});
  const sigma::RuleSet& rules = *loaded.rules;
  DetectResult result{.rules = rules.rules().size(),
                      .rule_set = rules.hash(),
                      .rejected = loaded.rejected,
                      .warnings = loaded.warnings};
  // Nothing ran, so nothing is replaced or pruned: the refusals are the answer.
  if (rules.rules().empty()) return result;

  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_RETURN_IF_ERROR(ingest::refresh_derived(*store));  // an interrupted import left it
  progress.phase = "matching rules";
  const HitRange range{.rules = rules, .last_item = run.last_item};
  BACKTRAIL_ASSIGN(const bool stored, are_stored(store->engine(), rules));
  std::unique_ptr<ingest::MatchedHits> matched;
  if (!stored) {
    BACKTRAIL_ASSIGN(matched,
                     ingest::match_to_disk(kase, loaded.rules, run.threads, progress, stop));
  }

  // The ledger first: what the tables hold can then always be made again from it.
  if (run.record) BACKTRAIL_RETURN_IF_ERROR(record_run(kase, *store, rules, run));
  progress.phase = "grouping findings";
  const std::vector<RanRule> ran = rules_that_ran(rules, run);
  BACKTRAIL_ASSIGN(Transaction transaction, Transaction::begin(*store));
  if (matched) BACKTRAIL_RETURN_IF_ERROR(replace_hits(*store, range, *matched, stop));
  matched.reset();
  BACKTRAIL_ASSIGN(std::vector<Detection> others, correlations(store->engine(), range, stop));
  if (run.builtin) {
    BACKTRAIL_ASSIGN(std::vector<Detection> conflicts,
                     conflicting_copies(store->engine(), run.last_item, stop));
    std::move(conflicts.begin(), conflicts.end(), std::back_inserter(others));
  }
  put_in_order(others);
  BACKTRAIL_ASSIGN(const auto failures, failures_without_code(store->engine(), stop));
  Grouping grouping(failures);
  result.hits = others.size();
  for (const Detection& d : others) grouping.add(d);
  BACKTRAIL_RETURN_IF_ERROR(each_hit(
      store->engine(), range, false,
      [&](std::uint32_t rule, const model::EventRef& event) {
        if (!rules.rules()[rule].reports) return true;
        grouping.add(rules.rules()[rule], event);
        ++result.hits;
        return true;
      },
      stop));
  result.findings = grouping.size();
  BACKTRAIL_RETURN_IF_ERROR(replace_results(*store, ran, others, grouping));
  BACKTRAIL_ASSIGN(const std::uint64_t external, replace_external_findings(*store, run.last_item, stop));
  result.findings += external;
  if (run.prune) {
    BACKTRAIL_ASSIGN(result.pruned, prune_results(*store, ran, run.last_item));
  }
  BACKTRAIL_RETURN_IF_ERROR(write_meta(*store, rules, run));
  BACKTRAIL_RETURN_IF_ERROR(transaction.commit());

  if (run.on_hit) BACKTRAIL_RETURN_IF_ERROR(give_hits(store->engine(), range, others, run.on_hit, stop));
  return result;
}

Result<DetectResult> detect(casefile::Case& kase, const DetectOptions& options, Progress& progress,
                            std::stop_token stop) {
  BACKTRAIL_ASSIGN(const Known known, Known::of(kase, stop));
  auto placeholders = known.placeholders();
  // Only what is used: the hits that import stored are of rules without any.
  std::erase_if(placeholders, [&](const auto& p) {
    return std::none_of(options.files.begin(), options.files.end(), [&](const sigma::RuleFile& f) {
      return f.text.find("%" + p.first + "%") != std::string::npos;
    });
  });
  return run_detection(kase,
                       {.files = options.files,
                        .builtin = options.builtin,
                        .prune = options.prune,
                        .record = true,
                        .placeholders = std::move(placeholders),
                        .threads = options.threads,
                        .last_item = kAllEvidence,
                        .later_matched = false,
                        .on_hit = options.on_hit},
                       progress, std::move(stop));
}

}  // namespace backtrail::analysis
