#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/network.h"
#include "sigma/sigma.h"

/// The compiled form of a rule set: an immutable tree that the native matcher, the SQL back ends
/// and `explain` read. Modifiers are gone: each is lowered to nodes and patterns (`all` to an
/// all_of node, `neq` to a not_ node, windash and base64offset to more patterns of one test,
/// `expand` to values).
///
/// Meaning, equal in every back end
/// --------------------------------
/// *Values at a path.* A dotted path walks objects; where an object holds a literal key that spells
/// several parts (`b.c` of `a.b.c`), the longest such key wins. A path that crosses an array takes
/// each member. Key names compare exactly.
///
/// *A test fires when any value at its path satisfies any of its patterns.* No value, no fire (but
/// see null and exists). JSON null satisfies only null and exists.
///
/// *Text values of a value* (TextPattern, RegexPattern):
///   - text: the text; when it starts with `%7B` or `%7b` also the text with %XX decoded
///     (CloudTrail logs some policy documents URL-encoded);
///   - number, boolean: its JSON text (`5`, `true`);
///   - object: its compact JSON text, and the text values of each scalar leaf below it;
///   - array: its compact JSON text, and the text values of each member (nested arrays are opened,
///   an
///     object member gives its own compact text too);
///   - null: none.
/// So TextShape::any means present and not null.
///
/// *Case.* Unless `cased`, text compares by Unicode simple case folding (statuses C and S of
/// CaseFolding.txt, `fold_case` in base/case_folding.h); literals in the tree are folded already.
/// Normalisation forms are not unified.
///
/// *All other patterns* look at scalars: the value itself, or each member where it is an array
/// (nested arrays opened); objects never satisfy them.
namespace backtrail::sigma::detail {

/// 1-based; 0 = unknown.
struct Place {
  int line = 0;
  int column = 0;
};

enum class TextShape : std::uint8_t { any, exact, prefix, suffix, contains, glob };

/// A piece of a glob. `any_one` is one code point, `any_run` any run, also empty.
struct GlobToken {
  enum class Kind : std::uint8_t { literal, any_run, any_one };
  Kind kind = Kind::literal;
  std::string text{};  // literal: folded unless the pattern is cased
  friend bool operator==(const GlobToken&, const GlobToken&) = default;
};

/// Whole-value text match. Booleans of a rule arrive here as exact `true` / `false`.
struct TextPattern {
  TextShape shape = TextShape::exact;
  bool cased = false;
  std::string text{};               // exact, prefix, suffix, contains; folded unless cased
  std::vector<GlobToken> tokens{};  // glob only; runs are never adjacent, nor are literals
  friend bool operator==(const TextPattern&, const TextPattern&) = default;
};

/// JSON numbers: equal as number. JSON text: equal to `text` (the number as the rule spells it).
struct NumberPattern {
  std::string text{};
  std::optional<std::int64_t> integer{};  // set when the value is an integer in range
  double real = 0;
  friend bool operator==(const NumberPattern&, const NumberPattern&) = default;
};

enum class RegexEngine : std::uint8_t {
  re2,    // linear time
  pcre2,  // what RE2 refuses: lookaround, back references, atomic groups; match and depth limits
};

/// Search, not whole match; UTF-8; `$` is the very end unless multiline.
struct RegexPattern {
  std::string source{};
  bool ignore_case = false;
  bool multiline = false;
  bool dotall = false;
  RegexEngine engine = RegexEngine::re2;
  friend bool operator==(const RegexPattern&, const RegexPattern&) = default;
};

/// The value is the text of an address inside the network. IPv4-mapped IPv6 (`::ffff:10.0.0.1`, on
/// either side) counts as IPv4; the families never match each other otherwise.
using CidrPattern = Network;

enum class CompareOp : std::uint8_t { eq, neq, lt, lte, gt, gte };

/// A JSON number, or text that parses as one (optional sign, digits, fraction, exponent; nothing
/// around it), compared with `value`. Only lt, lte, gt, gte.
struct ComparePattern {
  CompareOp op = CompareOp::lt;
  double value = 0;
  std::string text{};  // as the rule spells it
  friend bool operator==(const ComparePattern&, const ComparePattern&) = default;
};

enum class TimePart : std::uint8_t { minute, hour, day, week, month, year };

/// A part of the wall-clock time as logged (no zone conversion) of a text that `parse_log_time`
/// accepts. week: ISO 8601.
struct TimePartPattern {
  TimePart part = TimePart::minute;
  CompareOp op = CompareOp::eq;  // eq, lt, lte, gt, gte
  int value = 0;
  friend bool operator==(const TimePartPattern&, const TimePartPattern&) = default;
};

/// No value at the path, or any value (array members opened) is JSON null.
struct NullPattern {
  friend bool operator==(const NullPattern&, const NullPattern&) = default;
};

/// There is a value at the path (JSON null and empty arrays included), or there is none.
struct ExistsPattern {
  bool expected = true;
  friend bool operator==(const ExistsPattern&, const ExistsPattern&) = default;
};

/// Any scalar at the path against any scalar at `field` (both with array members opened), as texts,
/// numbers and booleans by their JSON text. JSON null never matches. prefix: the value starts with
/// the other field's text.
struct FieldRefPattern {
  std::string field{};
  TextShape shape = TextShape::exact;  // exact, prefix, suffix, contains
  bool cased = false;
  friend bool operator==(const FieldRefPattern&, const FieldRefPattern&) = default;
};

using Pattern = std::variant<TextPattern, NumberPattern, RegexPattern, CidrPattern, ComparePattern,
                             TimePartPattern, NullPattern, ExistsPattern, FieldRefPattern>;

/// One field against alternatives. An empty `field` is a keyword test: the value is the whole
/// record, and the patterns (always TextPattern or RegexPattern) already have the shape contains or
/// a glob with runs at both ends.
struct FieldTest {
  std::string field{};
  std::vector<Pattern> any{};  // never empty
  friend bool operator==(const FieldTest&, const FieldTest&) = default;
};

/// A condition over tests. `all_of` and `any_of` have at least one child, `not_` exactly one.
struct Node {
  enum class Kind : std::uint8_t { all_of, any_of, not_, test };
  Kind kind = Kind::test;
  std::uint32_t test = 0;  // test: index into Compiled::tests
  std::vector<Node> children{};
  std::string label{};  // as the rule wrote it: `selection`, `1 of filter_*`,
                        // `userAgent|contains: S3 Browser`; may be empty
  Place place{};
};

/// A condition of a detection rule as written, and its tree.
struct Condition {
  std::string text{};
  Node root{};
};

/// A filter document as it stands in one detection rule: the rule fires only where `root` is true.
struct AppliedFilter {
  std::uint32_t filter = 0;  // index into Compiled::filters
  Node root{};
};

/// The detection part of a rule: fires when any of its conditions holds and each filter does.
struct Detection {
  std::uint32_t rule = 0;               // index into Compiled::infos
  std::vector<Condition> conditions{};  // several when the rule lists several
  std::vector<AppliedFilter> filters{};
};

enum class CorrelationType : std::uint8_t {
  event_count,
  value_count,
  temporal,
  temporal_ordered,
  value_sum,
  value_avg,
  value_median,
  value_percentile,
};

struct Bound {
  CompareOp op = CompareOp::gte;
  double value = 0;
};

/// A string condition of a temporal correlation: `a and (b or not c)`.
struct RuleExpression {
  enum class Kind : std::uint8_t { all_of, any_of, not_, rule };
  Kind kind = Kind::rule;
  std::uint32_t rule = 0;  // position in Correlation::rules
  std::vector<RuleExpression> children{};
};

/// A group-by or value field. With an alias the field differs from rule to rule.
struct CorrelationField {
  std::string name{};                   // as written
  std::vector<std::string> per_rule{};  // field to read, by position in Correlation::rules; for a
                                        // cited correlation: the name of one of its group-by fields
};

struct Correlation {
  std::uint32_t rule = 0;  // index into Compiled::infos
  CorrelationType type = CorrelationType::event_count;
  std::vector<std::uint32_t> rules{};  // cited rules, detections or correlations, each once
  std::vector<CorrelationField> group_by{};
  std::vector<CorrelationField> fields{};  // value_…: what is counted or computed
  std::chrono::microseconds timespan{};
  std::vector<Bound> bounds{};  // all must hold; empty for temporal without condition
  double percentile = 0;        // value_percentile: 0–100
  std::optional<RuleExpression> expression{};
  bool generate = false;
};

}  // namespace backtrail::sigma::detail

namespace backtrail::sigma {

struct RuleSet::Compiled {
  std::vector<RuleInfo> infos{};                    // order of the files
  std::vector<detail::FieldTest> tests{};           // each once, shared by all rules
  std::vector<detail::Detection> detections{};      // ascending by rule
  std::vector<detail::Correlation> correlations{};  // a cited correlation stands before its citer
  std::vector<FilterInfo> filters{};
  std::unordered_map<std::string, std::uint32_t> by_name{};  // ids and names
  std::string hash{};

  /// The detection of a rule, or nullptr (a correlation).
  [[nodiscard]] const detail::Detection* detection(std::uint32_t rule) const;
  /// The correlation of a rule, or nullptr.
  [[nodiscard]] const detail::Correlation* correlation(std::uint32_t rule) const;
};

}  // namespace backtrail::sigma
