#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/record.h"
#include "model/severity.h"

/// Sigma 2.1: parse, compile, match, correlate, explain, lint, translate to SQL.
namespace backtrail::sigma {

/// A rule file as read: `path` is only a name for messages.
struct RuleFile {
  std::string path{};
  std::string text{};
};

/// Something wrong with (or odd about) one YAML document of a rule file.
struct Problem {
  std::string path{};
  int line = 0;           // 1-based; 0 = unknown
  int column = 0;         // 1-based
  std::string rule_id{};  // empty when the document has none
  std::string id{};       // stable: "sigma.unknown_modifier", …
  std::string message{};  // what is wrong, what was expected
};

struct LogSource {
  std::string category{}, product{}, service{}, definition{};
  std::vector<std::string> also_services{};  // of records: other services whose rules apply to them
};

/// ATT&CK's tactics in its order ("reconnaissance", …). Its newer names stand beside
/// `defense-evasion`, which they divide.
[[nodiscard]] const std::vector<std::string>& attack_tactics();

enum class RuleKind : std::uint8_t { detection, correlation };

/// What people and other modules need to know of a loaded rule.
struct RuleInfo {
  RuleKind kind = RuleKind::detection;
  std::string id{};  // the rule's id, else its name, else "path#document"
  std::string name{};
  std::string title{};
  std::string description{};
  std::string status{};
  std::string author{};
  std::string license{};
  std::string date{};
  model::Severity level = model::Severity::medium;
  std::vector<std::string> tags{};
  std::vector<std::string> techniques{};  // "T1078.004", sorted
  std::vector<std::string> tactics{};  // "defense-evasion", … in ATT&CK order, both spellings known
  std::vector<std::string> references{};
  std::vector<std::string> falsepositives{};
  std::vector<std::string> investigation{};  // our key: what to look at next
  LogSource logsource{};
  std::string path{};
  int line = 0;
  int document = 0;                   // number of the YAML document in its file, from 0
  bool reports = true;                // false: only feeds correlations (referenced, no `generate`)
  std::vector<std::string> fields{};  // the field paths it tests, sorted
};

struct LoadOptions {
  /// Values of `%name%` placeholders for `expand`.
  std::map<std::string, std::vector<std::string>> placeholders{};
};

/// A filter document: it takes hits away from the rules it was put into.
struct FilterInfo {
  std::string id{};  // as RuleInfo::id
  std::string title{};
  std::string path{};
  int line = 0;
  std::uint32_t applied = 0;  // rules it was put into
};

class RuleSet;

struct LoadResult {
  std::shared_ptr<const RuleSet> rules{};  // never null; holds what could be loaded
  std::vector<Problem> rejected{};         // one per refused YAML document
  std::vector<Problem> warnings{};
};

/// Loads every document of the files. A bad document is refused alone.
[[nodiscard]] LoadResult load(const std::vector<RuleFile>& files, const LoadOptions& options = {});

/// Compiled rules: immutable, shared by all threads. Order: by file, then document, as given.
class RuleSet {
 public:
  struct Compiled;  // src/sigma/detail: the tree that both back ends read
  explicit RuleSet(std::unique_ptr<const Compiled> compiled);
  ~RuleSet();
  [[nodiscard]] std::span<const RuleInfo> rules() const;
  [[nodiscard]] std::span<const FilterInfo> filters() const;
  [[nodiscard]] int find(std::string_view id_or_name) const;  // -1: none
  [[nodiscard]] const Compiled& compiled() const { return *compiled_; }
  /// SHA-256 (hex) over placeholders and the loaded rules' texts in order: names the rule set in
  /// ledger entries.
  [[nodiscard]] const std::string& hash() const;

 private:
  std::unique_ptr<const Compiled> compiled_;
};

/// Matches records of one log source against the detection rules that apply to it. One per thread.
class Matcher {
 public:
  /// `source`: the records' log source, e.g. {.product = "aws", .service = "cloudtrail"}.
  Matcher(std::shared_ptr<const RuleSet> rules, const model::RecordLayout& layout,
          const LogSource& source);
  ~Matcher();
  Matcher(Matcher&&) noexcept;

  /// Indices (into RuleSet::rules) of the detection rules that fire, ascending; valid until the
  /// next call.
  [[nodiscard]] std::span<const std::uint32_t> match(const model::Record& record);

  /// The values of the fields that correlations need from a hit of `rule` on this record, by the
  /// order of `captured_fields(rule)`; absent fields are nullopt. Empty when no correlation cites
  /// the rule.
  [[nodiscard]] std::vector<std::optional<std::string>> capture(std::uint32_t rule,
                                                                const model::Record& record) const;

  /// How many hits each filter has removed so far, by the order of `RuleSet::filters`. A hit that
  /// several filters would remove counts for the first.
  [[nodiscard]] std::vector<std::uint64_t> removed_by_filters() const;
  /// Searches by rules' backtracking expressions that were given up at their limit (no match) so
  /// far.
  [[nodiscard]] std::uint64_t regex_limits_hit() const;
  /// Detection rules that apply to this log source.
  [[nodiscard]] std::size_t rule_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The field paths that correlations need from hits of this rule.
[[nodiscard]] std::vector<std::string> captured_fields(const RuleSet& rules, std::uint32_t rule);
[[nodiscard]] bool has_correlations(const RuleSet& rules);
/// A correlation takes hits of this detection rule.
[[nodiscard]] bool is_correlated(const RuleSet& rules, std::uint32_t rule);

/// A node of a condition and what became of it on one record.
struct ExplainedNode {
  enum class Kind : std::uint8_t { all_of, any_of, not_, test };
  Kind kind = Kind::test;
  std::string text{};  // as the rule wrote it: `1 of filter_*`, `userAgent|contains: S3 Browser`
  bool result = false;
  std::string field{};                // test: the path; empty for keywords
  bool absent = false;                // test: the record holds nothing at the path
  std::vector<std::string> values{};  // test: what it holds there, JSON null as `null`; each cut at
                                      // 300 bytes, at most 20 (then a last one says how many more)
  std::vector<ExplainedNode> children{};
};

/// Why a detection rule fired on a record, or why it did not.
struct Explanation {
  bool fires = false;
  bool applies = true;                      // false: the rule is for another log source
  std::string note{};                       // what else there is to say, for people
  std::vector<ExplainedNode> conditions{};  // one must hold
  std::vector<ExplainedNode> filters{};     // all must hold
};

/// Every test is evaluated, also where the outcome is decided already. A correlation cannot be
/// judged by one record: `fires` is false, `note` says what it asks for, and its one condition tells
/// whether the record counts, rule by cited rule, with the values of group-by and value fields.
[[nodiscard]] Explanation explain(const RuleSet& rules, std::uint32_t rule,
                                  const model::Record& record, const LogSource& source);

/// A field that a rule tests and no record of the case holds.
struct UnseenField {
  std::uint32_t rule = 0;
  std::string field{};
  std::string near{};  // a path that was seen and looks alike, or ""
};

/// The unseen fields of the detection rules that apply to `source`, by rule, then field. `seen`:
/// every dotted path that occurs, in any order; a path counts as seen with everything above it.
[[nodiscard]] std::vector<UnseenField> unseen_fields(const RuleSet& rules, const LogSource& source,
                                                     std::span<const std::string> seen);

/// A hit of a detection rule, as correlations take it.
struct BaseHit {
  std::uint32_t rule = 0;
  std::optional<Timestamp> time{};  // a hit without a time takes part in no correlation (counted)
  std::string event_key{};          // orders ties and removes duplicates (our uid)
  std::vector<std::optional<std::string>> captured{};
};

struct CorrelationHit {
  std::uint32_t rule = 0;            // a correlation rule
  std::vector<std::string> group{};  // values of group-by, in its order
  Timestamp first{};
  Timestamp last{};
  std::vector<std::size_t> hits{};  // into the base hits given, ascending by time, then event_key
};

struct CorrelationResult {
  std::vector<CorrelationHit> hits{};  // ordered by rule, group, first
  std::uint64_t without_time = 0;      // base hits left out
  std::uint64_t without_group = 0;     // times a hit was left out since a group-by field was absent
  std::uint64_t without_value = 0;  // times a hit was left out of a value_… correlation since its
                                    // field was absent or no number
};

/// Runs every correlation rule over the base hits (any order; sorted inside, duplicates by
/// event_key and rule dropped). Results of correlations that only feed others (RuleInfo::reports)
/// are left out.
///
/// A window is a run of a group's hits in which first and last lie at most `timespan` apart;
/// windows slide, each that no larger one contains is judged once, when it is complete. So `lt`,
/// `lte`, `eq` and `not` are decided at its close, and a group without hits cannot fire. Windows
/// that hold and share hits form one result with all their hits. temporal_ordered: the whole order
/// within one group and `timespan`; equal times satisfy either order. A cited correlation's result
/// counts at its last hit. Percentiles interpolate linearly between the two nearest ranks. O(n log
/// n).
[[nodiscard]] CorrelationResult correlate(const RuleSet& rules, const std::vector<BaseHit>& hits);

}  // namespace backtrail::sigma
