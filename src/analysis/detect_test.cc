#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/analysis.h"
#include "analysis/detail/detection.h"
#include "analysis/testing.h"
#include "base/version.h"
#include "store/meta.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::FakeCase;
using testing::uid_of;

sigma::RuleFile rule(const std::string& id, const std::string& level, const std::string& event) {
  return {.path = "/rules/" + id + ".yml",
          .text = "title: Rule " + id + "\nid: " + id + "\nlevel: " + level +
                  "\nlogsource: {product: aws, service: cloudtrail}\n"
                  "tags: [attack.persistence, attack.t1136.003]\n"
                  "detection:\n  s: {eventName: " +
                  event + "}\n  condition: s\n"};
}

const std::string kOne = "00000000-0000-4000-8000-0000000000a1";
const std::string kTwo = "00000000-0000-4000-8000-0000000000a2";

/// A case whose hits are stored already, as import leaves it.
class Detect : public ::testing::Test {
 protected:
  void SetUp() override {
    kase_.run("INSERT INTO evidence BY NAME SELECT 1 AS id, 'complete' AS status");
    kase_.run("INSERT INTO evidence BY NAME SELECT 2 AS id, 'complete' AS status");
    add_event(kase_, {.n = 1, .time = "2023-07-10 12:00:00", .name = "CreateUser"});
    add_event(
        kase_,
        {.n = 2, .time = "2023-07-10 12:00:05", .name = "CreateUser", .error = "AccessDenied"});
    add_event(kase_, {.n = 3,
                      .time = "2023-07-10 11:00:00",
                      .name = "CreateUser",
                      .arn = "arn:aws:iam::111111111111:user/bob"});
    add_event(kase_, {.n = 4, .time = "", .name = "DeleteUser", .evidence = 2});
    for (const int n : {1, 2, 3}) hit(kOne, n);
    hit(kTwo, 4);
  }
  void hit(const std::string& rule_id, int n) {
    kase_.run(
        "INSERT INTO hits BY NAME SELECT $1 AS rule_id, uid, event_id, \"time\", source, "
        "\"action\", account, "
        "region, principal, session, access_key, source_ip, user_agent, error FROM events WHERE "
        "uid = $2::UUID",
        {rule_id, uid_of(n)});
  }
  /// The stored hits are complete for these rules.
  void hits_are_of(const std::vector<sigma::RuleFile>& files) {
    const auto loaded = sigma::load(files);
    ASSERT_TRUE(loaded.rejected.empty()) << loaded.rejected[0].message;
    ASSERT_TRUE(set_meta(store(), store::meta::kHitsRulesHash, loaded.rules->hash()));
    ASSERT_TRUE(set_meta(store(), store::meta::kHitsVersion, program_version()));
  }
  store::Store& store() { return **kase_.store(); }
  struct Detected : DetectResult {
    std::vector<model::Hit> list{};
  };
  Detected run(const std::vector<sigma::RuleFile>& files, bool prune = false) {
    hits_are_of(files);
    Progress progress;
    Detected out;
    auto result = detect(kase_,
                         {.files = files,
                          .builtin = false,
                          .prune = prune,
                          .on_hit = [&](const model::Hit& hit) { out.list.push_back(hit); }},
                         progress, {});
    EXPECT_TRUE(result) << result.error().message;
    if (result) static_cast<DetectResult&>(out) = std::move(*result);
    EXPECT_EQ(out.hits, out.list.size());
    return out;
  }
  std::vector<model::Finding> found(const FindingsFilter& filter = {}) {
    auto f = findings(kase_, filter);
    EXPECT_TRUE(f) << f.error().message;
    return f ? std::move(f->findings) : std::vector<model::Finding>{};
  }
  std::string dump() {
    std::string out;
    for (const char* table : {"hits", "correlation_hits", "rules", "findings", "decisions"})
      out += kase_.text("SELECT * FROM " + std::string(table) + " ORDER BY ALL") + "\n--\n";
    return out;
  }
  FakeCase kase_;
  const sigma::RuleFile one_ = rule(kOne, "high", "CreateUser"),
                        two_ = rule(kTwo, "low", "DeleteUser");
};

TEST_F(Detect, HitsAndFindingsOfStoredHits) {
  const Detected r = run({one_, two_});
  EXPECT_EQ(r.rules, 2u);
  EXPECT_EQ(r.findings, 3u);
  std::string order;
  for (const model::Hit& h : r.list)
    order += h.rule_id.substr(34) + ":" + h.events[0].event_id + " ";
  EXPECT_EQ(order, "a1:event-3 a1:event-1 a1:event-2 a2:event-4 ");
  EXPECT_EQ(r.list[0].rule_title, "Rule " + kOne);
  EXPECT_EQ(r.list[0].level, model::Severity::high);
  EXPECT_EQ(r.list[0].techniques, (std::vector<std::string>{"T1136.003"}));
  EXPECT_EQ(r.list[2].events[0].error, "AccessDenied");

  const std::vector<model::Finding> f = found();
  ASSERT_EQ(f.size(), 3u);
  EXPECT_EQ(f[0].principals, (std::vector<std::string>{"arn:aws:iam::111111111111:user/bob"}));
  EXPECT_EQ(f[1].principals, (std::vector<std::string>{"arn:aws:iam::111111111111:user/alice"}));
  EXPECT_EQ(f[1].count, 2u);
  EXPECT_EQ(f[1].denied, 1u);
  EXPECT_EQ(f[1].event_ids, (std::vector<std::string>{"event-1", "event-2"}));
  EXPECT_EQ(f[1].tactics, (std::vector<std::string>{"persistence"}));
  EXPECT_EQ(f[2].severity, model::Severity::low);
  EXPECT_EQ(f[2].first, std::nullopt);
  EXPECT_EQ(kase_.text("SELECT id, level, kind, reports, source FROM rules ORDER BY id"),
            kOne + "|high|detection|true|/rules/" + kOne + ".yml\n" + kTwo +
                "|low|detection|true|/rules/" + kTwo + ".yml");
}

TEST_F(Detect, TwoRunsGiveTheSame) {
  const Detected first = run({one_, two_});
  const std::string before = dump();
  const Detected second = run({one_, two_});
  EXPECT_EQ(dump(), before);
  ASSERT_EQ(first.list.size(), second.list.size());
  for (std::size_t i = 0; i < first.list.size(); ++i)
    EXPECT_EQ(first.list[i].events, second.list[i].events);
}

TEST_F(Detect, LedgerSaysWhatRan) {
  run({one_}, true);
  const auto entries = kase_.entries();
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ((*entries)[0].type, "detect");
  const Json& body = (*entries)[0].body;
  EXPECT_EQ(body["rule_set"].as_string(), sigma::load({one_}).rules->hash());
  EXPECT_EQ(body["version"].as_string(), program_version());
  EXPECT_FALSE(body["builtin"].as_bool());
  EXPECT_TRUE(body["prune"].as_bool());
  EXPECT_EQ(body["last_item"].as_uint(), 2u);
  EXPECT_EQ(body["rules"].as_array().at(0).as_string(), kOne);
  EXPECT_EQ(body["files"].as_array().at(0)["path"].as_string(), one_.path);
  const auto kept =
      read_file(kase_.directory() / "rules" / body["files"].as_array()[0]["kept"].as_string());
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, one_.text);
}

TEST_F(Detect, OtherRulesFindingsStayUnlessPruned) {
  run({one_, two_});
  std::string low;
  for (const model::Finding& f : found())
    if (f.severity == model::Severity::low) low = f.id;
  EXPECT_EQ(run({one_}).pruned, 0u);
  EXPECT_EQ(found().size(), 3u);
  EXPECT_EQ(found().back().id, low);
  EXPECT_EQ(run({one_}, true).pruned, 1u);
  EXPECT_EQ(found().size(), 2u);
  EXPECT_EQ(kase_.text("SELECT count(*) FROM hits WHERE rule_id = $1", {kTwo}), "0");
}

TEST_F(Detect, IdsAndDecisionsStayWhenARuleRunsAgain) {
  run({one_});
  const std::vector<model::Finding> before = found();
  kase_.run(
      "INSERT INTO decisions VALUES ($1, 'true', '', TIMESTAMP '2023-07-11', 'me'), "
      "($1, 'later', '', TIMESTAMP '2023-07-12', 'me'), ($2, 'benign', '', TIMESTAMP "
      "'2023-07-12', 'me')",
      {before[0].id, before[1].id});
  // The rule changes its level and text, and sees one more event.
  add_event(kase_, {.n = 9,
                    .time = "2023-07-10 13:00:00",
                    .name = "CreateUser",
                    .arn = "arn:aws:iam::111111111111:user/bob"});
  hit(kOne, 9);
  run({rule(kOne, "critical", "CreateUser")});
  const auto after = findings(kase_, {.without_benign = true});
  ASSERT_TRUE(after);
  ASSERT_EQ(after->findings.size(), 1u);
  EXPECT_EQ(after->benign, 1u);
  EXPECT_EQ(after->findings[0].id, before[0].id);
  EXPECT_EQ(after->findings[0].count, 2u);
  EXPECT_EQ(after->findings[0].severity, model::Severity::critical);
  EXPECT_EQ(after->findings[0].state, "later");
  EXPECT_EQ(found({}).size(), 2u);
  EXPECT_EQ(found({.states = {"benign"}}).size(), 1u);
  EXPECT_EQ(found({.states = {"benign", "later"}}).size(), 2u);
  EXPECT_EQ(found({.states = {"new"}}).size(), 0u);
}

TEST_F(Detect, FindingsFilters) {
  run({one_, two_});
  const auto at = [](std::string_view t) { return parse_rfc3339(t); };
  const auto count = [&](const FindingsFilter& f) { return found(f).size(); };
  EXPECT_EQ(count({.at_least = model::Severity::high}), 2u);
  EXPECT_EQ(count({.at_least = model::Severity::critical}), 0u);
  EXPECT_EQ(count({.principal = "alice"}), 2u);
  EXPECT_EQ(count({.principal = "arn:aws:iam::111111111111:user/bob"}), 1u);
  EXPECT_EQ(count({.rule = kTwo}), 1u);
  EXPECT_EQ(count({.rule = "nothing"}), 0u);
  EXPECT_EQ(count({.window = {.from = at("2023-07-10T12:00:05Z")}}), 1u);
  EXPECT_EQ(count({.window = {.from = at("2023-07-10T12:00:06Z")}}), 0u);
  EXPECT_EQ(count({.window = {.to = at("2023-07-10T11:00:00Z")}}), 0u);
  EXPECT_EQ(count({.window = {.to = at("2023-07-10T11:00:01Z")}}), 1u);
}

TEST_F(Detect, StaleUntilTheRulesRanAgain) {
  const auto state = [&] {
    const auto f = findings(kase_, {});
    return std::to_string(f->findings.size()) + (f->stale ? " stale " : " fresh ") +
           std::to_string(f->hits_not_grouped);
  };
  EXPECT_EQ(state(), "0 stale 4");  // imported, never detected
  run({one_, two_});
  EXPECT_EQ(state(), "3 fresh 0");
  ASSERT_TRUE(set_meta(store(), store::meta::kFindingsStale, "1"));
  EXPECT_EQ(state(), "3 stale 0");
  hit(kTwo, 1);
  EXPECT_EQ(state(), "3 stale 1");
  run({one_, two_});
  EXPECT_EQ(state(), "3 fresh 0");
}

TEST_F(Detect, HitsOfAnotherProgramVersionAreNotReused) {
  hits_are_of({one_});
  ASSERT_TRUE(set_meta(store(), store::meta::kHitsVersion, "0.0.0"));
  Progress progress;
  // The case has no evidence files: matching again finds nothing.
  const auto r = detect(kase_, {.files = {one_}, .builtin = false}, progress, {});
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->hits, 0u);
  EXPECT_EQ(kase_.text("SELECT rule_id, count(*) FROM hits GROUP BY ALL"), kTwo + "|1");
}

TEST_F(Detect, RefusedRulesAreListedAndChangeNothingAlone) {
  run({one_, two_});
  const std::string before = dump();
  Progress progress;
  const auto r = detect(
      kase_,
      {.files = {{.path = "bad.yml", .text = "title: [\n"}}, .builtin = false, .prune = true},
      progress, {});
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->rejected.size(), 1u);
  EXPECT_EQ(r->rules, 0u);
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(kase_.entries()->size(), 1u);
}

TEST_F(Detect, NoRulesAtAllIsAnError) {
  Progress progress;
  const auto r = detect(kase_, {.builtin = false}, progress, {});
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().id, "rules.none");
}

TEST_F(Detect, CorrelationsGroupByTheirValues) {
  const std::string id = "00000000-0000-4000-8000-0000000000c1";
  const sigma::RuleFile base = rule(kOne, "low", "CreateUser");
  const sigma::RuleFile correlation = {
      .path = "/rules/c.yml",
      .text = "title: Many users\nid: " + id +
              "\nlevel: high\ntags: [attack.persistence, attack.t1136]\n"
              "correlation:\n  type: event_count\n  rules: [" +
              kOne +
              "]\n  group-by: [sourceIPAddress]\n"
              "  timespan: 1h\n  condition: {gte: 2}\n"};
  kase_.run(
      "UPDATE hits SET captured = '[\"203.0.113.7\"]' WHERE event_id IN ('event-1', 'event-2')");
  kase_.run("UPDATE hits SET captured = '[null]' WHERE event_id = 'event-3'");
  const Detected r = run({base, correlation});
  // The base rule only feeds the correlation.
  ASSERT_EQ(r.list.size(), 1u);
  EXPECT_EQ(r.list[0].rule_id, id);
  ASSERT_EQ(r.list[0].events.size(), 2u);
  EXPECT_EQ(r.list[0].events[0].event_id, "event-1");
  const std::vector<model::Finding> f = found();
  ASSERT_EQ(f.size(), 1u);
  EXPECT_EQ(f[0].count, 1u);
  EXPECT_EQ(f[0].event_ids, (std::vector<std::string>{"event-1", "event-2"}));
  EXPECT_EQ(f[0].denied, 1u);
  EXPECT_EQ(kase_.text("SELECT \"group\", first, last, uid FROM correlation_hits ORDER BY ALL"),
            "[\"203.0.113.7\"]|2023-07-10T12:00:00Z|2023-07-10T12:00:05Z|" + uid_of(1) +
                "\n[\"203.0.113.7\"]|2023-07-10T12:00:00Z|2023-07-10T12:00:05Z|" + uid_of(2));
  EXPECT_EQ(kase_.text("SELECT kind, reports FROM rules ORDER BY kind"),
            "correlation|true\ndetection|false");
  std::string flagged;
  ASSERT_TRUE(timeline(kase_, {.only_findings = true},
                       [&](const TimelineRow& row) {
                         flagged += row.event_id + " " + row.level + " ";
                         return true;
                       },
                       {}));
  EXPECT_EQ(flagged, "event-1 high event-2 high ");
}

TEST_F(Detect, DecisionsAreCheckedAndGoIntoTheLedger) {
  run({one_});
  const std::string id = found()[0].id;
  EXPECT_EQ(decide(kase_, {.finding = id, .state = "done"}).error().id, "finding.unknown_state");
  EXPECT_EQ(decide(kase_, {.finding = "f-0", .state = "later"}).error().id, "finding.unknown");
  EXPECT_EQ(kase_.entries()->size(), 1u);
  ASSERT_TRUE(
      decide(kase_, {.finding = id, .state = "benign", .note = "it's ours", .actor = "me"}));
  EXPECT_EQ(found()[0].state, "benign");
  EXPECT_EQ(kase_.text("SELECT state, note, actor, \"time\" FROM decisions"),
            "benign|it's ours|me|" + format_rfc3339(kase_.entries()->back().time));
}

TEST_F(Detect, ReplayMakesTheSameTablesAgain) {
  run({one_, two_});
  run({one_, two_});
  ASSERT_TRUE(
      decide(kase_, {.finding = found()[1].id, .state = "true", .note = "n", .actor = "me"}));
  // An import after the last detection: its hits are stored, but in no finding.
  kase_.run("INSERT INTO evidence BY NAME SELECT 3 AS id, 'complete' AS status");
  add_event(kase_, {.n = 20, .time = "2023-07-12 00:00:00", .name = "CreateUser", .evidence = 3});
  hit(kOne, 20);
  ASSERT_TRUE(set_meta(store(), store::meta::kFindingsStale, "1"));
  const std::string meta = "SELECT * FROM meta ORDER BY ALL";
  const std::string before = dump() + kase_.text(meta);

  // What a rebuild starts from: events and hits as imports leave them.
  for (const char* table : {"findings", "rules", "correlation_hits", "decisions"})
    kase_.run("DELETE FROM " + std::string(table));
  kase_.run("DELETE FROM meta WHERE key IN ('findings_stale', 'hits_grouped')");
  Progress progress;
  const auto notes = replay(kase_, 1, progress, {});
  ASSERT_TRUE(notes) << notes.error().message;
  EXPECT_TRUE(notes->empty());
  EXPECT_EQ(dump() + kase_.text(meta), before);
  EXPECT_EQ(found()[1].count, 2u);
  EXPECT_EQ(kase_.entries()->size(), 3u);  // nothing was recorded again
}

TEST_F(Detect, ReplayNamesAnAlteredRuleFile) {
  run({one_});
  const std::string kept = (*kase_.entries())[0].body["files"].as_array()[0]["kept"].as_string();
  ASSERT_TRUE(write_file_atomically(kase_.directory() / "rules" / kept, "title: other\n"));
  Progress progress;
  const auto altered = replay(kase_, 1, progress, {});
  ASSERT_FALSE(altered);
  EXPECT_EQ(altered.error().id, "case.rules_altered");
  std::filesystem::remove(kase_.directory() / "rules" / kept);
  EXPECT_NE(replay(kase_, 1, progress, {}).error().message.find(kept), std::string::npos);
}

TEST_F(Detect, CoverageCountsReportingRulesAndTheirHits) {
  run({one_, two_});
  const auto hits = hits_by_rule(kase_);
  ASSERT_TRUE(hits);
  EXPECT_EQ(*hits, (std::map<std::string, std::uint64_t>{{kOne, 3}, {kTwo, 1}}));
  sigma::RuleFile plain = rule("00000000-0000-4000-8000-0000000000a3", "low", "X");
  plain.text.replace(plain.text.find("tags:"),
                     plain.text.find("detection:") - plain.text.find("tags:"), "");
  const auto loaded = sigma::load({one_, two_, plain});
  const RulesCoverage c = rules_coverage(*loaded.rules, *hits);
  ASSERT_EQ(c.tactics.size(), 1u);
  const auto& techniques = c.tactics.at("persistence");
  ASSERT_EQ(techniques.size(), 1u);
  EXPECT_EQ(techniques[0].technique, "T1136.003");
  EXPECT_EQ(techniques[0].rule_ids, (std::vector<std::string>{kOne, kTwo}));
  EXPECT_EQ(techniques[0].highest, model::Severity::high);
  EXPECT_EQ(techniques[0].hits, 4u);
  EXPECT_EQ(c.untagged.size(), 1u);
}

TEST_F(Detect, ConflictingCopiesAreOneDetectionPerEvent) {
  add_event(kase_, {.n = 11, .time = "2023-07-10 12:00:00", .name = "CreateUser", .evidence = 2});
  add_event(kase_, {.n = 12, .time = "2023-07-10 12:00:09", .name = "DeleteUser", .evidence = 2});
  add_event(kase_, {.n = 13, .time = "2023-07-10 12:00:09", .name = "DeleteUser", .evidence = 1});
  kase_.run(
      "INSERT INTO conflicts VALUES ($1::UUID, $1::UUID, 'event-1', '111111111111'), "
      "($1::UUID, $2::UUID, 'event-1', '111111111111'), ($3::UUID, $3::UUID, 'e', '111111111111'), "
      "($3::UUID, $4::UUID, 'e', '111111111111')",
      {uid_of(1), uid_of(11), uid_of(12), uid_of(13)});
  const auto all = conflicting_copies(store().engine(), kAllEvidence, {});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].hit.rule_id, "backtrail.conflicting_copies");
  EXPECT_EQ((*all)[0].hit.events.size(), 2u);
  EXPECT_EQ((*all)[0].group, (std::vector<std::string>{"111111111111"}));
  // Before the second item was imported there was no conflict.
  const auto before = conflicting_copies(store().engine(), 1, {});
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->empty());
  EXPECT_EQ(testing::group_findings(*all).size(), 1u);
}

}  // namespace
}  // namespace backtrail::analysis
