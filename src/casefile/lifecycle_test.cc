#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/hash.h"
#include "casefile/detail/open.h"
#include "casefile/detail/testing.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::Strings;

class LifecycleTest : public testing::CaseTest {};

TEST_F(LifecycleTest, RefusesFoldersThatAreNoCase) {
  EXPECT_EQ(open(dir_.path() / "nowhere", {}).error().id, "case.not_a_case");
  EXPECT_EQ(open(dir_.path(), {.mode = Mode::write}).error().id, "case.not_a_case");
  EXPECT_TRUE(fs::is_empty(dir_.path())) << "looking at a folder must not write to it";
  write("mine.txt", "x");
  EXPECT_EQ(create(in_, {}, {}).error().id, "case.not_empty");
  create_case();
  EXPECT_EQ(create(case_, {}, {}).error().id, "case.exists");
}

TEST_F(LifecycleTest, StartsOverWhereMakingACaseWasInterrupted) {
  create_case();
  fs::remove(case_ / "case.json");  // is written last
  std::ofstream(case_ / "case.json.new") << "{";
  EXPECT_EQ(open(case_, {}).error().id, "case.not_a_case");
  create_case();
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(LifecycleTest, NeverTakesARealCaseForOneThatWasOnlyBegun) {
  make_case();
  fs::remove(case_ / "case.json");
  EXPECT_EQ(open(case_, {}).error().id, "case.damaged");
  EXPECT_EQ(create(case_, {}, {}).error().id, "case.damaged");
  EXPECT_TRUE(fs::exists(case_ / "evidence/AWSLogs/a.json"));
}

TEST_F(LifecycleTest, OpensAtAnyPath) {
  const fs::path odd = dir_.path() / "F\xc3\xa4lle und \xe8\xaa\xbf\xe6\x9f\xbb" / "case one";
  fs::create_directories(odd.parent_path());
  fs::create_directory_symlink(odd.parent_path(), dir_.path() / "link");
  case_ = dir_.path() / "link" / "case one";
  make_case();
  case_ = odd;
  EXPECT_EQ(open_case()->info().name, "case one");
  EXPECT_EQ(problems(verify_at(odd)), Strings{});
  fs::rename(odd, dir_.path() / "moved");
  EXPECT_EQ(problems(verify_at(dir_.path() / "moved")), Strings{});
  EXPECT_TRUE(open(dir_.path() / "moved", {.mode = Mode::write}));
  // Relative, with a slash at the end.
  const fs::path before = fs::current_path();
  fs::current_path(dir_.path());
  EXPECT_EQ(create("fresh/", {}, {}).value()->info().name, "fresh");
  EXPECT_TRUE(open("fresh/", {}));
  fs::current_path(before);
}

TEST_F(LifecycleTest, ReadersShareAndAWriterIsAlone) {
  create_case();
  {
    auto one = open_case();
    auto two = open_case();
    const Error e = open(case_, {.mode = Mode::write, .command = "import"}).error();
    EXPECT_EQ(e.id, "case.locked");
    EXPECT_NE(e.message.find("pid " + std::to_string(::getpid())), std::string::npos) << e.message;
  }
  auto writer = open(case_, {.mode = Mode::write, .command = "import"});
  ASSERT_TRUE(writer);
  for (const Mode mode : {Mode::read, Mode::write}) {
    const Error e = open(case_, {.mode = mode}).error();
    EXPECT_EQ(e.id, "case.locked");
    EXPECT_NE(e.message.find("import (pid " + std::to_string(::getpid())), std::string::npos)
        << e.message;
  }
}

TEST_F(LifecycleTest, TheHolderInAnotherProcessIsNamedAndWaitedFor) {
  create_case();
  int ready[2], done[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(done), 0);
  const pid_t child = ::fork();
  char byte = 'x';
  if (child == 0) {
    ::close(done[1]);
    auto kase = open(case_, {.mode = Mode::write, .command = "detect"});
    if (!kase || ::write(ready[1], &byte, 1) != 1) ::_exit(1);
    while (::read(done[0], &byte, 1) > 0) {
    }
    kase->reset();
    ::_exit(0);
  }
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  std::string told;
  const auto on_wait = [&](std::string_view holder) {
    told = holder;
    ::close(done[1]);  // lets the child go
  };
  const auto opened = open(case_, {.mode = Mode::read,
                                   .wait = std::chrono::seconds(20),
                                   .on_wait = FunctionRef<void(std::string_view)>(on_wait)});
  EXPECT_TRUE(opened) << opened.error().message;
  EXPECT_NE(told.find("detect (pid " + std::to_string(child)), std::string::npos) << told;
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(LifecycleTest, RefusesANewerCaseAndMigratesAnOlderOne) {
  make_case();
  static const Migration kStep{.from = 1, .apply = [](Json document) {
                                 document.set("name", document["name"].as_string() + " (migrated)");
                                 return document;
                               }};
  const std::span<const Migration> steps(&kStep, 1);
  {
    const auto reader = open_with(case_, {}, steps, 2).value();
    EXPECT_EQ(reader->info().name, "case (migrated)");
    EXPECT_EQ(reader->migrated_from(), 1);
  }
  EXPECT_EQ(open_case()->info().name, "case");  // a reader changed nothing
  EXPECT_EQ(open_case()->migrated_from(), std::nullopt);
  EXPECT_EQ(open_with(case_, {.mode = Mode::write}, steps, 2).value()->migrated_from(), 1);
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
  auto migrated = open_with(case_, {}, steps, 2).value();
  EXPECT_EQ(migrated->info().name, "case (migrated)");
  EXPECT_EQ(migrated->info().schema_version, 2);
  EXPECT_EQ(migrated->migrated_from(), std::nullopt);
  EXPECT_EQ(migrated->entries().value().back().type, "case_migrated");
  migrated.reset();
  const Error newer = open(case_, {}).error();
  EXPECT_EQ(newer.id, "case.newer");
  EXPECT_NE(newer.message.find("version 2"), std::string::npos) << newer.message;
}

TEST_F(LifecycleTest, FinishesAnInterruptedChangeOfTheContext) {
  make_case();
  const std::string old = read_file(case_ / "case.json").value();
  ASSERT_TRUE(open_case(Mode::write)->set_context({.accounts = {"444455556666"}}));
  // As if the process had died between the ledger entry and the rename.
  fs::create_directories(case_ / ".incoming");
  fs::rename(case_ / "case.json", case_ / ".incoming/1");
  std::ofstream(case_ / "case.json") << old;
  EXPECT_TRUE(verify_at(case_).ok);
  EXPECT_EQ(open_case()->info().context.accounts, Strings{"444455556666"});
  EXPECT_EQ(open_case(Mode::write)->info().context.accounts, Strings{"444455556666"});
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(LifecycleTest, KeepsRuleFilesOnce) {
  auto kase = create_case();
  EXPECT_EQ(kase->keep_rule_file("a.yml", "one").value(), "a.yml");
  EXPECT_EQ(kase->keep_rule_file("a.yml", "one").value(), "a.yml");
  EXPECT_EQ(kase->keep_rule_file("a.yml", "two").value(), "a~2.yml");
  EXPECT_EQ(kase->keep_rule_file("../../x.yml", "three").value(), "%2E%2E/%2E%2E/x.yml");
  EXPECT_EQ(read_file(case_ / "rules/a~2.yml").value(), "two");
  EXPECT_EQ(kase->entries().value().size(), 4U);
  kase.reset();
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(LifecycleTest, ReadsFromAMediumThatCannotBeWritten) {
  make_case();
  fs::remove(case_ / "case.lock");
  fs::permissions(dir_.path(), fs::perms::all);
  const fs::perms write_bits =
      fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
  for (const auto& e : fs::recursive_directory_iterator(case_))
    fs::permissions(e.path(), write_bits, fs::perm_options::remove);
  fs::permissions(case_, write_bits, fs::perm_options::remove);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(9);
    const auto reader = open(case_, {});
    if (!reader) {
      std::fprintf(stderr, "%s\n", reader.error().message.c_str());
      ::_exit(1);
    }
    if ((*reader)->items().size() != 3) ::_exit(2);
    if (open(case_, {.mode = Mode::write})) ::_exit(3);
    ::_exit(verify_at(case_).ok ? 0 : 4);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(LifecycleTest, EmptiesTheStore) {
  auto kase = create_case();
  ASSERT_TRUE(kase->store().value()->execute("create table t as select 1"));
  auto fresh = kase->reset_store();
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_FALSE((*fresh)->execute("insert into t values (2)"));
  kase.reset();
  fs::remove(case_ / "store.duckdb");
  EXPECT_EQ(open_case()->store().error().id, "case.no_store");
}

TEST_F(LifecycleTest, ListsCasesWithTheirProblems) {
  create_case();
  ASSERT_TRUE(create(dir_.path() / "b", {.name = "second"}, {}));
  fs::create_directories(dir_.path() / "damaged");
  std::ofstream(dir_.path() / "damaged/case.json") << "nonsense";
  fs::create_directories(dir_.path() / "other");
  const auto found = list(dir_.path());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].directory.filename(), "b");
  EXPECT_EQ(found[0].info->name, "second");
  EXPECT_EQ(found[1].info->name, "case");
  EXPECT_FALSE(found[2].info);
  EXPECT_NE(found[2].problem, "");
  EXPECT_EQ(list(case_).size(), 1U);
  EXPECT_TRUE(list(dir_.path() / "nowhere").empty());
}

}  // namespace
}  // namespace backtrail::casefile
