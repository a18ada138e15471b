// Copies of events in every order of import, in cases of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "analysis/analysis.h"
#include "base/file.h"
#include "ingest/ingest.h"
#include "support/case_dump.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRule = R"(title: Access key made
id: 0a1b2c3d-0000-4000-8000-000000000001
logsource: {product: aws, service: cloudtrail}
detection:
  s: {eventName: CreateAccessKey}
  condition: s
level: high
)";
/// Can tell in what order the members were written.
constexpr const char* kTextRule = R"(title: Members in their order
id: 0a1b2c3d-0000-4000-8000-000000000002
logsource: {product: aws, service: cloudtrail}
detection:
  t: {requestParameters|contains: '"a":"1","b":2'}
  condition: t
level: low
)";

class CopiesTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", (root() / "home").c_str(), 1); }
  fs::path root() const { return directory_.path(); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(root() / name, std::ios::binary) << text;
    return (root() / name).string();
  }
  static std::string record(const std::string& id, const std::string& rest,
                            const std::string& account = "111122223333") {
    return R"({"eventVersion":"1.08","eventTime":"2023-07-10T11:42:31Z","eventSource":"iam.amazonaws.com",)"
           R"("eventName":"CreateAccessKey","awsRegion":"us-east-1","eventID":")" +
           id + "\"" + (account.empty() ? "" : R"(,"recipientAccountId":")" + account + "\"") +
           rest + "}";
  }

  struct Answer {
    std::map<std::string, std::string> tables{};
    std::string findings{};
    std::uint64_t stored = 0, duplicates = 0;
  };
  /// A case that imports these groups of files one after the other, then detects.
  Answer answer(const std::vector<std::vector<std::string>>& imports, unsigned threads) {
    const fs::path folder = root() / ("case" + std::to_string(++cases_));
    auto kase = casefile::create(folder, {.name = "one"}, {.mode = casefile::Mode::write});
    EXPECT_TRUE(kase) << kase.error().message;
    Progress progress;
    Answer out;
    const auto rules = sigma::load({{"rule.yml", kRule}, {"text.yml", kTextRule}}).rules;
    EXPECT_EQ(rules->rules().size(), 2u);
    for (const auto& paths : imports) {
      const auto s =
          ingest::import(**kase, paths, {.threads = threads, .rules = rules}, progress, {});
      EXPECT_TRUE(s) << s.error().message;
      if (!s) return out;
      EXPECT_EQ(s->records.read, s->records.stored + s->records.duplicates + s->records.rejected);
      out.stored += s->records.stored;
      out.duplicates += s->records.duplicates;
    }
    out.tables = tables_of(**kase);
    for (const bool again : {false, true}) {
      // the second run has other rules at hand than the import: it matches the evidence anew
      analysis::DetectOptions options{.files = {{"rule.yml", kRule}}, .builtin = true};
      if (again) options.files.push_back({"more.yml", kTextRule});
      const auto detected = analysis::detect(**kase, options, progress, {});
      EXPECT_TRUE(detected) << detected.error().message;
      const auto found = analysis::findings(**kase, {});
      EXPECT_TRUE(found);
      for (const auto& f : found->findings)
        out.findings += f.id + " " + f.title + " " + std::to_string(f.count) + " " +
                        ::testing::PrintToString(f.event_ids) + "\n";
      for (auto& [table, text] : tables_of(**kase))
        out.tables[table + (again ? " 2" : " 1")] = text;
    }
    return out;
  }
  /// All that does not say where the copies lie.
  static std::map<std::string, std::string> tables_of(casefile::Case& kase) {
    auto tables = testing::dump_tables(**kase.store(), {"_evidence", "_record", "_content"});
    tables.erase("evidence");
    return tables;
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("copies");
  int cases_ = 0;
};

TEST_F(CopiesTest, NoOrderOfImportsChangesEventsHitsAndFindings) {
  const std::string a = write(
      "a.json",
      "[" + record("equal", R"(,"requestParameters":{"a":"1","b":2})") + "," +
          record("forged", R"(,"sourceIPAddress":"203.0.113.1")") + "," +
          record(
              "reordered",
              R"(,"requestParameters":{"a":"1","b":2},"userIdentity":{"type":"Root","arn":"x"})") +
          "," + record("escaped", R"(,"responseElements":{"n":1.50,"t":"A/B"})") + "," +
          record("no account", "", "") + "," + record("other account", "", "444455556666") + "," +
          record("joker", R"(,"apiVersion":"1")", "") + "]");
  const std::string b = write(
      "b.json",
      "[" + record("equal", R"(,"requestParameters":{"a": "1", "b": 2})") + "," +
          record("forged", R"(,"sourceIPAddress":"203.0.113.2")") + "," +
          record(
              "reordered",
              R"(,"userIdentity":{"arn":"x","type":"Root"},"requestParameters":{"b":2,"a":"1"})") +
          "," + record("escaped", R"(,"responseElements":{"t":"\u0041\/B","n":15e-1})") + "," +
          record("no account", "") + "," + record("other account", "") + "," +
          record("joker", R"(,"apiVersion":"2")") + "," +
          record("joker", R"(,"apiVersion":"3")", "444455556666") + "]");
  const std::string c = write(
      "c.json",
      "[" + record("forged", R"(,"sourceIPAddress":"203.0.113.3")") + "," +
          record(
              "reordered",
              R"(,"requestParameters":{"b": 2,"a":"\u0031"},"userIdentity":{"arn":"x","type":"Root"})") +
          "," + record("no account", "", "444455556666") + "]");
  const Answer want = answer({{a}, {b}, {c}}, 1);
  // equal, reordered, escaped, joker ×3, forged ×3, other account ×2, and two accounts of "no
  // account"
  EXPECT_EQ(want.stored, 13u);
  EXPECT_EQ(want.duplicates, 5u);
  EXPECT_EQ(std::ranges::count(want.tables.at("cloudtrail_logs"), '\n'), 13);
  EXPECT_EQ(std::ranges::count(want.tables.at("duplicates"), '\n'), 5);
  EXPECT_EQ(std::ranges::count(want.tables.at("conflicts"), '\n'), 6);
  EXPECT_GE(std::ranges::count(want.tables.at("hits"), '\n'), 13);
  for (const char* finding : {"Copies of one event differ 1 { \"forged\" }",
                              "Copies of one event differ 1 { \"joker\" }"})
    EXPECT_NE(want.findings.find(finding), std::string::npos) << want.findings;
  int n = 0;
  for (const auto& imports : std::vector<std::vector<std::vector<std::string>>>{{{a, b, c}},
                                                                                {{c, b, a}},
                                                                                {{b}, {a}, {c}},
                                                                                {{c}, {a}, {b}},
                                                                                {{b, c}, {a}},
                                                                                {{a}, {c, b}},
                                                                                {{c}, {b}, {a}}}) {
    const Answer got = answer(imports, 2);
    const std::string what = "order " + std::to_string(n++);
    testing::expect_equal_tables(got.tables, want.tables, what);
    EXPECT_EQ(got.findings, want.findings) << what;
    EXPECT_EQ(got.stored, want.stored) << what;
  }
}

TEST_F(CopiesTest, ATableOfQueryResultsHoldsNoOtherEvent) {
  const std::string a =
      write("a.json", "[" + record("e1", R"(,"requestParameters":{"a":"1","b":2})") + "]");
  const std::string b = write(
      "b.json", "[" + record("e1", R"(,"requestParameters":"{\"b\": 2, \"a\": \"1\"}")") + "]");
  EXPECT_EQ(answer({{a}, {b}}, 1).stored, 1u);
}

}  // namespace
}  // namespace backtrail
