#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "base/time.h"
#include "casefile/casefile.h"
#include "model/finding.h"
#include "model/hit.h"
#include "sigma/sigma.h"

/// Answers computed from the case, as values; cli, report and server only render them.
namespace backtrail::analysis {

// --- rules and findings ---

/// Rule files from disk (a file, or a folder's *.yml/*.yaml in path order).
[[nodiscard]] Result<std::vector<sigma::RuleFile>> read_rule_files(
    const std::vector<std::string>& paths);
/// The rules that ship inside the program.
[[nodiscard]] std::vector<sigma::RuleFile> builtin_rule_files();

struct DetectOptions {
  std::vector<sigma::RuleFile> files{};  // besides the built-in rules
  bool builtin = true;
  bool prune = false;  // remove findings of rules no longer given
  unsigned threads = 0;
  /// Called with each hit of reporting rules when all is stored: by first event's time, rule id, uid.
  std::function<void(const model::Hit&)> on_hit{};
};
struct DetectResult {
  std::uint64_t hits = 0;  // of reporting rules
  std::uint64_t findings = 0;
  std::uint64_t pruned = 0;
  std::uint64_t rules = 0;
  std::string rule_set{};  // sigma::RuleSet::hash() of the rules loaded
  std::vector<sigma::Problem> rejected{};
  std::vector<sigma::Problem> warnings{};
};
/// Runs the rules over the case, replaces the findings of the rules that ran, keeps ids and
/// decisions.
[[nodiscard]] Result<DetectResult> detect(casefile::Case& kase, const DetectOptions& options,
                                          Progress& progress, std::stop_token stop);

struct FindingsFilter {
  TimeWindow window{};
  std::optional<model::Severity> at_least{};
  std::vector<std::string> states{};  // empty: all
  bool without_benign = false;        // leave those decided benign out, and only count them
  std::string principal{};
  std::string rule{};
};
struct Findings {
  /// Worst first: by severity; what succeeded before what only failed; severity of the worst
  /// finding that shares a principal (an intruder's steps before look-alikes); first time; id.
  std::vector<model::Finding> findings{};
  bool stale = false;                  // imports happened since the last detect
  std::uint64_t hits_not_grouped = 0;  // hits stored since then
  std::uint64_t benign = 0;            // decided benign, listed or left out
};
[[nodiscard]] Result<Findings> findings(casefile::Case& kase, const FindingsFilter& filter);

/// What an analyst may say of a finding: "new" (nothing yet), "true", "benign" (left out of summary
/// and report, counted there), "later" (to be looked at).
inline constexpr const char* kBenign = "benign";
[[nodiscard]] const std::vector<std::string>& finding_states();
struct Decision {
  std::string finding{};  // id
  std::string state{};
  std::string note{};
  std::string actor{};  // who says so
};
/// Writes the decision into the ledger and the tables. Errors: `finding.unknown`,
/// `finding.unknown_state`.
[[nodiscard]] Result<void> decide(casefile::Case& kase, const Decision& decision);

/// Makes findings and decisions again from the ledger, after `ingest::replay` has filled an empty
/// store: each rule set's last run, over the evidence that it saw, with the rule files kept in the
/// case. Gives what could not be made exactly so (the program's rules have changed since), for
/// people.
[[nodiscard]] Result<std::vector<std::string>> replay(casefile::Case& kase, unsigned threads,
                                                      Progress& progress, std::stop_token stop);

// --- rules and the case ---

/// The error `rules.unknown`, with the nearest id or name where one is near.
[[nodiscard]] Error unknown_rule(const sigma::RuleSet& rules, std::string_view named);
/// The id of a rule named by id or name: one of the program's, one that the case keeps, or one that a
/// finding is of. Error: `rules.unknown`.
[[nodiscard]] Result<std::string> rule_id(casefile::Case& kase, std::string_view named);

/// Hits that the case's findings count, by rule id.
[[nodiscard]] Result<std::map<std::string, std::uint64_t>> hits_by_rule(casefile::Case& kase);

struct TechniqueCoverage {
  std::string technique{};              // "T1078.004"
  std::vector<std::string> rule_ids{};  // sorted
  model::Severity highest = model::Severity::informational;
  std::uint64_t hits = 0;
};
struct RulesCoverage {
  std::map<std::string, std::vector<TechniqueCoverage>> tactics{};  // techniques sorted
  std::vector<std::string> untagged{};  // reporting rules without tactic or technique, sorted
};
/// ATT&CK as the reporting rules cover it. A rule with several tactics counts under each of them:
/// tags do not say which technique serves which tactic.
[[nodiscard]] RulesCoverage rules_coverage(const sigma::RuleSet& rules,
                                           const std::map<std::string, std::uint64_t>& hits = {});

/// Which fields occur in the case, in CloudTrail's spelling ("requestParameters.userName"; arrays
/// are crossed as rules cross them).
class FieldsSeen {
 public:
  explicit FieldsSeen(std::set<std::string> paths, std::set<std::string> opaque)
      : paths_(std::move(paths)), opaque_(std::move(opaque)) {}
  [[nodiscard]] const std::set<std::string>& paths() const { return paths_; }
  /// False only where the tables prove that no record holds the field: it lies in what they keep
  /// whole, and not below a value of mixed shape.
  [[nodiscard]] bool may_occur(std::string_view path) const;

 private:
  std::set<std::string> paths_;
  std::set<std::string> opaque_;  // what lies below these is not known
};
/// `fields`: only what is needed to judge these is read; empty: everything (some seconds on
/// millions of events).
[[nodiscard]] Result<FieldsSeen> fields_seen(casefile::Case& kase,
                                             const std::vector<std::string>& fields,
                                             std::stop_token stop);
/// The fields that rules for CloudTrail (or just the one of this number) test and no record of the
/// case holds.
[[nodiscard]] Result<std::vector<sigma::UnseenField>> unseen_fields(
    casefile::Case& kase, const sigma::RuleSet& rules, std::optional<std::uint32_t> rule,
    std::stop_token stop);

/// Why a rule fired on an event of the case, or why it did not.
struct EventExplanation {
  sigma::Explanation explanation{};
  std::string evidence{};                    // the event's file, as the user named it
  std::string member{};                      // in the archive, if it is one
  std::uint64_t offset = 0;                  // in the uncompressed stream
  std::vector<sigma::UnseenField> unseen{};  // fields of the rule that no record of the case holds
  /// Findings of the rule that hold the event; a correlation fired on it when there is one.
  std::vector<std::string> findings{};
};
/// `rule`: id or name; `event`: eventID or uid. Errors: `rules.unknown`, `event.not_found`,
/// `evidence.missing`.
[[nodiscard]] Result<EventExplanation> explain(casefile::Case& kase, const sigma::RuleSet& rules,
                                               std::string_view rule, std::string_view event,
                                               std::stop_token stop);

// --- one event ---

/// Where a record lies, and whether the file is still what the ledger says.
struct EventPlace {
  std::uint32_t item = 0;    // of the evidence
  std::uint32_t record = 0;  // in the item, from 0
  std::string source{};      // as the user named it
  std::string stored{};      // path in the case; empty: in place
  std::string member{};      // in the archive, if it is one
  std::uint64_t offset = 0;  // of the record, in the uncompressed stream
  std::string sha256{};      // of the file, as the ledger has it
  bool unchanged = false;    // the file has this hash now
  bool kept = false;         // the copy that the tables hold
};
struct EventRecord {
  std::string uid{}, event_id{};
  std::optional<Timestamp> time{};
  std::vector<std::string> findings{};  // ids of those that it is part of
  std::vector<EventPlace> places{};     // the kept copy first, then equal copies
  std::string json{};                   // the record as it was delivered, secrets included
};
/// An event, or another record of any table, again from its evidence; several where copies differ. `id`: eventID
/// (the beginning is enough where no other begins so) or uid. Errors: `event.not_found`,
/// `event.ambiguous`, `evidence.missing`.
[[nodiscard]] Result<std::vector<EventRecord>> event_records(casefile::Case& kase,
                                                             std::string_view id,
                                                             std::stop_token stop);

// --- timeline ---

struct TimelineFilter {
  TimeWindow window{};
  /// principal: ARN, session ARN, user or role name, service, account, access key id or "root";
  /// source: "iam" or "iam.amazonaws.com"; action: in any case; the others exactly.
  std::string account{}, region{}, principal{}, source_ip{}, action{}, source{};
  std::string address{};       // source or destination
  std::string log{};           // a log type ("vpcflow"), or what `source` takes
  std::string resource{};      // an ARN, id or name that the event names
  std::vector<std::string> event_ids{}, uids{};  // empty: all
  std::optional<model::Severity> at_least{};  // of a reporting rule that matched
  std::string finding{};       // id: the events of this finding
  bool only_findings = false;  // events that a reporting rule matched
  bool only_changes = false;   // leave calls out that only read
  bool only_errors = false;    // outcome is not "success"
  std::uint64_t limit = 0;     // the first so many rows; 0: all
};
struct TimelineRow {
  std::string uid{};
  std::optional<Timestamp> time{};
  std::string source{};  // "iam.amazonaws.com"
  std::string account{}, region{}, principal{}, action{};
  std::string outcome{};  // "success", "denied", "error"
  std::string
      error{};  // errorCode, else the message of a failure without one; empty on success only
  std::string source_ip{}, user_agent{};
  std::vector<std::string> techniques{};  // of rules that matched
  std::string level{};                    // highest of them, empty: none
  std::string event_id{};
  std::uint32_t evidence = 0;  // item
  std::uint32_t record = 0;    // number of the record in the item, from 0
};
/// Streams rows by time, then uid (events without a time last); `row` returns false to stop. Error:
/// `finding.unknown`.
[[nodiscard]] Result<void> timeline(casefile::Case& kase, const TimelineFilter& filter,
                                    FunctionRef<bool(const TimelineRow&)> row,
                                    std::stop_token stop);

// --- summary ---

struct NameCount {
  std::string name{};
  std::uint64_t count = 0;
  std::string title{};               // of an account: its name in the case's context
  std::vector<std::string> marks{};  // "foreign_account", "own_network", "scanner"
};
struct PrincipalSummary {
  std::string principal{};
  std::string kind{};  // "root", "user", "role", "service", "federated", "account", "unknown"
  std::string account{};
  std::optional<Timestamp> first{}, last{};
  std::uint64_t events = 0, errors = 0, denied = 0;
  std::vector<NameCount> regions{}, source_ips{}, user_agents{}, access_keys{}, top_actions{},
      errors_by_code{};
  std::vector<NameCount> sensitive_succeeded{}, sensitive_failed{};  // "iam:CreateUser"
  std::uint64_t findings = 0;
  std::optional<model::Severity> worst{};
  std::vector<std::string> marks{};  // "break_glass", "foreign_account", "responder", "scanner"
  double interest = 0;  // rank: findings, sensitive calls, denied calls (docs/analysis.md)
};
/// What to look at first, and the command that shows it. They are two texts, since the first quotes
/// the logs: no name in them can pass for the command.
struct Advice {
  std::string what{};
  std::string command{};  // ready for a POSIX shell
};
struct CaseSummary {
  std::string name{};
  std::uint64_t evidence_items = 0, events = 0, duplicates = 0, conflicts = 0, files_damaged = 0,
                files_not_a_log = 0, records_lost = 0, without_time = 0;
  std::optional<Timestamp> first{}, last{};
  std::vector<NameCount> accounts{}, regions{}, sources{};
  std::vector<PrincipalSummary> principals{};  // high findings, interest, events, name
  std::uint64_t principals_total = 0;
  Findings findings{};
  std::vector<Advice> look_first{};  // at most three
  struct Activity {
    Timestamp start{};
    std::uint64_t events = 0, errors = 0, flagged = 0;
  };
  std::chrono::seconds activity_step{};  // width of one bar
  std::vector<Activity> activity{};      // without gaps, at most 200 bars
};
struct SummaryOptions {
  TimeWindow window{};
  std::size_t principals = 0;  // 0: all
};
[[nodiscard]] Result<CaseSummary> summary(casefile::Case& kase, const SummaryOptions& options,
                                          std::stop_token stop);

}  // namespace backtrail::analysis
