#include "cli/commands/rule_tests.h"

#include <map>

#include "base/text.h"
#include "base/time.h"
#include "model/record.h"
#include "ingest/ingest.h"
#include "sources/sources.h"

namespace backtrail::cli {
namespace {

/// What the rules did with the events of one test case.
struct Outcome {
  std::uint64_t events = 0;
  std::vector<std::uint64_t> matched{};  // numbers of events that the rule matched
  bool correlated = false;
  std::string problem{};
};

/// Events as a file holds them: texts are lines, objects an array.
std::string text_of(const Json& events) {
  std::string lines;
  for (const Json& event : events.as_array()) {
    if (!event.is_string()) return events.dump();
    lines += event.as_string() + "\n";
  }
  return lines;
}

Outcome match(const Json& events, const std::string& file, std::uint32_t rule,
              const std::shared_ptr<const sigma::RuleSet>& rules) {
  Outcome out;
  const std::string text = text_of(events) + std::string(sources::kPadding, ' ');
  const auto reader = sources::make_reader();
  std::map<const model::LogType*, sigma::Matcher> matchers;
  sources::Found found;
  std::vector<sigma::BaseHit> hits;
  reader->start(std::string_view(text).substr(0, text.size() - sources::kPadding),
                sources::origin_of_path(file));
  while (reader->next(found)) {
    const model::Record& record = *found.record;
    sigma::Matcher& matcher =
        matchers
            .try_emplace(found.type, rules, sources::layout_of(*found.type), ingest::source_of(*found.type))
            .first->second;
    for (const std::uint32_t fired : matcher.match(record)) {
      if (fired == rule) out.matched.push_back(found.where.number);
      hits.push_back({.rule = fired,
                      .time = sources::time_of(found),
                      .event_key = std::to_string(found.where.number),
                      .captured = matcher.capture(fired, record)});
    }
    ++out.events;
  }
  const sources::ReadReport& report = reader->report();
  if (!report.diagnostics.empty())
    out.problem = "events cannot be read: " + report.diagnostics.front().reason + " " +
                  report.diagnostics.front().detail;
  for (const sigma::CorrelationHit& hit : sigma::correlate(*rules, hits).hits)
    out.correlated = out.correlated || hit.rule == rule;
  return out;
}

std::string judge(const Outcome& o, bool correlation, bool positive) {
  if (!o.problem.empty()) return o.problem;
  if (correlation) {
    if (o.correlated == positive) return {};
    return positive ? "the correlation does not fire" : "the correlation fires";
  }
  if (positive && o.events == 0) return "the case has no event";
  if (positive && o.matched.size() != o.events)
    return std::to_string(o.events - o.matched.size()) + " of " + std::to_string(o.events) +
           " events do not match";
  if (!positive && !o.matched.empty())
    return "event " + std::to_string(o.matched.front()) + " (from 0) matches";
  return {};
}

}  // namespace

Result<std::vector<RuleTestResult>> run_rule_tests(
    const std::string& file, const Json& tests,
    const std::shared_ptr<const sigma::RuleSet>& rules) {
  const auto bad = [&](std::string_view what) {
    return invalid_argument("rules.test_file", file + ": " + std::string(what));
  };
  if (!tests["rule"].is_string()) return bad("'rule' must name a rule's id");
  for (const auto& [key, value] : tests.as_object())
    if (key != "rule" && key != "positive" && key != "negative")
      return bad("unknown member '" + key + "'; expected rule, positive, negative");
  const std::string& id = tests["rule"].as_string();
  const int rule = rules->find(id);
  std::vector<RuleTestResult> out;
  if (rule < 0) {
    out.push_back({.file = file,
                   .rule = id,
                   .test = "the rule is loaded",
                   .reason = "no rule has this id or name"});
    return out;
  }
  const sigma::RuleInfo& info = rules->rules()[static_cast<std::size_t>(rule)];
  for (const bool positive : {true, false}) {
    const Json& cases = tests[positive ? "positive" : "negative"];
    if (!cases.is_null() && !cases.is_array())
      return bad("'positive' and 'negative' must be lists");
    for (const Json& one : cases.as_array()) {
      if (!one["name"].is_string() || !one["events"].is_array())
        return bad("each case needs 'name' and 'events'");
      const std::string named = one["file"].is_string() ? one["file"].as_string() : std::string();
      std::string reason = judge(match(one["events"], named, static_cast<std::uint32_t>(rule), rules),
                                 info.kind == sigma::RuleKind::correlation, positive);
      out.push_back({.file = file,
                     .rule = id,
                     .title = info.title,
                     .test = one["name"].as_string(),
                     .positive = positive,
                     .passed = reason.empty(),
                     .reason = std::move(reason)});
    }
  }
  if (out.empty()) return bad("it holds no test");
  return out;
}

}  // namespace backtrail::cli
