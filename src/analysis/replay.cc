#include <algorithm>
#include <limits>
#include <map>
#include <span>

#include "analysis/analysis.h"
#include "analysis/detail/decisions.h"
#include "analysis/detail/detect.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/meta.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kImportEntry = "import";
constexpr std::string_view kRulesFolder = "rules";
constexpr std::uint64_t kMaxKeptBytes = std::uint64_t{64} << 20;

/// The run as it was, with the rule files kept in the case.
Result<DetectRun> run_of(const casefile::Case& kase, const Json& body, unsigned threads) {
  const std::uint64_t last = body["last_item"].as_uint();
  DetectRun run{.builtin = body["builtin"].as_bool(),
                .prune = body["prune"].as_bool(),
                .record = false,
                .threads = threads,
                .last_item = last < kAllEvidence ? static_cast<std::uint32_t>(last) : kAllEvidence,
                .later_matched = false,
                .on_hit = {}};
  for (const auto& [name, values] : body["placeholders"].as_object())
    for (const Json& v : values.as_array()) run.placeholders[name].push_back(v.as_string());
  for (const Json& file : body["files"].as_array()) {
    const std::string& kept = file["kept"].as_string();
    auto text = read_file(kase.directory() / kRulesFolder / kept, kMaxKeptBytes);
    if (!text)
      return std::move(text).error().with_context(
          "a rule file that detection ran with is not in the case; `backtrail case verify` tells "
          "more");
    if (sha256_hex(*text) != file["sha256"].as_string())
      return data_loss("case.rules_altered", std::string(kRulesFolder) + "/" + kept +
                                                 " is not the file that detection ran with; "
                                                 "`backtrail case verify` tells more");
    run.files.push_back({.path = file["path"].as_string(), .text = std::move(*text)});
  }
  return run;
}

/// Findings are out of date when a later import read evidence anew that a detection had seen: what it saw then
/// cannot be made again.
Result<void> mark_read_since(casefile::Case& kase, std::span<const casefile::Case::Entry> entries) {
  std::uint64_t seen = 0;  // items up to here, by a detection
  bool read_since = false;
  for (const casefile::Case::Entry& entry : entries) {
    if (entry.type == kDetectEntry) {
      seen = std::max(seen, entry.body["last_item"].as_uint());
      read_since = false;
    }
    if (entry.type == kImportEntry && entry.body["first_item"].as_uint() <= seen) read_since = true;
  }
  if (!read_since) return {};
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  return set_meta(*store, store::meta::kFindingsStale, "1");
}

}  // namespace

Result<std::vector<std::string>> replay(casefile::Case& kase, unsigned threads, Progress& progress,
                                        std::stop_token stop) {
  BACKTRAIL_ASSIGN(const auto entries, kase.entries());
  // A run replaces all that an earlier one of the same rules left: only the last of each counts, and
  // those that removed what other rules had left.
  std::map<std::string, std::size_t> last_of_set;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].type == kDetectEntry) last_of_set[entries[i].body["rule_set"].as_string()] = i;
  const auto later_matched = [&](std::size_t run) {
    const std::string& set = entries[run].body["rule_set"].as_string();
    return std::all_of(entries.begin() + static_cast<std::ptrdiff_t>(run), entries.end(),
                       [&](const casefile::Case::Entry& e) {
                         return e.type != kImportEntry || e.body["rules_hash"].as_string() == set;
                       });
  };

  std::vector<std::string> notes;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const casefile::Case::Entry& entry = entries[i];
    if (entry.type == kDecisionEntry) BACKTRAIL_RETURN_IF_ERROR(store_decision(kase, entry));
    if (entry.type != kDetectEntry) continue;
    const std::string& set = entry.body["rule_set"].as_string();
    if (last_of_set[set] != i && !entry.body["prune"].as_bool()) continue;
    BACKTRAIL_ASSIGN(DetectRun run, run_of(kase, entry.body, threads));
    run.later_matched = later_matched(i);
    BACKTRAIL_ASSIGN(const DetectResult result, run_detection(kase, run, progress, stop));
    if (result.rule_set != set)
      notes.push_back(
          "the rules of the detection of " + format_rfc3339(entry.time) + " (backtrail " +
          entry.body["version"].as_string() +
          ") are not quite those of this program; its findings were made with the present ones");
  }
  BACKTRAIL_RETURN_IF_ERROR(mark_read_since(kase, entries));
  return notes;
}

}  // namespace backtrail::analysis
