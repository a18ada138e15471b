#include <algorithm>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"
#include "report/mask.h"

namespace backtrail::cli {
namespace {

/// What is known of a rule in this case.
struct Explained {
  const sigma::RuleInfo* rule = nullptr;
  std::string event{};  // empty: the case as a whole
  std::string place{};  // where the event lies in the evidence
  sigma::Explanation why{};
  std::vector<std::string> hits{};  // event ids, in order; only without an event
  std::vector<sigma::UnseenField> unseen{};
  std::vector<std::string> findings{};  // of the rule, that hold the event
};

Json node_json(const sigma::ExplainedNode& n) {
  using Kind = sigma::ExplainedNode::Kind;
  Json out = Json::object();
  out.set("kind", n.kind == Kind::all_of   ? "all_of"
                  : n.kind == Kind::any_of ? "any_of"
                  : n.kind == Kind::not_   ? "not"
                                           : "test");
  out.set("text", n.text);
  out.set("result", n.result);
  if (n.kind == Kind::test) {
    out.set("field", n.field);
    out.set("absent", n.absent);
    Json values = Json::array();
    for (const std::string& v : n.values) values.push(report::mask_field(n.field, v));
    out.set("values", std::move(values));
  } else {
    Json children = Json::array();
    for (const sigma::ExplainedNode& c : n.children) children.push(node_json(c));
    out.set("children", std::move(children));
  }
  return out;
}

Json nodes_json(const std::vector<sigma::ExplainedNode>& nodes) {
  Json out = Json::array();
  for (const sigma::ExplainedNode& n : nodes) out.push(node_json(n));
  return out;
}

Json explained_json(const Explained& e) {
  Json out = report::with_schema("explain");
  out.set("rule_id", e.rule->id);
  out.set("rule_title", e.rule->title);
  out.set("event", e.event.empty() ? Json() : Json(e.event));
  out.set("place", e.place.empty() ? Json() : Json(e.place));
  out.set("fires", e.event.empty() ? !e.hits.empty() : e.why.fires);
  out.set("applies", e.why.applies);
  out.set("note", e.why.note);
  out.set("conditions", nodes_json(e.why.conditions));
  out.set("filters", nodes_json(e.why.filters));
  out.set("hits", report::strings_json(e.hits));
  Json unseen = Json::array();
  for (const sigma::UnseenField& u : e.unseen) {
    Json one = Json::object();
    one.set("field", u.field);
    one.set("near", u.near);
    unseen.push(std::move(one));
  }
  out.set("unseen_fields", std::move(unseen));
  out.set("findings", report::strings_json(e.findings));
  return out;
}

/// One line a node: `+` held, `-` did not, with what the event holds.
void node_text(std::string& out, const sigma::ExplainedNode& n, std::size_t depth,
               const report::Style& style) {
  using report::Tone;
  out += std::string(depth * 2, ' ') +
         style.paint(n.result ? Tone::good : Tone::bad, n.result ? "+ " : "- ");
  out += escape_terminal(n.text);
  if (n.kind == sigma::ExplainedNode::Kind::test) {
    std::vector<std::string> values;
    for (const std::string& v : n.values)
      values.push_back(escape_terminal(report::mask_field(n.field, v)));
    out += style.paint(Tone::dim, n.absent         ? "   the event has no such field"
                                  : values.empty() ? ""
                                                   : "   the event has: " + join(values, ", "));
  }
  out += "\n";
  for (const sigma::ExplainedNode& c : n.children) node_text(out, c, depth + 1, style);
}

/// The event is one of those that a correlation looks at.
bool counts(const Explained& e) {
  return !e.why.conditions.empty() && e.why.conditions.front().result;
}

std::string explained_text(const Invocation& run, const Explained& e) {
  constexpr std::size_t kHitsShown = 10;
  const report::Style style = run.out_style();
  std::string out = style.paint(report::Tone::strong, escape_terminal(e.rule->title)) + "\n" +
                    e.rule->id + "  " + escape_terminal(e.rule->path) + "\n\n";
  if (e.event.empty()) {
    if (e.rule->kind == sigma::RuleKind::detection)
      out += e.hits.empty()
                 ? "It matches no event of this case.\n"
                 : "It matches " + report::plural(e.hits.size(), "event") + " of this case:\n";
    for (std::size_t i = 0; i < e.hits.size() && i < kHitsShown; ++i)
      out += "  " + escape_terminal(e.hits[i]) + "\n";
    if (e.hits.size() > kHitsShown)
      out += "  and " + std::to_string(e.hits.size() - kHitsShown) + " more\n";
    if (!e.hits.empty())
      out += "Why, condition by condition: " +
             with_case(run, "rules explain " + e.rule->id + " --event " + e.hits.front()) + "\n";
  } else {
    out += e.why.fires ? style.paint(report::Tone::good, "It fires")
           : e.rule->kind == sigma::RuleKind::correlation && counts(e)
               ? style.paint(report::Tone::medium, "It counts, but does not fire,")
               : style.paint(report::Tone::bad, "It does not fire");
    out += " on event " + escape_terminal(e.event) + " (" + escape_terminal(e.place) +
           ").  + holds, - does not\n";
    for (const sigma::ExplainedNode& n : e.why.conditions) node_text(out, n, 1, style);
    if (!e.why.filters.empty()) out += "Filters:\n";
    for (const sigma::ExplainedNode& n : e.why.filters) node_text(out, n, 1, style);
  }
  if (!e.findings.empty()) out += "In findings: " + join(e.findings, " ") + "\n";
  if (!e.why.note.empty()) out += escape_terminal(e.why.note) + "\n";
  for (const sigma::UnseenField& u : e.unseen)
    out += style.paint(report::Tone::medium, "warning") + ": no event of this case has the field " +
           escape_terminal(u.field) +
           (u.near.empty() ? std::string() : "; " + escape_terminal(u.near) + " occurs") + "\n";
  return out;
}

/// The rule alone with what shares its file: matching the case then costs no more than it must.
Result<std::shared_ptr<const sigma::RuleSet>> rules_of_file(
    const std::vector<sigma::RuleFile>& files, const std::string& path) {
  std::vector<sigma::RuleFile> own;
  for (const sigma::RuleFile& f : files)
    if (f.path == path) own.push_back(f);
  return sigma::load(own).rules;
}

Result<void> explain_case(Invocation& run, casefile::Case& kase,
                          const std::vector<sigma::RuleFile>& files, Explained& e) {
  const std::stop_token stop = run.stop("explaining changes nothing.");
  BACKTRAIL_ASSIGN(const auto alone, rules_of_file(files, e.rule->path));
  const int index = alone->find(e.rule->id);
  if (e.rule->kind == sigma::RuleKind::correlation || index < 0) {
    e.why.note = "A correlation fires on sets of events: its findings list them. Run: " +
                 with_case(run, "findings --rule " + e.rule->id);
    return {};
  }
  BACKTRAIL_ASSIGN(std::vector<ingest::CaseHit> hits,
                   ingest::match_case(kase, alone, run.threads(), run.progress(), stop));
  std::erase_if(
      hits, [&](const ingest::CaseHit& h) { return h.rule != static_cast<std::uint32_t>(index); });
  std::sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) {
    return std::tie(a.event.time, a.event.uid) < std::tie(b.event.time, b.event.uid);
  });
  for (const ingest::CaseHit& h : hits) e.hits.push_back(h.event.shown_id());
  BACKTRAIL_ASSIGN(e.unseen,
                   analysis::unseen_fields(kase, *alone, static_cast<std::uint32_t>(index), stop));
  return {};
}

Result<int> run_explain(Invocation& run) {
  BACKTRAIL_ASSIGN(const std::vector<sigma::RuleFile> files, chosen_rules(run));
  const sigma::LoadResult loaded = sigma::load(files);
  const std::string name = run.args().text("RULE");
  const int index = loaded.rules->find(name);
  if (index < 0) {
    for (const sigma::Problem& p : loaded.rejected)
      if (p.rule_id == name)
        return invalid_argument(p.id, "The rule was refused: " + p.path + ":" +
                                          std::to_string(p.line) + ":" + std::to_string(p.column) +
                                          ": " + p.message);
    return analysis::unknown_rule(*loaded.rules, name);
  }
  Explained e{.rule = &loaded.rules->rules()[static_cast<std::size_t>(index)],
              .event = run.args().text("event")};
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  if (e.event.empty()) {
    BACKTRAIL_RETURN_IF_ERROR(explain_case(run, *kase, files, e));
  } else {
    BACKTRAIL_ASSIGN(analysis::EventExplanation found,
                     analysis::explain(*kase, *loaded.rules, e.rule->id, e.event,
                                       run.stop("explaining changes nothing.")));
    e.why = std::move(found.explanation);
    e.unseen = std::move(found.unseen);
    e.findings = std::move(found.findings);
    e.place = found.evidence + (found.member.empty() ? "" : "!" + found.member) + ", byte " +
              with_thousands(found.offset);
  }
  run.end_progress();
  BACKTRAIL_RETURN_IF_ERROR(
      run.write(run.format() == "json" ? explained_json(e).dump() + "\n" : explained_text(run, e)));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> explain_commands() {
  return {
      {.name = "rules explain",
       .group = "Rules",
       .summary = "Say why a rule fired or did not, condition by condition",
       .description = "With --event: every test of the rule, whether it held, and what the event "
                      "has in that field. Without: which events "
                      "of the case it matches, and which of its fields no event of the case has.",
       .examples = {{"does it match anything here, and could it",
                     "backtrail rules explain role_trusts_anyone --case ./incident-42"},
                    {"why not on this event",
                     "backtrail rules explain role_trusts_anyone --event "
                     "3f6d6e0a-bad1-4bb8-af68-6577b2f3cdce --case ./incident-42"}},
       .arguments = {{.name = "RULE", .kind = ValueKind::rule, .help = "The rule's id or name"}},
       .options = options_of({{case_option(),
                               {.name = "event",
                                .kind = ValueKind::text,
                                .value_name = "ID",
                                .help = "The event: its eventID or uid"}},
                              rule_options(),
                              {output_option({"table", "json"}), out_option()}}),
       .run = run_explain,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
