#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/time.h"
#include "casefile/casefile.h"
#include "model/hit.h"
#include "sigma/sigma.h"
#include "sources/sources.h"

/// discover ► decompress ► parse ► match ► append; also matching without a case (`scan`).
namespace backtrail::ingest {

/// A file that was not read to its end, lost a record, or is no log.
struct Skipped {
  std::string path{};                     // file, or "archive!member"
  std::string reason{};                   // "not_a_log", "gzip_truncated", "invalid_utf8", …
  std::optional<std::uint64_t> offset{};  // in the uncompressed stream
  std::uint64_t kept = 0;                 // records of it that were kept
  std::uint64_t lost = 0;                 // records known to be lost
  std::string detail{};
};

struct Summary {
  struct {
    std::uint64_t found = 0, imported = 0, already = 0, skipped = 0;
    std::uint64_t not_a_log = 0;  // of those skipped
  } files{};
  std::vector<Skipped> skipped{};  // ordered by path, offset
  /// Files of a known kind (`sources::kind_of`) that held no record: how many of each kind.
  std::map<std::string, std::uint64_t, std::less<>> without_records{};
  struct {
    std::uint64_t read = 0, stored = 0, duplicates = 0, rejected = 0, unreadable_times = 0;
    std::uint64_t repeated_fields = 0;  // kept, with a field that occurs more than once: the last counts
  } records{};
  struct {
    std::uint64_t compressed = 0, raw = 0;
  } bytes{};
  std::optional<Timestamp> first{};
  std::optional<Timestamp> last{};
  double seconds = 0;
  std::uint64_t hits = 0;           // rule matches stored
  std::uint64_t conflicts = 0;      // events with copies that differ
  [[nodiscard]] bool incomplete() const;  // something was lost: exit code 4
};

struct ImportOptions {
  bool in_place = false;
  unsigned threads = 0;  // 0: all cores
  std::shared_ptr<const sigma::RuleSet> rules{};  // matched on the way; null: none
  std::string rule_source = "builtin";
  sources::ReadOptions read{};  // of the files that this import reads; kept in the ledger
};

/// Imports files and folders ("-" is standard input) into the case. Repeating it after an interruption
/// finishes the work; repeating it after success changes nothing. With other `read` options it reads anew
/// what these bear on: the records that they give take the place of those that were stored.
[[nodiscard]] Result<Summary> import(casefile::Case& kase, const std::vector<std::string>& paths,
                                     const ImportOptions& options, Progress& progress,
                                     std::stop_token stop);

/// Fills `entities`, `coverage` and the counts of the evidence items anew when events were loaded since;
/// `import` does it at its end, whoever comes next does it when that was interrupted.
[[nodiscard]] Result<void> refresh_derived(store::Store& store);

/// Matches every stored record of the case's evidence again (duplicates left out) and gives each base
/// hit once, in no particular order.
struct CaseHit {
  std::uint32_t rule = 0;
  model::EventRef event{};
  std::vector<std::optional<std::string>> captured{};
};
[[nodiscard]] Result<std::vector<CaseHit>> match_case(casefile::Case& kase,
                                                      std::shared_ptr<const sigma::RuleSet> rules,
                                                      unsigned threads, Progress& progress,
                                                      std::stop_token stop);

/// A row of the table `rules`.
struct RuleRow {
  const sigma::RuleInfo* rule = nullptr;
  std::string_view kind{};    // "detection", "correlation", "check"
  std::string_view source{};  // "builtin", or the file's path
};
[[nodiscard]] std::string_view kind_of(const sigma::RuleInfo& rule);
[[nodiscard]] Result<void> append_rules(store::Store& store, std::span<const RuleRow> rules);

/// Hits on their way into a table, on disk where they are many. Made by `match_to_disk`.
class MatchedHits {
 public:
  virtual ~MatchedHits() = default;
  /// Appends them all to `table`, which has the columns of `hits`. Once.
  [[nodiscard]] virtual Result<void> load(store::Store& store, std::string_view table,
                                          std::stop_token stop) = 0;
};
/// As `match_case`, without keeping the hits in memory.
[[nodiscard]] Result<std::unique_ptr<MatchedHits>> match_to_disk(
    casefile::Case& kase, std::shared_ptr<const sigma::RuleSet> rules, unsigned threads,
    Progress& progress, std::stop_token stop);

/// Adds the rules that the table `rules` does not name yet: what it says of others comes from the last
/// detection with them.
[[nodiscard]] Result<void> store_rules(store::Store& store, const sigma::RuleSet& rules,
                                       std::string_view source);

/// The log source that records of the type are matched as.
[[nodiscard]] sigma::LogSource source_of(const model::LogType& type);

/// Reads one stored event again from its evidence: `id` is a uid or an eventID. Calls `f` with its record
/// (valid during the call) and where it lies. Errors `event.not_found`, `evidence.missing`.
[[nodiscard]] Result<void> with_record(
    casefile::Case& kase, std::string_view id,
    FunctionRef<void(const sources::Found&, const casefile::EvidenceItem&, std::string_view member,
                     std::uint64_t offset)>
        f);

/// The same for a record whose place is known.
[[nodiscard]] Result<void> with_record_at(
    casefile::Case& kase, std::uint32_t evidence, std::uint32_t record,
    FunctionRef<void(const sources::Found&, const casefile::EvidenceItem&, std::string_view member,
                     std::uint64_t offset)>
        f);

struct ScanOptions {
  unsigned threads = 0;
  std::shared_ptr<const sigma::RuleSet> rules{};
  sources::ReadOptions read{};
};
/// What can be made of a hit apart from all others, such as its line of output; called by all threads at once.
using PrepareHit = FunctionRef<std::string(const model::Hit&)>;
/// Takes a hit and what PrepareHit made of it; called by one thread at a time.
using HitSink = FunctionRef<void(const model::Hit&, std::string_view prepared)>;
/// Matches files without a case; hits come ordered by file, then record. Without correlation rules
/// nothing is kept in memory.
[[nodiscard]] Result<Summary> scan(const std::vector<std::string>& paths, const ScanOptions& options,
                                   PrepareHit prepare, HitSink sink, Progress& progress,
                                   std::stop_token stop);

/// Gives the rules that an earlier import used, by the source it named ("builtin"); null: not to be had.
using RulesFor = FunctionRef<std::shared_ptr<const sigma::RuleSet>(std::string_view source)>;

/// Replays imports from evidence and ledger into an empty store (`case rebuild`).
[[nodiscard]] Result<Summary> replay(casefile::Case& kase, unsigned threads, Progress& progress,
                                     std::stop_token stop, RulesFor rules_for);

}  // namespace backtrail::ingest
