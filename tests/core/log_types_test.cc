#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/file.h"
#include "base/text.h"
#include "sources/log_switches.h"
#include "sources/sources.h"

// What holds for every log type that is declared.
namespace backtrail::sources {
namespace {

TEST(LogTypes, HaveNamesTablesAndColumnsOfTheirOwn) {
  std::set<std::string> names, tables;
  for (const model::LogType* type : log_types()) {
    EXPECT_TRUE(names.insert(type->name).second) << type->name;
    EXPECT_TRUE(tables.insert(type->table).second) << type->table;
    EXPECT_FALSE(type->title.empty()) << type->name;
    EXPECT_EQ(find_log_type(type->name), type);
    std::set<std::string> columns, fields;
    for (const model::LogField& f : type->fields) {
      EXPECT_TRUE(f.column.empty() || columns.insert(f.column).second) << type->name << " " << f.column;
      EXPECT_TRUE(fields.insert(f.name).second) << type->name << " " << f.name;
      EXPECT_EQ(f.column, to_lower_ascii(f.column)) << type->name;
      EXPECT_EQ(f.kind == model::FieldKind::nested, !f.structure.empty()) << type->name << " " << f.column;
      for (const char* ours : {"_account", "_region", "uid", "_time", "_evidence", "_record"})
        EXPECT_NE(f.column, ours) << type->name;
    }
  }
}

/// A misspelled field would be NULL for ever.
TEST(LogTypes, PickFieldsThatTheyHave) {
  for (const model::LogType* type : log_types()) {
    const model::EventShape& s = type->shape;
    for (const model::Pick* pick :
         {&s.source, &s.principal, &s.session, &s.user_name, &s.access_key, &s.action, &s.resource, &s.outcome,
          &s.error, &s.message, &s.severity, &s.source_ip, &s.destination_ip, &s.user_agent, &s.event_id,
          &s.request_id})
      for (const std::string& path : pick->fields) {
        bool held = false;
        for (const model::LogField& f : type->fields)
          held = held || (!f.column.empty() && (path == f.name || path.starts_with(f.name + ".")));
        EXPECT_TRUE(held) << type->name << " " << path;
      }
  }
}

TEST(LogTypes, TellWhichCallsTurnThemOnAndOff) {
  std::set<std::string_view> told;
  std::set<std::pair<std::string_view, std::string_view>> calls;
  for (const LogSwitches& s : log_switches()) {
    EXPECT_FALSE(s.logs.empty()) << s.source;
    EXPECT_EQ(s.source.empty(), s.calls.empty()) << s.source;
    EXPECT_TRUE(s.source.empty() || s.source.ends_with(".amazonaws.com")) << s.source;
    EXPECT_EQ(s.mention, to_lower_ascii(s.mention)) << s.source;
    for (const std::string_view log : s.logs) {
      EXPECT_NE(find_log_type(log), nullptr) << log;
      told.insert(log);
    }
    for (const std::string_view call : s.calls)
      EXPECT_TRUE(calls.emplace(s.source, call).second) << s.source << " " << call << " stands twice";
  }
  for (const model::LogType* type : log_types())
    EXPECT_TRUE(type->product != "aws" || told.contains(type->name)) << "add to log_switches.cc: " << type->name;
}

/// docs/sources.md is the list of what is read; its section on adding a log type says what else there is to do.
TEST(LogTypes, HaveTheirTablesInTheDocumentation) {
  const auto page = read_file(std::filesystem::path(BACKTRAIL_SOURCE_DIR) / "docs/sources.md");
  ASSERT_TRUE(page);
  for (const model::LogType* type : log_types())
    EXPECT_NE(page->find("`" + type->table + "`"), std::string::npos) << type->name << ": docs/sources.md lacks " << type->table;
}

TEST(LogTypes, AreFuzzedEach) {
  const auto list = read_file(std::filesystem::path(BACKTRAIL_SOURCE_DIR) / "fuzz/log_types.txt");
  ASSERT_TRUE(list);
  std::set<std::string> fuzzed;
  for (const std::string_view line : split(*list, '\n'))
    if (!line.empty()) fuzzed.emplace(line);
  for (const model::LogType* type : log_types()) {
    if (type == &cloudtrail_type()) continue;  // has targets of its own
    EXPECT_TRUE(fuzzed.contains(type->name)) << "add to fuzz/log_types.txt: " << type->name;
    const std::filesystem::path corpus =
        std::filesystem::path(BACKTRAIL_SOURCE_DIR) / "fuzz/corpus" / ("log_" + type->name);
    EXPECT_TRUE(std::filesystem::exists(corpus) && !std::filesystem::is_empty(corpus)) << "needs small inputs: " << corpus;
  }
}

}  // namespace
}  // namespace backtrail::sources
