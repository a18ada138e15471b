#include "report/json_shapes.h"

#include <algorithm>

#include "report/mask.h"

namespace backtrail::report {
namespace {

Json masked(std::string_view text) { return mask_secrets(text); }

Json counts_json(const std::vector<analysis::NameCount>& counts) {
  Json out = Json::array();
  for (const analysis::NameCount& c : counts) {
    Json one = Json::object();
    one.set("name", masked(c.name));
    one.set("count", c.count);
    if (!c.title.empty()) one.set("title", masked(c.title));
    if (!c.marks.empty()) one.set("marks", strings_json(c.marks));
    out.push(std::move(one));
  }
  return out;
}

Json principal_json(const analysis::PrincipalSummary& p) {
  Json out = Json::object();
  out.set("principal", masked(p.principal));
  out.set("kind", p.kind);
  out.set("account", p.account);
  out.set("first", time_json(p.first));
  out.set("last", time_json(p.last));
  out.set("events", p.events);
  out.set("errors", p.errors);
  out.set("denied", p.denied);
  out.set("findings", p.findings);
  out.set("worst", p.worst ? Json(model::to_string(*p.worst)) : Json());
  out.set("marks", strings_json(p.marks));
  out.set("interest", p.interest);
  out.set("regions", counts_json(p.regions));
  out.set("source_ips", counts_json(p.source_ips));
  out.set("user_agents", counts_json(p.user_agents));
  out.set("access_keys", counts_json(p.access_keys));
  out.set("top_actions", counts_json(p.top_actions));
  out.set("errors_by_code", counts_json(p.errors_by_code));
  out.set("sensitive_succeeded", counts_json(p.sensitive_succeeded));
  out.set("sensitive_failed", counts_json(p.sensitive_failed));
  return out;
}

/// The distinct value of all events of a hit, sorted; a hit on several gives the first.
std::string first_value(const model::Hit& hit, std::string model::EventRef::*member) {
  for (const model::EventRef& e : hit.events)
    if (!(e.*member).empty()) return e.*member;
  return {};
}

}  // namespace

Json time_json(const std::optional<Timestamp>& t) { return t ? Json(format_rfc3339(*t)) : Json(); }

Json strings_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& t : texts) out.push(masked(t));
  return out;
}

Json with_schema(std::string_view name) {
  Json out = Json::object();
  out.set("schema", "backtrail." + std::string(name) + "/1");
  return out;
}

Json to_json(const ingest::Summary& s) {
  Json out = with_schema("import");
  Json files = Json::object();
  files.set("found", s.files.found);
  files.set("imported", s.files.imported);
  files.set("already", s.files.already);
  files.set("skipped", s.files.skipped);
  out.set("files", std::move(files));
  Json skipped = Json::array();
  for (const ingest::Skipped& k : s.skipped) {
    Json one = Json::object();
    one.set("path", k.path);
    one.set("reason", k.reason);
    if (k.offset) one.set("offset", *k.offset);
    one.set("kept", k.kept);
    one.set("lost", k.lost);
    if (!k.detail.empty()) one.set("detail", masked(k.detail));
    skipped.push(std::move(one));
  }
  out.set("skipped", std::move(skipped));
  Json records = Json::object();
  records.set("read", s.records.read);
  records.set("stored", s.records.stored);
  records.set("duplicates", s.records.duplicates);
  records.set("rejected", s.records.rejected);
  records.set("unreadable_times", s.records.unreadable_times);
  out.set("records", std::move(records));
  Json bytes = Json::object();
  bytes.set("compressed", s.bytes.compressed);
  bytes.set("raw", s.bytes.raw);
  out.set("bytes", std::move(bytes));
  Json time = Json::object();
  time.set("first", time_json(s.first));
  time.set("last", time_json(s.last));
  out.set("time", std::move(time));
  out.set("hits", s.hits);
  out.set("conflicts", s.conflicts);
  out.set("seconds", s.seconds);
  return out;
}

// Straight to text: there may be as many hits as events.
std::string json_text(const model::Hit& hit) {
  JsonWriter out;
  out.begin_object().field("schema", "backtrail.hit/1");
  out.field("rule_id", hit.rule_id).field("rule_title", hit.rule_title);
  out.field("level", model::to_string(hit.level)).key("time");
  if (hit.events.empty() || !hit.events.front().time)
    out.null();
  else
    out.string(format_rfc3339(*hit.events.front().time));
  out.key("event_ids").begin_array();
  for (const model::EventRef& e : hit.events) out.string(e.shown_id());
  out.end_array();
  out.field("principal", mask_secrets(first_value(hit, &model::EventRef::principal)));
  out.field("source_ip", mask_secrets(first_value(hit, &model::EventRef::source_ip)));
  out.key("techniques").begin_array();
  for (const std::string& t : hit.techniques) out.string(t);
  out.end_array().end_object();
  return out.take();
}

Json to_json(const model::Finding& f) {
  Json out = with_schema("finding");
  out.set("id", f.id);
  out.set("title", masked(f.title));
  out.set("severity", model::to_string(f.severity));
  out.set("techniques", strings_json(f.techniques));
  out.set("tactics", strings_json(f.tactics));
  out.set("count", f.count);
  out.set("denied", f.denied);
  out.set("first", time_json(f.first));
  out.set("last", time_json(f.last));
  out.set("principals", strings_json(f.principals));
  out.set("source_ips", strings_json(f.source_ips));
  out.set("actions", strings_json(f.actions));
  out.set("accounts", strings_json(f.accounts));
  out.set("regions", strings_json(f.regions));
  out.set("event_ids", strings_json(f.event_ids));
  out.set("rule_ids", strings_json(f.rule_ids));
  out.set("source", f.source.empty() ? Json("rules") : masked(f.source));
  out.set("resources", strings_json(f.resources));
  out.set("investigation", strings_json(f.investigation));
  out.set("state", f.state);
  out.set("marks", strings_json(f.marks));
  return out;
}

Json to_json(const analysis::TimelineRow& r) {
  Json out = with_schema("event");
  out.set("uid", r.uid);
  out.set("time", time_json(r.time));
  out.set("source", masked(r.source));
  out.set("account", r.account);
  out.set("region", r.region);
  out.set("principal", masked(r.principal));
  out.set("action", masked(r.action));
  out.set("outcome", r.outcome);
  out.set("error", masked(r.error));
  out.set("source_ip", masked(r.source_ip));
  out.set("user_agent", masked(r.user_agent));
  out.set("techniques", strings_json(r.techniques));
  out.set("level", r.level.empty() ? Json() : Json(r.level));
  out.set("event_id", r.event_id);
  return out;
}

Json to_json(const analysis::CaseSummary& s) {
  Json out = with_schema("summary");
  out.set("case", s.name);
  Json read = Json::object();
  read.set("evidence_items", s.evidence_items);
  read.set("events", s.events);
  read.set("duplicates", s.duplicates);
  read.set("conflicts", s.conflicts);
  read.set("files_damaged", s.files_damaged);
  read.set("files_not_a_log", s.files_not_a_log);
  read.set("records_lost", s.records_lost);
  read.set("without_time", s.without_time);
  out.set("read", std::move(read));
  Json time = Json::object();
  time.set("first", time_json(s.first));
  time.set("last", time_json(s.last));
  out.set("time", std::move(time));
  out.set("accounts", counts_json(s.accounts));
  out.set("regions", counts_json(s.regions));
  out.set("sources", counts_json(s.sources));
  Json principals = Json::array();
  for (const analysis::PrincipalSummary& p : s.principals) principals.push(principal_json(p));
  out.set("principals", std::move(principals));
  out.set("principals_total", s.principals_total);
  Json findings = Json::array();
  for (const model::Finding& f : s.findings.findings) findings.push(to_json(f));
  out.set("findings", std::move(findings));
  out.set("findings_benign", s.findings.benign);
  out.set("findings_stale", s.findings.stale);
  Json look_first = Json::array();
  for (const analysis::Advice& a : s.look_first) {
    Json one = Json::object();
    one.set("what", a.what);
    one.set("command", a.command);
    look_first.push(std::move(one));
  }
  out.set("look_first", std::move(look_first));
  Json activity = Json::object();
  activity.set("step_seconds", static_cast<std::int64_t>(s.activity_step.count()));
  Json bars = Json::array();
  for (const auto& a : s.activity) {
    Json bar = Json::object();
    bar.set("start", format_rfc3339(a.start));
    bar.set("events", a.events);
    bar.set("errors", a.errors);
    bar.set("flagged", a.flagged);
    bars.push(std::move(bar));
  }
  activity.set("bars", std::move(bars));
  out.set("activity", std::move(activity));
  return out;
}

Json to_json(const casefile::VerifyReport& r) {
  Json out = with_schema("verify");
  out.set("ok", r.ok);
  out.set("items", r.items);
  out.set("key", r.key);
  out.set("head", r.head);
  Json problems = Json::array();
  for (const casefile::VerifyProblem& p : r.problems) {
    Json one = Json::object();
    one.set("kind", p.kind);
    one.set("subject", p.subject);
    one.set("detail", p.detail);
    problems.push(std::move(one));
  }
  out.set("problems", std::move(problems));
  return out;
}

Json to_json(const casefile::Info& info, std::string_view directory) {
  Json out = with_schema("case");
  out.set("directory", directory);
  out.set("id", info.id.text());
  out.set("name", info.name);
  out.set("created", format_rfc3339(info.created));
  out.set("schema_version", info.schema_version);
  Json context = Json::object();
  context.set("accounts", strings_json(info.context.accounts));
  Json names = Json::object();
  for (const auto& [id, name] : info.context.account_names) names.set(id, name);
  context.set("account_names", std::move(names));
  context.set("networks", strings_json(info.context.networks));
  context.set("scanners", strings_json(info.context.scanners));
  context.set("break_glass", strings_json(info.context.break_glass));
  context.set("responders", strings_json(info.context.responders));
  out.set("context", std::move(context));
  return out;
}

Json to_json(const sigma::Problem& p) {
  Json out = Json::object();
  out.set("path", p.path);
  out.set("line", p.line);
  out.set("column", p.column);
  out.set("id", p.rule_id);
  out.set("code", p.id);
  out.set("message", p.message);
  return out;
}

Json to_json(const std::vector<sigma::Problem>& problems) {
  Json out = Json::array();
  for (const sigma::Problem& p : problems) out.push(to_json(p));
  return out;
}

Json to_json(const sigma::RuleInfo& r) {
  Json out = with_schema("rule");
  out.set("id", r.id);
  out.set("name", r.name);
  out.set("title", r.title);
  out.set("kind", r.kind == sigma::RuleKind::correlation ? "correlation" : "detection");
  out.set("level", model::to_string(r.level));
  out.set("status", r.status);
  out.set("description", r.description);
  out.set("author", r.author);
  out.set("license", r.license);
  out.set("date", r.date);
  out.set("techniques", strings_json(r.techniques));
  out.set("tactics", strings_json(r.tactics));
  out.set("tags", strings_json(r.tags));
  out.set("references", strings_json(r.references));
  out.set("falsepositives", strings_json(r.falsepositives));
  out.set("investigation", strings_json(r.investigation));
  out.set("fields", strings_json(r.fields));
  out.set("reports", r.reports);
  out.set("path", r.path);
  out.set("line", r.line);
  return out;
}

}  // namespace backtrail::report
