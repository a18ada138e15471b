#include "analysis/detail/detect.h"

#include <algorithm>
#include <filesystem>
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

/// Matches, or takes the stored hits where they are known to be complete for just these rules.
Result<std::vector<ingest::CaseHit>> base_hits(casefile::Case& kase, store::Store& store,
                                               const std::shared_ptr<const sigma::RuleSet>& rules,
                                               const DetectRun& run, Progress& progress,
                                               const std::stop_token& stop) {
  BACKTRAIL_ASSIGN(const std::string stored_hash,
                   get_meta(store.engine(), store::meta::kHitsRulesHash));
  BACKTRAIL_ASSIGN(const std::string version, get_meta(store.engine(), store::meta::kHitsVersion));
  std::vector<ingest::CaseHit> hits;
  if (stored_hash == rules->hash() && version == program_version()) {
    BACKTRAIL_ASSIGN(hits, read_hits(store.engine(), *rules, stop));
  } else {
    BACKTRAIL_ASSIGN(hits, ingest::match_case(kase, rules, run.threads, progress, stop));
  }
  BACKTRAIL_RETURN_IF_ERROR(keep_evidence(store.engine(), hits, run.last_item, stop));
  put_in_order(hits, *rules);
  return hits;
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
  BACKTRAIL_ASSIGN(const std::vector<ingest::CaseHit> hits,
                   base_hits(kase, *store, loaded.rules, run, progress, stop));
  progress.phase = "grouping findings";
  std::vector<Detection> detections = detections_of_rules(rules, hits);
  if (run.builtin) {
    BACKTRAIL_ASSIGN(std::vector<Detection> conflicts,
                     conflicting_copies(store->engine(), run.last_item, stop));
    std::move(conflicts.begin(), conflicts.end(), std::back_inserter(detections));
  }
  put_in_order(detections);

  // The ledger first: what the tables hold can then always be made again from it.
  if (run.record) BACKTRAIL_RETURN_IF_ERROR(record_run(kase, *store, rules, run));
  const std::vector<RanRule> ran = rules_that_ran(rules, run);
  BACKTRAIL_ASSIGN(Transaction transaction, Transaction::begin(*store));
  BACKTRAIL_RETURN_IF_ERROR(replace_hits(*store, rules, hits, run.last_item));
  BACKTRAIL_ASSIGN(const auto failures, failures_without_code(store->engine(), stop));
  const std::vector<model::Finding> findings = group_findings(detections, failures);
  BACKTRAIL_RETURN_IF_ERROR(replace_results(*store, ran, detections, findings));
  if (run.prune) {
    BACKTRAIL_ASSIGN(result.pruned, prune_results(*store, ran, run.last_item));
  }
  BACKTRAIL_RETURN_IF_ERROR(write_meta(*store, rules, run));
  BACKTRAIL_RETURN_IF_ERROR(transaction.commit());

  result.findings = findings.size();
  result.hits.reserve(detections.size());
  for (Detection& d : detections) result.hits.push_back(std::move(d.hit));
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
                        .later_matched = false},
                       progress, std::move(stop));
}

}  // namespace backtrail::analysis
