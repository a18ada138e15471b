#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "case/cli_fixture.h"
#include "case/config_fixture.h"
#include "cli/help.h"

namespace backtrail::cli {
namespace {

bool rewriting() {
  const char* update = std::getenv("UPDATE_GOLDEN");
  return update != nullptr && std::string_view(update) == "1";
}

std::string source(const std::string& file) {
  return std::string(BACKTRAIL_SOURCE_DIR) + "/" + file;
}

/// Members that are there only where there is something to say.
bool may_be_missing(std::string_view key) {
  return key == "offset" || key == "detail" || key == "evidence" || key == "problem";
}

std::string_view kind_of(const Json& j) {
  if (j.is_bool()) return "boolean";
  if (j.is_number()) return "number";
  if (j.is_string()) return "string";
  return j.is_array() ? "list" : "object";
}

/// Where `got` has another shape than `shape`: members by name and order, kinds of values; null
/// fits everywhere, and every item of a list has the shape of the example's one.
void compare(const Json& shape, const Json& got, const std::string& where) {
  if (shape.is_null() || got.is_null() || where.ends_with(".rows[]")) return;
  ASSERT_EQ(kind_of(shape), kind_of(got)) << where << ": " << got.dump();
  if (got.is_array()) {
    if (shape.as_array().empty()) return;
    for (const Json& item : got.as_array()) compare(shape.as_array()[0], item, where + "[]");
  }
  if (!got.is_object() || where.ends_with(".account_names")) return;
  const auto names = [](const Json& j) {
    std::vector<std::string> out;
    for (const auto& [key, value] : j.as_object())
      if (!may_be_missing(key)) out.push_back(key);
    return out;
  };
  // Nodes of a condition's tree have members by their kind.
  if (where.find("conditions") == std::string::npos) {
    EXPECT_EQ(names(shape), names(got)) << where;
  }
  for (const auto& [key, value] : got.as_object())
    if (const Json* of = shape.find(key)) compare(*of, value, where + "." + key);
}

/// The example as it is kept: one item a list, and what differs from run to run made the same.
Json tidy(const Json& j, const std::string& home, std::string_view key = {}) {
  if (j.is_string()) {
    if (key == "key" || key == "head" || key == "sha256")
      return std::string(64, "0123456789abcdef"[key.size()]);
    if (key == "created") return "2026-02-10T12:00:00.000000Z";
    if (key == "id" && j.as_string().size() == 32) return std::string(32, '1');
    std::string text = j.as_string();
    for (std::size_t at = 0; (at = text.find(home)) != std::string::npos;)
      text.replace(at, home.size(), "/cases");
    // A hash inside a sentence; the one of zeros was given.
    if (const std::size_t at = text.find("the head is "); at != std::string::npos)
      text.replace(at + 12, 64, std::string(64, '4'));
    return text;
  }
  if (key == "seconds") return 0.1;
  if (key == "archive_bytes") return 16384;
  if (j.is_array()) {
    Json out = Json::array();
    const bool whole = key == "columns" || key == "row";  // a row fits its columns
    for (const Json& item : j.as_array()) {
      out.push(tidy(item, home, key == "rows" ? "row" : key));
      if (!whole) break;
    }
    return out;
  }
  if (!j.is_object()) return j;
  Json out = Json::object();
  const bool archive = j["schema"].as_string() == "backtrail.archive/1";
  for (const auto& [name, value] : j.as_object())
    out.set(name, tidy(value, home, archive && name == "bytes" ? "archive_bytes" : name));
  return out;
}

class CliJson : public CliCase {
 protected:
  /// Runs the line and holds its first object against the example of this name.
  void check(const std::string& name, std::vector<std::string> line, int code = 0) {
    const auto got = terminal_.run(line);
    ASSERT_EQ(got.code, code) << join(line, " ") << "\n" << got.err;
    std::string_view text = got.out;
    if (std::find(line.begin(), line.end(), "jsonl") != line.end())
      text = text.substr(0, text.find('\n'));
    const auto parsed = Json::parse(text);
    ASSERT_TRUE(parsed) << got.out;
    EXPECT_EQ((*parsed)["schema"].as_string(), "backtrail." + name + "/1");
    seen_.insert(name);
    const std::string file = source("docs/json/" + name + ".json");
    if (rewriting()) {
      std::ofstream(file) << tidy(*parsed, home_->path().string()).dump_pretty();
      return;
    }
    const auto shape = Json::parse(read_file(file).value_or("null"));
    ASSERT_TRUE(shape) << file;
    compare(*shape, *parsed, name);
  }
  std::vector<std::string> on_case(std::vector<std::string> line, const char* form) {
    line.insert(line.end(), {"--case", path("case"), "--output", form});
    return line;
  }

  std::set<std::string> seen_{};
};

/// With UPDATE_GOLDEN=1 it writes docs/json anew; build once more before docs/cli.md is written.
TEST_F(CliJson, EveryObjectHasTheShapeThatTheManualShows) {
  write("logs/cut.json", "{\"Records\":[" + record(4, "ListRoles", "null") +
                             ",{\"eventVersion\":\"1.08\",\"eventNa");
  write("rule.yml",
        "title: Logging stopped\nid: 7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f\nlevel: high\n"
        "tags: [attack.defense-evasion, attack.t1562.008]\n"
        "logsource: {product: aws, service: cloudtrail}\ndetection:\n  sel:\n    eventName: "
        "StopLogging\n"
        "    requestParameters.nmae|contains: trail\n  condition: sel\n");
  write("bad.yml",
        "title: Bad\nid: 7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e50\nlogsource: {product: aws}\n"
        "detection:\n  sel:\n    a|nonsense: b\n  condition: sel\n");
  write(
      "tests.json",
      R"({"rule":"7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f","negative":[{"name":"another call","events":[)" +
          record(5, "ListUsers", "null") + "]}]}");
  const std::string mine = "7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f";
  check("case", {"case", "new", path("case"), "--name", "Leaked key", "--output", "json"});
  ASSERT_EQ(run({"case", "set", "--account", "111122223333", "--account-name",
                 "111122223333=production", "--network", "198.51.100.0/24", "--scanner",
                 "203.0.113.9", "--responder", "arn:aws:iam::111122223333:role/Responder"})
                .code,
            0);
  check("import", on_case({"import", path("logs")}, "json"), 4);
  check("investigate", on_case({"investigate", path("logs")}, "json"));
  check("rebuild", on_case({"case", "rebuild"}, "json"), 4);
  check("hits", on_case({"detect"}, "json"));
  check("hit", on_case({"detect"}, "jsonl"));
  check("findings", on_case({"findings"}, "json"));
  check("finding", on_case({"findings"}, "jsonl"));
  check("timeline", on_case({"timeline"}, "json"));
  check("event", on_case({"timeline"}, "jsonl"));
  check("summary", on_case({"summary"}, "json"));
  const auto group = [](const char* time, const char* rules, const char* state) {
    return testing::config_item({.time = time, .rules = rules, .state = state});
  };
  fs::create_directories(path("config"));
  write("config/111122223333_Config_us-east-1_ConfigHistory_20260201T120000Z_1.json",
        testing::config_file(group("2026-01-30T08:00:00Z", testing::kClosedRules, "1") + "," +
                             group("2026-01-31T08:07:00Z", testing::kOpenRules, "2")));
  write("config/calls.json",
        "[" + record(3, "StopLogging", "null") + "," +
            record(5, "AuthorizeSecurityGroupIngress", R"({"groupId":"sg-1"})") + "]");
  const auto on_config = [this](std::vector<std::string> line) {
    line.insert(line.end(), {"--case", path("config-case"), "--output", "json"});
    return line;
  };
  ASSERT_EQ(terminal_.run({"import", path("config"), "--case", path("config-case")}).code, 0);
  check("history", on_config({"history", "sg-1", "--from", "2026-01-31", "--at", "2026-02-01"}));
  check("log_coverage", on_config({"coverage", "--source", "config"}));
  fs::create_directories(path("flows"));
  write("flows/f.log",
        "2 111122223333 eni-1 203.0.113.7 10.0.1.20 50000 22 6 200 30000 1770000000 1770000050 ACCEPT OK\n"
        "2 111122223333 eni-1 10.0.1.20 203.0.113.7 22 50000 6 180 90000 1770000000 1770000050 ACCEPT OK\n");
  ASSERT_EQ(terminal_.run({"import", path("flows"), "--case", path("flow-case")}).code, 0);
  check("flows", {"flows", "access", "--case", path("flow-case"), "--output", "json"});
  const std::string sql =
      "SELECT eventname, eventname, useridentity, count(*) AS n FROM cloudtrail_logs GROUP BY 1, "
      "2, 3 ORDER BY 1";
  check("query", on_case({"query", sql}, "json"));
  check("row", on_case({"query", sql}, "jsonl"));
  check("event_record", on_case({"event", "00000000-0000-4000-8000-000000000001"}, "jsonl"));
  check("event_records", on_case({"event", "00000000-0000-4000-8000-000000000001"}, "json"));
  check("case", on_case({"case", "show"}, "json"));
  check("cases", {"case", "list", home_->path().string(), "--output", "json"});
  check("verify",
        {"case", "verify", path("case"), "--expect-head", std::string(64, '0'), "--output", "json"},
        6);
  check("archive", on_case({"case", "archive", path("case.zip")}, "json"));
  check("rules",
        {"rules", "list", "--rules", path("rule.yml"), "--no-builtin-rules", "--output", "json"});
  check("rule", {"rules", "list", "--output", "jsonl"});
  check("lint", {"rules", "lint", path("rule.yml"), path("bad.yml"), "--output", "json"}, 4);
  check("coverage", on_case({"rules", "coverage"}, "json"));
  check("technique", on_case({"rules", "coverage"}, "jsonl"));
  check("rule_tests", {"rules", "test", path("rule.yml"), path("tests.json"), "--output", "json"});
  check("rule_test", {"rules", "test", path("rule.yml"), path("tests.json"), "--output", "jsonl"});
  check("explain", on_case({"rules", "explain", mine, "--rules", path("rule.yml"), "--event",
                            "00000000-0000-4000-8000-000000000003"},
                           "json"));
  check("demo", {"demo", path("sample"), "--days", "10", "--output", "json"});
  // scan prints the same hits.
  const auto scan = terminal_.run({"scan", path("logs"), "--output", "jsonl"});
  compare(*Json::parse(read_file(source("docs/json/hit.json")).value_or("null")),
          Json::parse(scan.out.substr(0, scan.out.find('\n'))).value_or(Json()), "scan");
  for (const JsonShape& s : json_shapes())
    EXPECT_TRUE(seen_.contains(s.name)) << s.name << " is never printed";
}

TEST(Reference, DocsCliIsWhatTheProgramPrints) {
  if (rewriting()) std::ofstream(source("docs/cli.md")) << reference_markdown();
  EXPECT_EQ(read_file(source("docs/cli.md")).value_or("(missing)"), reference_markdown())
      << "docs/cli.md is stale; script/update-docs writes it anew";
}

TEST(Reference, EveryShapeHasItsHelp) {
  Terminal t;
  const auto topic = t.run({"help", "json"});
  EXPECT_EQ(topic.code, 0);
  for (const JsonShape& s : json_shapes()) {
    EXPECT_NE(topic.out.find(s.name + ": "), std::string::npos) << s.name;
    const auto one = t.run({"help", "json", s.name});
    EXPECT_EQ(one.code, 0) << one.err;
    EXPECT_NE(one.out.find("\"schema\": \"backtrail." + s.name + "/1\""), std::string::npos)
        << one.out;
  }
}

}  // namespace
}  // namespace backtrail::cli
