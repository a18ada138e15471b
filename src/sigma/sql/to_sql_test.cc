#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "sigma/sql.h"
#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

namespace fs = std::filesystem;

Result<SqlText> translate(const std::string& rule, const SqlOptions& options = {}) {
  const LoadResult loaded = testing::load_text(rule);
  EXPECT_TRUE(loaded.rejected.empty()) << loaded.rejected.front().message;
  return to_sql(*loaded.rules, 0, options);
}
Result<SqlText> selection(std::string_view text, SqlDialect dialect = SqlDialect::duckdb) {
  return translate(testing::selection_rule(text), {.dialect = dialect});
}
std::string error_of(const Result<SqlText>& r) { return r ? "none: " + r->sql : r.error().id; }

/// Names followed by `(`, and whether brackets close, outside of quotes.
struct Structure {
  std::set<std::string> functions{};
  bool balanced = true;
};

Structure structure_of(std::string_view sql) {
  Structure out;
  std::string open;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (c == '\'' || c == '"') {
      const std::size_t end = sql.find(c, i + 1);  // a doubled quote reads as two literals
      if (end == std::string_view::npos) return {.balanced = false};
      i = end;
    } else if (c == '(' || c == '[') {
      open += c;
      std::size_t from = i;
      while (from > 0 &&
             (std::isalnum(static_cast<unsigned char>(sql[from - 1])) || sql[from - 1] == '_'))
        --from;
      if (c == '(' && from < i) out.functions.emplace(sql.substr(from, i - from));
    } else if (c == ')' || c == ']') {
      if (open.empty() || open.back() != (c == ')' ? '(' : '[')) return {.balanced = false};
      open.pop_back();
    }
  }
  out.balanced = out.balanced && open.empty();
  return out;
}

const std::set<std::string> kTrinoWords = {
    // functions
    "lower", "starts_with", "reverse", "strpos", "regexp_like", "regexp_extract_all", "url_decode",
    "replace", "try", "contains", "any_match", "transform", "filter", "flatten", "substr", "length",
    "element_at", "map_keys", "json_parse", "json_format", "json_query", "json_exists",
    "json_extract_scalar", "from_iso8601_timestamp", "minute", "hour", "day", "week", "month",
    "year", "COALESCE", "IF", "CAST", "TRY_CAST", "chr",
    // types and keywords before a bracket
    "array", "DECIMAL", "IN", "AND", "OR", "NOT", "ELSE"};

void expect_stock_trino(const std::string& sql) {
  const Structure s = structure_of(sql);
  EXPECT_TRUE(s.balanced) << sql;
  for (const std::string& f : s.functions)
    EXPECT_TRUE(kTrinoWords.contains(f)) << f << " in " << sql;
}

TEST(ToSql, GoldenTextsOfBothDialects) {
  const fs::path folder = fs::path(BACKTRAIL_SOURCE_DIR) / "src/sigma/sql/testdata";
  std::size_t cases = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto rule = read_file(entry.path() / "rule.yml");
    ASSERT_TRUE(rule) << entry.path();
    for (const auto& [name, dialect] :
         {std::pair("duckdb.sql", SqlDialect::duckdb), std::pair("trino.sql", SqlDialect::trino)}) {
      const auto text = translate(*rule, {.dialect = dialect});
      ASSERT_TRUE(text) << entry.path() << text.error().message;
      EXPECT_TRUE(structure_of(text->sql).balanced) << text->sql;
      if (dialect == SqlDialect::trino) expect_stock_trino(text->sql);
      const fs::path golden = entry.path() / name;
      if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << text->sql << "\n";
      const auto want = read_file(golden);
      ASSERT_TRUE(want) << golden;
      EXPECT_EQ(text->sql + "\n", *want) << golden;
      ++cases;
    }
  }
  EXPECT_GE(cases, 8U);
}

TEST(ToSql, OurRulesTranslateToStockTrino) {
  std::vector<RuleFile> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(BACKTRAIL_SOURCE_DIR) / "rules/cloudtrail"))
    if (entry.path().extension() == ".yml")
      files.push_back({entry.path().string(), *read_file(entry.path())});
  const LoadResult loaded = load(files);
  std::size_t translated = 0;
  for (std::uint32_t i = 0; i < loaded.rules->rules().size(); ++i) {
    if (loaded.rules->rules()[i].kind != RuleKind::detection) continue;
    const auto text = to_sql(*loaded.rules, i, {.dialect = SqlDialect::trino});
    ASSERT_TRUE(text) << text.error().message;
    expect_stock_trino(text->sql);
    ++translated;
  }
  EXPECT_GE(translated, 60U);
}

TEST(ToSql, AFieldWithoutAColumnIsNamed) {
  for (const auto& [field, hint] : std::vector<std::pair<std::string, std::string>>{
           {"nonsense", "no column"},
           {"userIdentity.sessionContext.sourceIdentity", "native matcher"},
           {"eventname", "spells it eventName"},
           {"requestparameters.name", "spells it requestParameters.name"},
           {"resources.arn", "spells it resources.ARN"},
           {"userIdentity", "userIdentity.type"},
           {"resources", "resources.ARN"}}) {
    const auto r = selection("{" + field + ": x}");
    ASSERT_EQ(error_of(r), "sigma.field_not_stored") << field;
    EXPECT_NE(r.error().message.find(field), std::string::npos) << r.error().message;
    EXPECT_NE(r.error().message.find(hint), std::string::npos) << r.error().message;
  }
}

TEST(ToSql, AFieldWithoutAColumnCanCountAsAbsent) {
  const auto r =
      translate(testing::selection_rule("{nonsense: null}"), {.missing_columns_are_absent = true});
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_NE(r->sql.find("NOT COALESCE(FALSE, FALSE)"), std::string::npos) << r->sql;
  ASSERT_EQ(r->notes.size(), 1U);
  EXPECT_NE(r->notes[0].find("counts as absent"), std::string::npos);
}

TEST(ToSql, StructsCanBeTestedForPresence) {
  for (const char* rule :
       {"{userIdentity: null}", "{userIdentity|exists: true}", "{resources: '*'}"}) {
    const auto r = selection(rule);
    EXPECT_TRUE(r) << rule << r.error().message;
  }
}

TEST(ToSql, NotesSayWhereHitsMayDiffer) {
  const auto notes = [](std::string_view text, SqlDialect d = SqlDialect::duckdb) {
    const auto r = selection(text, d);
    EXPECT_TRUE(r) << r.error().message;
    return r ? r->notes.size() : 99;
  };
  EXPECT_EQ(notes("{errorCode|exists: false}"), 1U);
  EXPECT_EQ(notes("{requestParameters|exists: true}"), 1U);
  EXPECT_EQ(notes("{requestParameters.a|exists: false}"), 0U);
  EXPECT_EQ(notes("{eventName: ['a', 'b*']}"), 0U);
  EXPECT_EQ(notes("[keyword]"), 1U);
  EXPECT_EQ(notes("{eventName: 'Straße'}"), 0U);
  EXPECT_EQ(notes("{eventName: 'Straße'}", SqlDialect::trino), 1U);
  EXPECT_EQ(notes("{eventName|cased: 'Straße'}", SqlDialect::trino), 0U);
}

TEST(ToSql, WhatADialectCannotSayIsAnError) {
  const auto trino = [](std::string_view text) {
    return error_of(selection(text, SqlDialect::trino));
  };
  EXPECT_EQ(trino("{userAgent|re: '(?P<a>b)'}"), "sigma.no_sql");
  EXPECT_EQ(trino("{userAgent|re: '[[:alpha:]]'}"), "sigma.no_sql");
  EXPECT_EQ(trino("{'requestParameters.a\"b': x}"), "sigma.no_sql");
  EXPECT_TRUE(selection("{userAgent|re: '(?P<a>b)'}"));
  EXPECT_TRUE(selection("{userAgent|re: '(?<=a)b'}", SqlDialect::trino));
}

TEST(ToSql, OtherLogsAndCorrelationsAreErrors) {
  EXPECT_EQ(
      error_of(translate("title: t\nlogsource: {product: aws, service: vpcflow}\ndetection:\n  a: "
                         "{eventName: x}\n  condition: a\n")),
      "sigma.logsource_not_stored");
  const LoadResult loaded = testing::load_text(
      "title: t\nname: base\nlogsource: {product: aws}\ndetection:\n  a: {eventName: x}\n  "
      "condition: a\n"
      "---\ntitle: c\nname: many\ncorrelation:\n  type: event_count\n  rules: [base]\n  group-by: "
      "[eventSource]\n  timespan: 5m\n  condition: {gte: 2}\n");
  ASSERT_TRUE(loaded.rejected.empty()) << loaded.rejected[0].message;
  const int many = loaded.rules->find("many");
  ASSERT_GE(many, 0);
  EXPECT_EQ(error_of(to_sql(*loaded.rules, static_cast<std::uint32_t>(many))), "sigma.no_sql");
}

TEST(ToSql, NamesAndTextsCannotLeaveTheirQuotes) {
  const auto r = translate(testing::selection_rule("{eventName: \"a' OR 'b\\0\"}"),
                           {.table = "db.t\"x", .columns = {"uid", "useridentity.arn"}});
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(r->sql,
            "SELECT \"uid\", \"useridentity\".\"arn\"\nFROM \"db\".\"t\"\"x\"\n"
            "WHERE rule_fold(eventname) = ('a'' or ''b' || chr(0) || '')");
}

}  // namespace
}  // namespace backtrail::sigma
