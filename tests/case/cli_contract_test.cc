#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "case/cli_fixture.h"
#include "cli/spec.h"
#include "model/severity.h"
#include "sources/sources.h"

namespace backtrail::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char* const kRuleId = "7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f";
const char* const kEvent = "00000000-0000-4000-8000-000000000003";

/// Every command over one case: what it is called with, and what an option is given.
class CliContract : public CliCase {
 protected:
  void SetUp() override {
    CliCase::SetUp();
    write("rule.yml", std::string("title: Logging stopped\nid: ") + kRuleId +
                          "\nlevel: high\nlogsource: {product: aws, service: cloudtrail}\n"
                          "detection:\n  sel:\n    eventName: StopLogging\n  condition: sel\n");
    write("bad.yml", "title: Bad\nid: 7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e50\ndetection: 1\n");
    write("tests.json", std::string(R"({"rule":")") + kRuleId +
                            R"(","positive":[{"name":"stopped","events":[)" +
                            record(5, "StopLogging", "null") + "]}]}");
    write("query.sql", "SELECT eventname FROM cloudtrail_logs");
    ASSERT_EQ(run({"investigate", path("logs")}).code, 0);
    finding_ = lines({"findings"}).at(0)["id"].as_string();
  }

  /// The command with its arguments, and with the case when it takes one.
  std::vector<std::string> line(const CommandSpec& c) {
    static const std::map<std::string, std::vector<std::string>> kArguments = {
        {"investigate", {"LOGS"}},
        {"import", {"LOGS"}},
        {"scan", {"LOGS"}},
        {"demo", {"NEW", "--days", "10"}},
        {"finding set", {"FINDING", "--state", "later"}},
        {"event", {kEvent}},
        {"history", {"eve"}},
        {"query", {"SELECT eventname, eventtime FROM cloudtrail_logs ORDER BY eventtime"}},
        {"case new", {"NEW"}},
        {"case list", {"HOME"}},
        {"case set", {"--account", "111122223333"}},
        {"case archive", {"NEW"}},
        {"rules lint", {"RULE"}},
        {"rules test", {"RULE", "TESTS"}},
        {"rules explain", {kRuleId, "--rules", "RULE", "--event", kEvent}},
        {"completion", {"bash"}}};
    std::vector<std::string> out;
    for (const std::string_view word : split(c.name, ' ')) out.emplace_back(word);
    if (const auto it = kArguments.find(c.name); it != kArguments.end())
      for (const std::string& a : it->second) out.push_back(place(a));
    if (takes(c, "case")) out.insert(out.end(), {"--case", path("case")});
    return out;
  }
  std::string place(const std::string& word) {
    if (word == "NEW") return path("new-" + std::to_string(++made_));
    if (word == "LOGS") return path("logs");
    if (word == "HOME") return home_->path().string();
    if (word == "RULE") return path("rule.yml");
    if (word == "TESTS") return path("tests.json");
    return word == "FINDING" ? finding_ : word;
  }
  static bool takes(const CommandSpec& c, std::string_view option) {
    return std::any_of(c.options.begin(), c.options.end(),
                       [&](const OptionSpec& o) { return o.name == option; });
  }
  static const OptionSpec* option(const CommandSpec& c, std::string_view name) {
    for (const OptionSpec& o : c.options)
      if (o.name == name) return &o;
    return nullptr;
  }
  /// Something that the option takes.
  std::string value(const CommandSpec& c, const OptionSpec& o) {
    static const std::map<std::string, std::string> kValues = {
        {"rules", "RULE"},
        {"rule", kRuleId},
        {"event", kEvent},
        {"finding", "FINDING"},
        {"from", "2026-01-31"},
        {"at", "2026-01-31"},
        {"to", "now"},
        {"days", "10"},
        {"address", "10.0.0.5"},
        {"format", "${interface-id} ${action}"},
        {"time-field", "ts:ms"},
        {"year", "2024"},
        {"network", "10.0.0.0/8"},
        {"account-name", "111122223333=production"},
        {"expect-key", ""},
        {"expect-head", ""},
        {"severity", "low"}};
    if (o.name == "expect-key" || o.name == "expect-head") {
      const auto verify = terminal_.run({"case", "verify", path("case"), "--output", "json"});
      return (*Json::parse(verify.out))[o.name.substr(7)].as_string();
    }
    if (o.name == "file") return path("query.sql");
    if (o.name == "out" || o.name == "report") return place("NEW");
    if (const auto it = kValues.find(o.name); it != kValues.end()) return place(it->second);
    if (o.kind == ValueKind::choice) return o.choices.front();
    (void)c;
    return o.kind == ValueKind::count ? "1" : "x";
  }

  std::string finding_{};
  int made_ = 0;
};

void check_form(const std::string& form, const std::string& out, const std::string& what) {
  if (form == "json") {
    const auto parsed = Json::parse(out);
    ASSERT_TRUE(parsed) << what << "\n" << out;
    EXPECT_TRUE((*parsed)["schema"].as_string().starts_with("backtrail.")) << what;
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n') > 0, true) << what;
  } else if (form == "jsonl") {
    for (const std::string_view l : split(out, '\n')) {
      if (l.empty()) continue;
      const auto parsed = Json::parse(l);
      ASSERT_TRUE(parsed) << what << "\n" << l;
      EXPECT_TRUE((*parsed)["schema"].as_string().starts_with("backtrail.")) << what;
    }
  } else if (form == "csv") {
    EXPECT_NE(out.substr(0, out.find('\n')).find(','), std::string::npos) << what << "\n" << out;
  } else if (form == "markdown") {
    EXPECT_TRUE(out.starts_with("|")) << what << "\n" << out;
  }
}

TEST_F(CliContract, DataGoesToStandardOutputAndTheRestDoesNot) {
  for (const CommandSpec& c : commands()) {
    const OptionSpec* output = option(c, "output");
    for (const std::string& form : output ? output->choices : std::vector<std::string>{""}) {
      if (form == "parquet") continue;  // needs --out: below
      std::vector<std::string> full = line(c);
      if (!form.empty()) full.insert(full.end(), {"--output", form});
      for (const char* o : {"--no-input", "--no-progress", "--threads", "1", "--quiet"})
        full.emplace_back(o);
      const std::string what = join(full, " ");
      const auto got = terminal_.run(full);
      EXPECT_EQ(got.code, 0) << what << "\n" << got.err;
      EXPECT_EQ(got.err, "") << what;
      EXPECT_TRUE(form == "csv" || got.out.find('\x1b') == std::string::npos) << what;
      const bool silent = c.name == "case set" || c.name == "finding set";
      EXPECT_EQ(got.out.empty(), silent) << what;
      check_form(form, got.out, what);
    }
  }
}

TEST_F(CliContract, OutTakesWhatStandardOutputWouldGet) {
  for (const CommandSpec& c : commands()) {
    if (!takes(c, "out")) continue;
    const OptionSpec* output = option(c, "output");
    for (const std::string& form : output ? output->choices : std::vector<std::string>{""}) {
      std::vector<std::string> full = line(c);
      if (!form.empty()) full.insert(full.end(), {"--output", form});
      const std::string file = place("NEW");
      full.insert(full.end(), {"--out", file});
      const auto got = terminal_.run(full);
      EXPECT_EQ(got.code, 0) << join(full, " ") << "\n" << got.err;
      if (c.name != "report") {  // tells where the page lies
        EXPECT_EQ(got.out, "") << join(full, " ");
      }
      const std::string text = read_file(file).value_or("");
      EXPECT_FALSE(text.empty()) << join(full, " ");
      EXPECT_FALSE(fs::exists(file + ".part"));
      if (form == "parquet")
        EXPECT_EQ(text.substr(0, 4), "PAR1");
      else
        check_form(form, text, join(full, " "));
    }
  }
}

TEST_F(CliContract, EveryOptionOfEveryCommandIsReadWhenItIsGiven) {
  for (const CommandSpec& c : commands())
    for (const OptionSpec& o : c.options) {
      std::vector<std::string> full = line(c);
      if (c.name == "query" && o.name == "file") full.erase(full.begin() + 1);
      if (std::find(full.begin(), full.end(), "--" + o.name) != full.end()) {
        // the line has it already
      } else {
        if (c.name == "rules explain" && o.name == "no-builtin-rules")
          full.insert(full.end(), {"--rules", path("rule.yml")});
        if ((o.name == "no-builtin-rules") && c.name != "rules explain")
          full.insert(full.end(), {"--rules", path("rule.yml")});
        if (o.name == "time-field") full.insert(full.end(), {"--as", "app"});
        full.push_back("--" + o.name);
        if (o.kind != ValueKind::flag) full.push_back(value(c, o));
      }
      terminal_.unread = {"(not run)"};
      const auto got = terminal_.run(full);
      EXPECT_TRUE(got.code == 0 || (got.code == 3 && o.name == "fail-on"))
          << join(full, " ") << "\n"
          << got.err;
      EXPECT_THAT(terminal_.unread, IsEmpty()) << join(full, " ");
    }
}

TEST_F(CliContract, ColourIsForThoseWhoAskForIt) {
  for (const char* command : {"findings", "summary", "timeline"}) {
    EXPECT_NE(run({command, "--color", "always"}).out.find("\x1b["), std::string::npos) << command;
    EXPECT_EQ(run({command, "--color", "never"}).out.find('\x1b'), std::string::npos) << command;
    for (const std::string& form : option(*find_command(command), "output")->choices)
      if (form != "table" && form != "csv") {  // csv has what the log has
        EXPECT_EQ(run({command, "--color", "always", "--output", form}).out.find('\x1b'),
                  std::string::npos)
            << command << form;
      }
  }
  terminal_.out_is_terminal = true;
  terminal_.columns = 100;
  terminal_.lines = 50;
  EXPECT_NE(run({"findings"}).out.find("\x1b["), std::string::npos);
  EXPECT_EQ(run({"findings", "--no-color"}).out.find('\x1b'), std::string::npos);
}

TEST_F(CliContract, TheNumberOfThreadsChangesNoByte) {
  const std::vector<std::vector<std::string>> rows = {
      {"detect", "--output", "jsonl"},
      {"findings", "--output", "json"},
      {"timeline", "--output", "csv"},
      {"summary", "--output", "json"},
      {"query", "SELECT eventname, count(*) FROM cloudtrail_logs GROUP BY 1 ORDER BY 1"}};
  for (std::vector<std::string> row : rows) {
    std::vector<std::string> one = row;
    one.insert(one.end(), {"--threads", "1"});
    std::vector<std::string> four = row;
    four.insert(four.end(), {"--threads", "4"});
    EXPECT_EQ(run(one).out, run(four).out) << row[0];
  }
  EXPECT_EQ(terminal_.run({"scan", path("logs"), "--output", "jsonl", "--threads", "1"}).out,
            terminal_.run({"scan", path("logs"), "--output", "jsonl", "--threads", "4"}).out);
}

TEST_F(CliContract, FailOnExitsWithThreeAtItsLevelAndAbove) {
  for (const std::string level : {"informational", "low", "medium", "high"}) {
    EXPECT_EQ(run({"findings", "--fail-on", level}).code, 3) << level;
    EXPECT_EQ(run({"detect", "--fail-on", level}).code, 3) << level;
    EXPECT_EQ(run({"investigate", path("logs"), "--fail-on", level}).code, 3) << level;
    EXPECT_EQ(terminal_.run({"scan", path("logs"), "--fail-on", level}).code, 3) << level;
  }
  EXPECT_EQ(run({"findings", "--fail-on", "critical"}).code, 0);
  EXPECT_EQ(run({"detect", "--fail-on", "critical"}).code, 0);
  EXPECT_EQ(run({"investigate", path("logs"), "--fail-on", "critical"}).code, 0);
  EXPECT_EQ(terminal_.run({"scan", path("logs"), "--fail-on", "critical"}).code, 0);
  for (const Json& f : lines({"findings"})) {
    ASSERT_EQ(run({"finding", "set", f["id"].as_string(), "--state", "benign"}).code, 0);
  }
  EXPECT_EQ(run({"findings", "--fail-on", "low"}).code, 0);
  EXPECT_EQ(run({"investigate", path("logs"), "--fail-on", "low"}).code, 0);
}

TEST_F(CliContract, WhatWasLostOrRefusedExitsWithFour) {
  write("more/cut.json", "");
  fs::create_directories(path("more"));
  write("more/cut.json", "{\"Records\":[" + record(6, "ListRoles", "null") +
                             ",{\"eventVersion\":\"1.08\",\"eventNa");
  const std::string bad = path("bad.yml");
  const std::string good = path("rule.yml");
  EXPECT_EQ(run({"import", path("more")}).code, 4);
  EXPECT_EQ(terminal_.run({"investigate", path("more"), "--case", path("second")}).code, 4);
  EXPECT_EQ(terminal_.run({"scan", path("more")}).code, 4);
  EXPECT_EQ(run({"case", "rebuild"}).code, 4);
  EXPECT_EQ(run({"detect", "--rules", bad, good}).code, 4);
  EXPECT_EQ(run({"investigate", path("logs"), "--rules", bad}).code, 4);
  EXPECT_EQ(terminal_.run({"scan", path("logs"), "--rules", bad}).code, 4);
  EXPECT_EQ(terminal_.run({"rules", "lint", bad}).code, 4);
  EXPECT_EQ(terminal_.run({"rules", "list", "--rules", bad}).code, 4);
  EXPECT_EQ(terminal_.run({"rules", "coverage", "--rules", bad}).code, 4);
  // 3 goes before 4.
  EXPECT_EQ(terminal_.run({"scan", path("logs"), path("more"), "--fail-on", "low"}).code, 3);
}

TEST_F(CliContract, EveryFileIsImportedKnownOrListedAsSkipped) {
  fs::create_directories(path("mixed/sub"));
  write("mixed/good.json", "[" + record(4, "ListRoles", "null") + "]");
  write("mixed/same.json", "[" + record(4, "ListRoles", "null") + "]");
  write("mixed/cut.json",
        "[" + record(5, "ListRoles", "null") + ",{\"eventVersion\":\"1.08\",\"ev");
  write("mixed/broken.json", "{\"Records\":[{\"eventVersion\":\"1.08\",\"eventName\":");
  write("mixed/text.txt", "no log");
  write("mixed/empty", "");
  write("mixed/none.json", "{\"Records\":[]}");
  write("mixed/sub/bad.gz", "\x1f\x8b\x08 nonsense");
  for (int round = 0; round < 2; ++round) {
    const auto got = run({"import", path("mixed"), path("logs"), "--output", "json"});
    EXPECT_EQ(got.code, round == 0 ? 4 : 0) << got.out;
    const Json j = Json::parse(got.out).value_or(Json());
    const Json& files = j["files"];
    const Json& records = j["records"];
    std::uint64_t nothing_kept = 0;
    for (const Json& s : j["skipped"].as_array()) nothing_kept += s["kept"].as_uint() == 0 ? 1 : 0;
    EXPECT_EQ(files["found"].as_uint(), 11U) << got.out;
    EXPECT_EQ(files["skipped"].as_uint(), nothing_kept) << got.out;
    EXPECT_EQ(files["found"].as_uint(),
              files["imported"].as_uint() + files["already"].as_uint() + files["skipped"].as_uint())
        << got.out;
    EXPECT_EQ(records["read"].as_uint(), records["stored"].as_uint() +
                                             records["duplicates"].as_uint() +
                                             records["rejected"].as_uint())
        << got.out;
  }
}

TEST_F(CliContract, RulesChosenAreTheRulesThatRan) {
  const std::string mine = path("rule.yml");
  const auto ids = [&](const std::vector<std::string>& line) {
    std::set<std::string> out;
    for (const Json& h : lines(line)) out.insert(h["rule_id"].as_string());
    return out;
  };
  EXPECT_EQ(ids({"detect", "--rules", mine, "--no-builtin-rules"}), std::set<std::string>{kRuleId});
  EXPECT_TRUE(ids({"detect"}).size() > 1 && !ids({"detect"}).contains(kRuleId));
  const auto with_mine = [&] { return lines({"findings", "--rule", kRuleId}).size(); };
  EXPECT_EQ(with_mine(), 1U);  // kept until it is pruned
  ASSERT_EQ(run({"detect", "--prune"}).code, 0);
  EXPECT_EQ(with_mine(), 0U);
  // No rules on the way: nothing is matched until detect runs.
  const auto bare = terminal_.run(
      {"import", path("logs"), "--no-rules", "--case", path("bare"), "--output", "json"});
  EXPECT_EQ((*Json::parse(bare.out))["hits"].as_uint(), 0U);
  EXPECT_THAT(terminal_.run({"findings", "--case", path("bare")}).err, HasSubstr("out of date"));
}

TEST_F(CliContract, WindowsAreReadAndPrintedBack) {
  const auto got = run({"timeline", "--from", "2026-01-31T08:02:00Z", "--to",
                        "2026-01-31T08:03:00Z", "--output", "jsonl"});
  EXPECT_EQ(std::count(got.out.begin(), got.out.end(), '\n'), 1);
  EXPECT_THAT(got.err,
              HasSubstr("Window: 2026-01-31T08:02:00Z up to 2026-01-31T08:03:00Z (not included)."));
  EXPECT_EQ(lines({"timeline", "--from", "10d"}).size(),
            0U);  // the clock stands at 2026-02-10T12:00:00Z
  EXPECT_EQ(lines({"timeline", "--from", "now-11d", "--to", "now"}).size(), 3U);
  EXPECT_EQ(lines({"findings", "--to", "2026-01-31"}).size(), 0U);
  EXPECT_EQ(json({"summary", "--from", "2026-01-31T08:03:00Z"})["read"]["events"].as_uint(), 1U);
}

TEST_F(CliContract, LimitsSayThatTheyCut) {
  for (const char* command : {"timeline", "findings"}) {
    const Json cut = json({command, "--limit", "1"});
    EXPECT_TRUE(cut["truncated"].as_bool()) << command;
    EXPECT_FALSE(json({command, "--limit", "0"})["truncated"].as_bool()) << command;
    EXPECT_FALSE(json({command})["truncated"].as_bool()) << command;
  }
  EXPECT_THAT(run({"timeline", "--limit", "1"}).err, HasSubstr("stopped at --limit"));
  EXPECT_THAT(run({"findings", "--limit", "1"}).err, HasSubstr("Shown 1 of"));
  EXPECT_EQ(json({"summary", "--limit", "1"})["principals"].as_array().size(), 1U);
}

TEST_F(CliContract, InPlaceItemsStayOutsideAndAnArchiveSaysSo) {
  const std::string kase = path("placed");
  ASSERT_EQ(terminal_.run({"import", path("logs"), "--in-place", "--case", kase}).code, 0);
  const auto show = terminal_.run({"case", "show", "--case", kase, "--output", "json"});
  const Json shown = Json::parse(show.out).value_or(Json());
  EXPECT_EQ(shown["evidence"].as_array().size(), 3U);
  for (const Json& item : shown["evidence"].as_array()) EXPECT_TRUE(item["stored"].is_null());
  const auto left =
      terminal_.run({"case", "archive", path("left.zip"), "--case", kase, "--output", "json"});
  EXPECT_EQ((*Json::parse(left.out))["not_included"].as_array().size(), 3U) << left.out;
  const auto verify = terminal_.run({"case", "verify", path("left.zip"), "--output", "json"});
  EXPECT_EQ(verify.code, 0) << verify.out;
  EXPECT_THAT(verify.out, HasSubstr("not_included"));
  const auto taken = terminal_.run({"case", "archive", path("taken.zip"), "--take-in-place",
                                    "--case", kase, "--output", "json"});
  EXPECT_TRUE((*Json::parse(taken.out))["not_included"].as_array().empty()) << taken.out;
  write("logs/a.json", "[]");
  EXPECT_EQ(terminal_.run({"case", "verify", kase}).code, 6);
}

TEST_F(CliContract, VerifyWritesOnlyWhenToldTo) {
  const auto ledger = [&] { return read_file(path("case/ledger.jsonl")).value_or(""); };
  const std::string before = ledger();
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(terminal_.run({"case", "verify", path("case")}).code, 0);
  EXPECT_EQ(ledger(), before);
  EXPECT_EQ(terminal_.run({"case", "verify", path("case"), "--record"}).code, 0);
  EXPECT_GT(ledger().size(), before.size());
  EXPECT_EQ(
      terminal_.run({"case", "verify", path("case"), "--expect-head", std::string(64, 'a')}).code,
      6);
  EXPECT_EQ(
      terminal_.run({"case", "verify", path("case"), "--expect-key", std::string(64, 'a')}).code,
      6);
  fs::remove(path("case/ledger.jsonl"));
  const auto without = terminal_.run({"case", "verify", path("case"), "--output", "json"});
  EXPECT_EQ(without.code, 6);
  EXPECT_TRUE(Json::parse(without.out)) << without.out;
}

TEST_F(CliContract, InterruptedCommandsExitWith130AndSayWhatIsKept) {
  terminal_.stop.request_stop();
  struct Row {
    std::vector<std::string> line;
    const char* says;
  };
  const std::vector<Row> rows = {
      {{"import", path("logs")}, "the same command finishes the work"},
      {{"detect", "--rules", path("rule.yml")}, "as they were before"},
      {{"query", "SELECT * FROM cloudtrail_logs"}, "Nothing was changed"},
      {{"case", "rebuild"}, "Evidence and ledger are untouched"}};
  for (const Row& r : rows) {
    const auto got = run(r.line);
    EXPECT_EQ(got.code, 130) << r.line[0] << got.err;
    EXPECT_THAT(got.err, HasSubstr(std::string(r.line[0])));
    EXPECT_THAT(got.err, HasSubstr(r.says));
  }
}

TEST_F(CliContract, TheContextShowsWhereItMatters) {
  ASSERT_EQ(run({"case", "set", "--account-name", "111122223333=production", "--network",
                 "198.51.100.0/24", "--responder", "user/bert"})
                .code,
            0);
  for (const char* command : {"findings", "summary"}) {
    const std::string shown = run({command}).out;
    EXPECT_THAT(shown, HasSubstr("responder")) << command;
  }
  const std::string summary = run({"summary"}).out;
  EXPECT_THAT(summary, HasSubstr("111122223333 production (3)"));
  EXPECT_THAT(summary, HasSubstr("198.51.100.7 [own network] (3)"));
  const Json j = json({"summary"});
  EXPECT_EQ(j["look_first"].as_array().size(), 0U) << j["look_first"].dump();
  EXPECT_EQ(j["principals"].as_array()[0]["marks"].dump(), R"(["responder"])");
  EXPECT_EQ(lines({"findings"})[0]["marks"].dump(), R"(["own_network","responder"])");
  ASSERT_EQ(run({"report"}).code, 0);
  const std::string page = read_file(path("case/reports/report.html")).value_or("");
  EXPECT_THAT(page, HasSubstr("responder"));
  EXPECT_THAT(page, HasSubstr("[own network]"));
  EXPECT_THAT(page, HasSubstr("production"));
  ASSERT_EQ(run({"case", "set", "--responder", "none"}).code, 0);
  EXPECT_EQ(json({"summary"})["look_first"].as_array().size(), 1U);
}

TEST_F(CliContract, AContextThatCouldMatchNothingIsRefused) {
  const std::vector<std::vector<std::string>> rows = {
      {"--account", "production"},
      {"--account", "11112222333"},
      {"--account-name", "x=y"},
      {"--account-name", "111122223333"},
      {"--network", "10.0.0.1/8"},
      {"--network", "office"},
      {"--scanner", "10.0.0.0/33"},
      {"--scanner", "192.0.2.256"},
      {"--responder", "arn:aws:sts::111122223333:assumed-role/Admin/me"}};
  for (const std::vector<std::string>& row : rows) {
    const auto got = run({"case", "set", row[0], row[1]});
    EXPECT_EQ(got.code, 2) << row[0] << " " << row[1];
    EXPECT_THAT(got.err, HasSubstr(row[1].substr(0, row[1].find('=')))) << got.err;
  }
}

TEST_F(CliContract, WhatAQueryTakesOutByASecretsNameIsMasked) {
  for (const char* sql :
       {"SELECT json_extract_scalar(requestparameters, '$.password') AS p FROM cloudtrail_logs",
        "WITH x AS (SELECT json_extract(requestparameters, '$[\"password\"]') AS p FROM "
        "cloudtrail_logs) SELECT p || '' AS q, length(CAST(p AS varchar)) AS n FROM x"})
    for (const char* form : {"table", "json", "jsonl", "csv", "markdown"}) {
      const auto got = run({"query", sql, "--output", form});
      EXPECT_EQ(got.code, 0) << got.err;
      EXPECT_EQ(got.out.find("hunter2"), std::string::npos) << sql << form;
      EXPECT_THAT(got.out, HasSubstr("masked"));
      EXPECT_THAT(got.err, HasSubstr("--unmasked"));
      EXPECT_THAT(run({"query", sql, "--output", form, "--unmasked"}).out, HasSubstr("hunter2"));
    }
  // Numbers, the tables' own columns and searches stay.
  const auto other =
      run({"query",
           "SELECT eventname, json_extract_scalar(requestparameters, '$.userName') AS u, "
           "count(*) AS n FROM cloudtrail_logs WHERE requestparameters LIKE "
           "'%password%' GROUP BY 1, 2"});
  EXPECT_THAT(other.out, HasSubstr("eve"));
  const auto counted =
      run({"query",
           "SELECT eventname, count(*) AS n FROM cloudtrail_logs WHERE "
           "json_extract_scalar(requestparameters, '$.password') IS NOT NULL GROUP BY 1"});
  EXPECT_THAT(counted.out, HasSubstr("CreateLoginProfile"));
  EXPECT_EQ(counted.out.find("masked"), std::string::npos);
}

TEST_F(CliContract, WhatIsMissingIsNamedWithTheNextStep) {
  const auto missing = terminal_.run({"findings", "--case", path("nope")});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("There is no case folder"));
  EXPECT_THAT(missing.err, HasSubstr(path("case")));  // the one nearby
  const auto folder = terminal_.run({"findings", "--case", path("logs/a.json")});
  EXPECT_EQ(folder.code, 1);
  fs::create_directories(path("empty"));
  const auto empty = terminal_.run({"investigate", path("empty"), "--case", path("c-empty")});
  EXPECT_EQ(empty.code, 0);
  EXPECT_THAT(empty.err, HasSubstr("There is no file in"));
  fs::create_directories(path("texts"));
  write("texts/a.txt", "hello");
  const auto texts = terminal_.run({"import", path("texts"), "--case", path("c-texts")});
  EXPECT_EQ(texts.code, 0);
  EXPECT_THAT(texts.err, HasSubstr("No record was found in"));
  EXPECT_THAT(texts.err, HasSubstr("AWSLogs/ACCOUNT"));
  EXPECT_THAT(terminal_.run({"scan", path("texts")}).err, HasSubstr("No record was found in"));
  const auto unknown = run({"finding", "set", "f-0000000000000000", "--state", "true"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("backtrail findings"));
}

TEST_F(CliContract, FilesOfKnownKindsWithoutRecordsAreNamed) {
  fs::create_directories(path("bare"));
  write("bare/flow.log", "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start "
                         "end action log-status\n");
  write("bare/trail.json", R"({"Records":[]})");
  write("bare/empty.log", "\n");
  write("bare/notes.txt", "call me back");
  for (const auto& got : {terminal_.run({"import", path("bare"), "--case", path("c-bare")}),
                          terminal_.run({"scan", path("bare")})}) {
    EXPECT_THAT(got.err, HasSubstr("No record was found in"));
    EXPECT_THAT(got.err, HasSubstr("4 files, none with records"));
    EXPECT_THAT(got.err, HasSubstr("Known, but without records: 1 file of cloudtrail (CloudTrail), 1 file of vpcflow "
                                   "(VPC Flow Logs)."));
    EXPECT_THAT(got.err, HasSubstr("notes.txt"));
    EXPECT_THAT(got.err, Not(HasSubstr("AWSLogs/ACCOUNT"))) << "a hint for those who have no logs";
  }
}

TEST_F(CliContract, HelpNamesEveryLogThatIsRead) {
  const std::string help = terminal_.run({"help", "logs"}).out;
  for (const model::LogType* type : sources::log_types()) {
    EXPECT_THAT(help, HasSubstr(type->title));
    EXPECT_THAT(help, HasSubstr(type->table));
  }
  for (const char* command : {"import", "investigate", "scan"})
    EXPECT_THAT(terminal_.run({command, "--help"}).out, HasSubstr("help logs")) << command;
}

TEST_F(CliContract, WhatMayNotBeReadExitsWithFive) {
  fs::permissions(path("case"), fs::perms::none);
  const bool root = ::geteuid() == 0;  // who may read everything
  ASSERT_TRUE(!root || ::seteuid(65534) == 0);
  const auto findings = run({"findings"});
  const auto verify = terminal_.run({"case", "verify", path("case")});
  ASSERT_TRUE(!root || ::seteuid(0) == 0);
  fs::permissions(path("case"), fs::perms::owner_all);
  EXPECT_EQ(findings.code, 5) << findings.err;
  EXPECT_THAT(findings.err, HasSubstr("Permission denied"));
  EXPECT_EQ(verify.code, 5) << verify.err;
  EXPECT_THAT(verify.out, HasSubstr("NOT FULLY CHECKED"));
  EXPECT_THAT(verify.err, HasSubstr("owner of the case"));
}

}  // namespace
}  // namespace backtrail::cli
