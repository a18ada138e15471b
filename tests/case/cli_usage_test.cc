#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "case/cli_testing.h"
#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/spec.h"

namespace backtrail::cli {
namespace {

using ::testing::HasSubstr;

TEST(OptionTable, DeclaresEachNameOnceAndSaysWhatItDoes) {
  std::set<std::string> names;
  for (const CommandSpec& c : commands()) {
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
    EXPECT_NE(c.run, nullptr) << c.name;
    EXPECT_FALSE(c.examples.empty()) << c.name;
    EXPECT_FALSE(c.summary.ends_with('.')) << c.name;
    std::set<std::string> inside;
    for (const auto* list : {&c.options, &general_options()})
      for (const OptionSpec& o : *list) {
        EXPECT_TRUE(inside.insert(o.name).second) << c.name << " --" << o.name;
        EXPECT_FALSE(o.help.empty() || o.help.ends_with('.')) << c.name << " --" << o.name;
        EXPECT_EQ(o.kind == ValueKind::flag, o.value_name.empty()) << c.name << " --" << o.name;
        EXPECT_EQ(o.kind == ValueKind::choice, !o.choices.empty()) << c.name << " --" << o.name;
      }
    for (const ArgumentSpec& a : c.arguments)
      EXPECT_TRUE(inside.insert(a.name).second) << c.name << " " << a.name;
  }
}

TEST(OptionTable, EveryCommandTakesTheGeneralOptions) {
  for (const CommandSpec& c : commands()) {
    std::vector<std::string> line;
    for (const ArgumentSpec& a : c.arguments)
      if (a.required) line.push_back(a.choices.empty() ? "x" : a.choices.front());
    for (const char* o : {"--no-input", "--no-progress", "--threads", "2", "--quiet", "--color",
                          "never", "--no-color"})
      line.emplace_back(o);
    const auto parsed = parse(c, line);
    EXPECT_TRUE(parsed) << c.name << ": " << (parsed ? "" : parsed.error().message);
  }
}

TEST(OptionTable, ExamplesParse) {
  for (const CommandSpec& c : commands())
    for (const Example& e : c.examples) {
      const std::string start = "backtrail " + c.name;
      const std::size_t at = e.command.find(start);
      ASSERT_NE(at, std::string::npos) << e.command;
      std::string rest = e.command.substr(at + start.size());
      rest = rest.substr(
          0, std::min({rest.find(" | "), rest.find(" && "), rest.find(" > "), rest.find(")")}));
      if (rest.find('"') != std::string::npos || rest.find('\'') != std::string::npos) continue;
      std::vector<std::string> line;
      for (const std::string_view w : split(trim(rest), ' '))
        if (!w.empty()) line.emplace_back(w);
      const auto parsed = parse(c, line);
      EXPECT_TRUE(parsed) << e.command << ": " << (parsed ? "" : parsed.error().message);
    }
}

TEST(OptionTable, HelpCompletionManAndReferenceNameEverything) {
  const std::string reference = reference_markdown();
  for (const CommandSpec& c : commands()) {
    const std::string help = command_help(c, {});
    std::string man = man_page(&c);
    std::string plain_man;
    for (std::size_t i = 0; i < man.size(); ++i)
      if (man[i] != '\\' || i + 1 == man.size() || man[i + 1] != '-') plain_man += man[i];
    EXPECT_THAT(reference, HasSubstr("## backtrail " + c.name + "\n"));
    for (const auto* list : {&c.options, &general_options()})
      for (const OptionSpec& o : *list) {
        EXPECT_THAT(help, HasSubstr("--" + o.name)) << c.name;
        EXPECT_THAT(plain_man, HasSubstr("--" + o.name)) << c.name;
        EXPECT_THAT(reference, HasSubstr("--" + o.name)) << c.name;
        for (const char* shell : {"bash", "zsh"})
          EXPECT_THAT(completion_script(shell), HasSubstr("--" + o.name)) << c.name << shell;
        EXPECT_THAT(completion_script("fish"), HasSubstr(" -l " + o.name)) << c.name;
      }
    const std::string last = c.name.substr(c.name.find(' ') + 1);
    for (const char* shell : {"bash", "zsh", "fish"})
      EXPECT_THAT(completion_script(shell), HasSubstr(last));
    EXPECT_THAT(program_help({}), HasSubstr(c.name));
  }
}

TEST(Help, FitsTheWidthAndShowsExamplesFirst) {
  for (const CommandSpec& c : commands()) {
    const std::string help = command_help(c, {.width = 80});
    EXPECT_TRUE(help.starts_with("Examples")) << c.name;
    const std::size_t usage = help.find("\nUsage\n");
    ASSERT_NE(usage, std::string::npos);
    for (const std::string_view line : split(std::string_view(help).substr(usage), '\n'))
      EXPECT_LE(line.size(), 90U) << line;
  }
}

TEST(Help, ShortAndFullDiffer) {
  Terminal t;
  const auto brief = t.run({"findings", "-h"});
  const auto full = t.run({"findings", "--help"});
  EXPECT_EQ(brief.code, 0);
  EXPECT_EQ(full.code, 0);
  EXPECT_LT(brief.out.size(), full.out.size());
  EXPECT_THAT(full.out, HasSubstr("Exit codes"));
  EXPECT_EQ(t.run({"help", "findings"}).out, full.out);
  for (const Topic& topic : topics()) EXPECT_EQ(t.run({"help", topic.name}).code, 0) << topic.name;
}

TEST(Usage, WrongLinesExitWithTwoAndName) {
  struct Row {
    std::vector<std::string> line;
    const char* says;
  };
  const std::vector<Row> rows = {
      {{"fnidings"}, "Did you mean 'findings'?"},
      {{"case", "verfy"}, "Did you mean 'case verify'?"},
      {{"case"}, "backtrail case COMMAND"},
      {{"findings", "--sevrity", "high"}, "Did you mean '--severity'?"},
      {{"findings", "--severity", "hgh"}, "Did you mean 'high'?"},
      {{"findings", "--severity"}, "--severity needs a value"},
      {{"findings", "--severity", "high", "--severity", "low"}, "more than once"},
      {{"findings", "--limit", "-1"}, "--limit"},
      {{"findings", "--limit", "many"}, "whole number"},
      {{"findings", "extra"}, "further argument 'extra'"},
      {{"case", "archive", "dir", "x.zip"}, "takes one FILE, and more were given"},
      {{"query", "SELECT", "1"}, "needs quotes"},
      {{"import"}, "needs PATH"},
      {{"import", "/no/such/place", "--case", "/tmp/x"}, "/no/such/place"},
      {{"findings"}, "No case is named"},
      {{"query", "--case", "/tmp"}, "No SQL"},
      {{"completion", "tcsh"}, "bash, zsh, fish"},
      {{"help", "tmie"}, "Did you mean 'time'?"},
      {{"--nonsense"}, "--nonsense"},
      {{"scan", "/tmp", "--no-builtin-rules"}, "no rules"},
      {{"query", "SELECT 1", "--output", "parquet", "--case", "/tmp"}, "--out FILE"},
  };
  for (const Row& r : rows) {
    Terminal t;
    const auto got = t.run(r.line);
    EXPECT_EQ(got.code, 2) << join(r.line, " ") << got.err;
    EXPECT_THAT(got.err, HasSubstr(r.says));
    EXPECT_TRUE(got.out.empty()) << got.out;
    EXPECT_EQ(got.err.find("\\x"), std::string::npos) << got.err;  // no escaped control character
  }
}

TEST(Usage, TimesAreCheckedBeforeTheCaseIsOpened) {
  Terminal t;
  const auto bad = t.run({"findings", "--from", "yesterdayish", "--case", "/no/such/case"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("yesterdayish"));
  const auto empty = t.run({"timeline", "--from", "1d", "--to", "2d", "--case", "/no/such/case"});
  EXPECT_EQ(empty.code, 2);
  const auto good = t.run({"timeline", "--from", "24h", "--case", "/no/such/case"});
  EXPECT_EQ(good.code, 1);
  EXPECT_THAT(good.err, HasSubstr("Window: 2026-02-09T12:00:00Z up to the end."));
}

TEST(Usage, GeneralOptionsMayComeFirst) {
  Terminal t;
  EXPECT_EQ(t.run({"--no-color", "--threads", "2", "help", "time"}).code, 0);
  EXPECT_EQ(t.run({"--version"}).out, t.run({"--version"}).out);
  EXPECT_THAT(t.run({"--version"}).out, HasSubstr("backtrail "));
}

TEST(Usage, ValuesKeepBracketsAndDashes) {
  const CommandSpec* query = find_command("query");
  ASSERT_NE(query, nullptr);
  const auto parsed = parse(*query, {"SELECT [1,2]", "--file=[a,b]"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text("SQL"), "SELECT [1,2]");
  EXPECT_EQ(parsed->text("file"), "[a,b]");
  const auto comment = parse(*query, {"-- a comment\nSELECT 1"});
  ASSERT_TRUE(comment);
  EXPECT_EQ(comment->text("SQL"), "-- a comment\nSELECT 1");
  const auto after = parse(*query, {"--file", "x.sql", "--case", "c", "SELECT 1"});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->list("case"), std::vector<std::string>{"c"});
  EXPECT_EQ(after->text("SQL"), "SELECT 1");
  const CommandSpec* scan = find_command("scan");
  const auto rules = parse(*scan, {"--rules", "a.yml", "b.yml", "logs"});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->list("rules"), (std::vector<std::string>{"a.yml", "b.yml"}));
  EXPECT_EQ(rules->list("PATH"), std::vector<std::string>{"logs"});
}

TEST(Color, FollowsTheConventions) {
  Terminal t;
  std::ostringstream sink;
  const auto color = [&](std::map<std::string, std::string> env, ColorChoice choice,
                         bool terminal) {
    Console c{.out = sink, .err = sink, .clock = t.clock};
    c.env = [env](std::string_view name) -> std::optional<std::string> {
      const auto it = env.find(std::string(name));
      return it == env.end() ? std::nullopt : std::optional(it->second);
    };
    return use_color(c, choice, terminal);
  };
  EXPECT_TRUE(color({}, ColorChoice::automatic, true));
  EXPECT_FALSE(color({}, ColorChoice::automatic, false));
  EXPECT_FALSE(color({{"NO_COLOR", "1"}}, ColorChoice::automatic, true));
  EXPECT_TRUE(color({{"NO_COLOR", ""}}, ColorChoice::automatic, true));
  EXPECT_FALSE(color({{"TERM", "dumb"}}, ColorChoice::automatic, true));
  EXPECT_TRUE(color({{"FORCE_COLOR", "1"}}, ColorChoice::automatic, false));
  EXPECT_FALSE(color({{"FORCE_COLOR", "0"}}, ColorChoice::automatic, true));
  EXPECT_TRUE(color({{"NO_COLOR", "1"}}, ColorChoice::always, false));
  EXPECT_FALSE(color({{"FORCE_COLOR", "1"}}, ColorChoice::never, true));
}

}  // namespace
}  // namespace backtrail::cli
