#include <gtest/gtest.h>

#include <map>
#include <set>

#include "analysis/analysis.h"
#include "base/file.h"
#include "base/test_data.h"
#include "ingest/ingest.h"
#include "store/meta.h"

/// Cases made of the shared real logs: what the answers must agree with.
namespace backtrail::analysis {
namespace {

namespace fs = std::filesystem;

class RealLogs : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", (folder_.path() / "home").c_str(), 1); }
  std::unique_ptr<casefile::Case> import(const std::string& name, const fs::path& logs,
                                         std::shared_ptr<const sigma::RuleSet> rules = nullptr) {
    auto made = casefile::create(folder_.path() / name, {}, {.mode = casefile::Mode::write});
    EXPECT_TRUE(made) << made.error().message;
    if (!made) return nullptr;
    Progress progress;
    const auto done = ingest::import(
        **made, log_files(logs), {.in_place = true, .threads = 2, .rules = rules}, progress, {});
    EXPECT_TRUE(done) << done.error().message;
    return std::move(*made);
  }
  /// Without the collection's own table of event names, which looks like records without eventIDs.
  static std::vector<std::string> log_files(const fs::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.path().filename() != "_events_metadata.json")
        out.push_back(entry.path().string());
    return out;
  }
  static std::string text(casefile::Case& kase, const std::string& sql) {
    std::string out;
    const auto t = store::fetch((*kase.store())->engine(), {.sql = sql});
    EXPECT_TRUE(t) << t.error().message;
    if (t)
      for (const auto& row : t->rows) {
        for (const store::Cell& c : row) out += store::to_text(c) + "|";
        out += "\n";
      }
    return out;
  }
  static std::string tables(casefile::Case& kase) {
    std::string out;
    for (const char* table : {"hits", "correlation_hits", "rules", "findings"})
      out += text(kase, "SELECT * FROM " + std::string(table) + " ORDER BY ALL") + "--\n";
    return out;
  }
  struct Detected : DetectResult {
    std::vector<model::Hit> list{};
  };
  static Detected run(casefile::Case& kase, DetectOptions options) {
    Detected out;
    options.on_hit = [&](const model::Hit& hit) { out.list.push_back(hit); };
    Progress progress;
    auto r = detect(kase, options, progress, {});
    EXPECT_TRUE(r) << r.error().message;
    if (r) static_cast<DetectResult&>(out) = std::move(*r);
    return out;
  }
  TemporaryDirectory folder_ = *TemporaryDirectory::create("real_logs");
};

TEST_F(RealLogs, ReferenceHitsRuleByRuleAndEventByEvent) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto expected = Json::parse(read_file(data / "expected" / "sigma-hits.json").value());
  ASSERT_TRUE(expected);
  const auto files = read_rule_files({(data / "sigma-aws" / "rules").string()});
  ASSERT_TRUE(files) << files.error().message;
  for (const auto& [set, want] : expected->as_object()) {
    const auto kase = import(fs::path(set).filename().string(), data / set);
    ASSERT_NE(kase, nullptr);
    const Detected r = run(*kase, {.files = *files, .builtin = false, .threads = 2});
    EXPECT_TRUE(r.rejected.empty());
    std::map<std::string, std::set<std::string>> got, wanted;
    for (const model::Hit& h : r.list) got[h.rule_id].insert(h.events[0].shown_id());
    for (const auto& [rule, hits] : want["rules"].as_object())
      for (const Json& id : hits["eventIDs"].as_array()) wanted[rule].insert(id.as_string());
    EXPECT_EQ(got, wanted) << set;
    // Findings hold the same events.
    const auto found = findings(*kase, {});
    ASSERT_TRUE(found);
    std::map<std::string, std::set<std::string>> grouped;
    for (const model::Finding& f : found->findings)
      grouped[f.rule_ids[0]].insert(f.event_ids.begin(), f.event_ids.end());
    EXPECT_EQ(grouped, wanted) << set;
    EXPECT_FALSE(found->stale);
  }
}

TEST_F(RealLogs, StoredHitsGiveWhatMatchingAgainGives) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto rules = sigma::load(builtin_rule_files()).rules;
  const fs::path logs = data / "cloudtrail" / "invictus-a";
  const auto reusing = import("reusing", logs, rules), matching = import("matching", logs, rules);
  EXPECT_EQ(store::get_meta((*reusing->store())->engine(), store::meta::kHitsRulesHash).value(),
            rules->hash());
  ASSERT_TRUE(store::set_meta(**matching->store(), store::meta::kHitsRulesHash, ""));
  const Detected a = run(*reusing, {}), b = run(*matching, {});
  ASSERT_FALSE(a.list.empty());
  EXPECT_EQ(tables(*reusing), tables(*matching));
  ASSERT_EQ(a.list.size(), b.list.size());
  for (std::size_t i = 0; i < a.list.size(); ++i) {
    EXPECT_EQ(a.list[i].rule_id, b.list[i].rule_id);
    EXPECT_EQ(a.list[i].events, b.list[i].events);
  }
}

TEST_F(RealLogs, ViewAndMatcherReadEveryEventAlike) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto all =
      sigma::load({{.path = "all.yml",
                    .text = "title: All\nid: 00000000-0000-4000-8000-0000000000ff\nlevel: low\n"
                            "logsource: {product: aws, service: cloudtrail}\n"
                            "detection:\n  s: {eventName: '*'}\n  condition: s\n"}});
  ASSERT_TRUE(all.rejected.empty());
  const auto kase = import("all", data / "cloudtrail");
  Progress progress;
  const auto hits = ingest::match_case(*kase, all.rules, 2, progress, {});
  ASSERT_TRUE(hits) << hits.error().message;
  std::map<std::string, std::string> matched, viewed;
  for (const ingest::CaseHit& h : *hits) {
    const model::EventRef& e = h.event;
    matched[e.uid] = e.event_id + "|" + (e.time ? format_rfc3339(*e.time) : "") + "|" + e.source +
                     "|" + e.action + "|" + e.account + "|" + e.region + "|" + e.principal + "|" +
                     e.session + "|" + e.access_key + "|" + e.source_ip + "|" + e.user_agent + "|" +
                     e.error + "|";
  }
  const auto t = store::fetch(
      (*kase->store())->engine(),
      {.sql = "SELECT uid, event_id, \"time\", source, \"action\", account, region, principal, "
              "session, access_key, "
              "source_ip, user_agent, error FROM events WHERE \"action\" IS NOT NULL"});
  ASSERT_TRUE(t) << t.error().message;
  for (const auto& row : t->rows) {
    std::string& text = viewed[store::to_text(row[0])];
    for (std::size_t i = 1; i < row.size(); ++i) text += store::to_text(row[i]) + "|";
  }
  EXPECT_GT(viewed.size(), 18000u);
  EXPECT_EQ(matched.size(), viewed.size());
  int shown = 0;
  for (const auto& [uid, text] : viewed)
    if (matched[uid] != text && ++shown <= 5)
      ADD_FAILURE() << "view: " << text << "\nmatcher: " << matched[uid];
  EXPECT_EQ(shown, 0);
}

TEST_F(RealLogs, SummaryOfAnAttackedAccount) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto kase = import("c", data / "cloudtrail" / "invictus-a");
  run(*kase, {});
  const auto s = summary(*kase, {}, {});
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_EQ(s->events, 1448u);
  EXPECT_EQ(s->without_time, 0u);
  std::uint64_t of_principals = 0, of_bars = 0;
  for (const PrincipalSummary& p : s->principals) of_principals += p.events;
  for (const CaseSummary::Activity& a : s->activity) of_bars += a.events;
  EXPECT_EQ(of_principals, 1448u);
  EXPECT_EQ(of_bars, 1448u);
  ASSERT_FALSE(s->principals.empty());
  EXPECT_EQ(s->principals[0].principal, "arn:aws:iam::123837392027:user/bert-jan");
  EXPECT_EQ(s->look_first.size(), 3u);
  std::uint64_t rows = 0;
  ASSERT_TRUE(timeline(*kase, {},
                       [&](const TimelineRow&) {
                         ++rows;
                         return true;
                       },
                       {}));
  EXPECT_EQ(rows, 1448u);
  const auto id = text(
      *kase,
      "SELECT eventid FROM cloudtrail_logs WHERE eventname = 'StopLogging' ORDER BY ALL LIMIT 1");
  const auto rules = sigma::load(builtin_rule_files()).rules;
  const auto why = explain(*kase, *rules, rules->rules()[0].id, id.substr(0, id.size() - 2), {});
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_FALSE(why->evidence.empty());
  EXPECT_FALSE(why->explanation.conditions.empty());
  EXPECT_EQ(explain(*kase, *rules, "no such rule", "x", {}).error().id, "rules.unknown");
}

}  // namespace
}  // namespace backtrail::analysis
