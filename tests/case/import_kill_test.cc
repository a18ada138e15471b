// An import that is killed, interrupted, or out of disk at any moment: the case opens, and the same import
// again ends with the tables of one that nothing disturbed.
#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <new>
#include <random>

#include "analysis/analysis.h"
#include "base/file.h"
#include "casefile/casefile.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "ingest/ingest.h"
#include "sample/sample.h"
#include "support/case_dump.h"
#include "support/traced.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;
using testing::Fate;
using testing::SystemCall;

/// BACKTRAIL_KILL_ROUNDS=N: N times as many moments.
std::size_t rounds(std::size_t usual) {
  const char* more = std::getenv("BACKTRAIL_KILL_ROUNDS");
  return usual * (more == nullptr ? 1 : std::max(1UL, std::strtoul(more, nullptr, 10)));
}

class ImportKill : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_DATA_HOME", (root_.path() / "home").c_str(), 1);
    const auto made = sample::write_sample(root_.path() / "sample", {.days = 10});
    ASSERT_TRUE(made);
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(made->logs))
      if (entry.path().extension() == ".gz") files.push_back(entry.path());
    std::ranges::sort(files);
    fs::create_directories(logs_);
    for (std::size_t i = 0; i < 24 && i < files.size(); ++i)
      fs::copy_file(files[i * files.size() / 24], logs_ / (std::to_string(i) + ".json.gz"));
    fs::copy_file(logs_ / "3.json.gz", logs_ / "copy.json.gz");
    std::ofstream(logs_ / "forged.json")
        << R"([{"eventName":"A","eventID":"f"},{"eventName":"B","eventID":"f"},{"eventName":"A","eventID":"f"}, 7])";
    std::ofstream(logs_ / "notes.txt") << "no log";
    rules_ = sigma::load(analysis::builtin_rule_files()).rules;
    void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    progress_ = new (shared) Progress;
    progress_->phase = "making the case";
    // Only the first case ever makes the user's key; the moments are counted after that.
    ASSERT_TRUE(casefile::create(root_.path() / "first", {}, {.mode = casefile::Mode::write}));
  }

  /// What a command that is repeated does. 0: done.
  int import_once() {
    auto kase = casefile::open(case_, {.mode = casefile::Mode::write});
    if (!kase && kase.error().id == "case.not_a_case")
      kase = casefile::create(case_, {.name = "case"}, {.mode = casefile::Mode::write});
    if (!kase) return told(kase.error());
    const auto s = ingest::import(**kase, {logs_.string()}, {.threads = 2, .rules = rules_}, *progress_, {});
    return s ? 0 : told(s.error());
  }
  static int told(const Error& e) {
    std::cerr << e.id << ": " << e.message << std::endl;
    return 1;
  }
  /// The same by the program, with its handling of signals.
  int command(const std::vector<std::string>& line) {
    std::ofstream out(root_.path() / "out", std::ios::trunc), err(root_.path() / "err", std::ios::trunc);
    // what the handler of a signal says goes to the process's own standard error
    const int said = ::open((root_.path() / "said").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (said >= 0) ::dup2(said, STDERR_FILENO);
    cli::Console console{.out = out, .err = err, .clock = system_clock()};
    console.env = [](std::string_view) { return std::optional<std::string>(); };
    return cli::run(line, console);
  }
  std::vector<std::string> import_line() const {
    return {"import", logs_.string(), "--case", case_.string(), "--threads", "2", "--no-progress"};
  }
  std::map<std::string, std::string> tables() {
    auto store = store::open(case_ / "store.duckdb", {.access = store::Access::read_only});
    EXPECT_TRUE(store) << store.error().message;
    // keyed with the id of the case
    return store ? testing::dump_tables(**store, {"_content"}) : std::map<std::string, std::string>();
  }
  void expect_intact(const std::string& what) {
    if (!fs::exists(case_ / "case.json")) return;
    Progress progress;
    const auto report = casefile::verify(case_, {}, progress, {});
    EXPECT_TRUE(report.ok) << what;
    for (const auto& p : report.problems)
      EXPECT_FALSE(p.fault) << what << ": " << p.kind << " " << p.subject << " " << p.detail;
    EXPECT_TRUE(casefile::open(case_, {})) << what;
  }
  /// After an import was disturbed: the case is sound, and importing again completes it.
  void expect_completes(const std::map<std::string, std::string>& want, const std::string& what) {
    expect_intact(what);
    ASSERT_EQ(import_once(), 0) << what;
    testing::expect_equal_tables(tables(), want, what);
    Progress progress;
    const auto report = casefile::verify(case_, {}, progress, {});
    EXPECT_TRUE(report.ok && report.problems.empty()) << what;
    EXPECT_TRUE(fs::is_empty(case_ / ".incoming")) << what;
  }

  TemporaryDirectory root_ = *TemporaryDirectory::create("import_kill");
  fs::path case_ = root_.path() / "case";
  fs::path logs_ = root_.path() / "logs";
  std::shared_ptr<const sigma::RuleSet> rules_{};
  Progress* progress_ = nullptr;
};

/// One moment out of each of `n` equal shares of 1 … `total`.
std::vector<std::uint64_t> moments(std::uint64_t total, std::size_t n, std::mt19937_64& random) {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < n; ++i)
    out.push_back(1 + (total * i + random() % std::max<std::uint64_t>(1, total)) / n);
  return out;
}

/// What a call changes: one of the files that hold the case together, or anything else.
std::string changed_file(const SystemCall& call) {
  if (!call.changes()) return "";
  const std::string name = fs::path(call.path()).filename().string();
  for (const char* known : {"ledger.jsonl", "ledger.seal.new", "store.duckdb", "store.duckdb.wal"})
    if (name == known) return name;
  return "another file";
}

TEST_F(ImportKill, AtAnyMomentLeavesACaseThatTheSameImportCompletes) {
  std::map<std::string, std::uint64_t> in_phase, on_file;  // numbers of calls
  const auto ended = testing::run_traced([&] { return import_once(); }, [&](const SystemCall& c) {
    ++in_phase[progress_->phase.load()];
    ++on_file[changed_file(c)];
    return Fate::go_on;
  });
  if (!ended) GTEST_SKIP() << "processes must not be traced here";
  ASSERT_EQ(ended->code, 0);
  const auto want = tables();
  ASSERT_GT(std::ranges::count(want.at("cloudtrail_logs"), '\n'), 100);
  ASSERT_GT(std::ranges::count(want.at("hits"), '\n'), 0);
  ASSERT_EQ(std::ranges::count(want.at("conflicts"), '\n'), 2);
  for (const char* phase : {"making the case", "copying evidence", "looking up known events", "reading",
                            "storing", "counting"})
    EXPECT_GT(in_phase[phase], 0u) << phase;
  EXPECT_EQ(on_file.size(), 6u) << ::testing::PrintToString(on_file);
  on_file.erase("");

  struct Moment {
    bool by_file = false;
    std::string name{};
    std::uint64_t call = 0;
  };
  std::mt19937_64 random(20260110);
  std::vector<Moment> when;
  for (const bool by_file : {false, true})
    for (const auto& [name, calls] : by_file ? on_file : in_phase)
      for (const std::uint64_t m : moments(calls, rounds(by_file ? 4 : 5), random))
        when.push_back({by_file, name, m});
  EXPECT_GE(when.size(), rounds(50));
  std::map<std::string, int> killed;
  for (const Moment& moment : when) {
    fs::remove_all(case_);
    progress_->phase = "making the case";
    std::uint64_t n = 0;
    const auto got = testing::run_traced([&] { return import_once(); }, [&](const SystemCall& c) {
      const std::string name = moment.by_file ? changed_file(c) : progress_->phase.load();
      return name == moment.name && ++n == moment.call ? Fate::kill : Fate::go_on;
    });
    ASSERT_TRUE(got);
    const std::string what = (moment.by_file ? "change of " : "call while ") + moment.name + " " +
                             std::to_string(moment.call);
    if (got->signal == SIGKILL)
      ++killed[moment.name];
    else
      ASSERT_EQ(got->code, 0) << what;  // was through with fewer calls this time
    expect_completes(want, what);
    if (HasFatalFailure()) return;
  }
  for (const auto& places : {in_phase, on_file})
    for (const auto& [name, calls] : places)
      EXPECT_GT(killed[name], 1) << name << " of " << ::testing::PrintToString(killed);
}

TEST_F(ImportKill, AnInterruptEndsItInOrder) {
  std::uint64_t calls = 0;
  const auto ended = testing::run_traced([&] { return command(import_line()); }, [&](const SystemCall&) {
    ++calls;
    return Fate::go_on;
  });
  if (!ended) GTEST_SKIP() << "processes must not be traced here";
  ASSERT_EQ(ended->code, 4) << read_file(root_.path() / "err").value_or("");  // one record is a 7
  const auto want = tables();
  std::mt19937_64 random(20260111);
  int interrupted = 0;
  for (const std::uint64_t moment : moments(calls, rounds(12), random)) {
    fs::remove_all(case_);
    std::uint64_t n = 0;
    const auto got = testing::run_traced([&] { return command(import_line()); }, [&](const SystemCall&) {
      return ++n == moment ? Fate::interrupt : Fate::go_on;
    });
    ASSERT_TRUE(got);
    const std::string what = "interrupted at call " + std::to_string(moment);
    // before the handler is there, the signal ends the program; at the very end it comes too late
    EXPECT_TRUE(got->code == 130 || got->code == 4 || got->signal == SIGINT)
        << what << ": " << got->code << " " << read_file(root_.path() / "err").value_or("");
    if (got->code == 130) ++interrupted;
    expect_completes(want, what);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(interrupted, 3);
}

TEST_F(ImportKill, AFullDiskIsToldAndLeavesACaseThatCanBeCompleted) {
  std::uint64_t writes = 0;
  const auto in_case = [&](const SystemCall& c) {
    return c.needs_room() && c.path().starts_with(case_.string() + "/");
  };
  const auto ended = testing::run_traced([&] { return command(import_line()); }, [&](const SystemCall& c) {
    writes += in_case(c) ? 1 : 0;
    return Fate::go_on;
  });
  if (!ended) GTEST_SKIP() << "processes must not be traced here";
  ASSERT_EQ(ended->code, 4);
  const auto want = tables();
  std::mt19937_64 random(20260112);
  int full = 0;
  for (const std::uint64_t moment : moments(writes, rounds(12), random)) {
    fs::remove_all(case_);
    std::uint64_t n = 0;
    const auto got = testing::run_traced([&] { return command(import_line()); }, [&](const SystemCall& c) {
      return in_case(c) && ++n >= moment ? Fate::no_space : Fate::go_on;
    });
    ASSERT_TRUE(got);
    const std::string what = "no room from write " + std::to_string(moment) + " on";
    const std::string err = read_file(root_.path() / "err").value_or("");
    EXPECT_TRUE(got->code == 1 || got->code == 4) << what << ": " << got->code << " signal " << got->signal << "\n" << err;
    if (got->code == 1) {
      ++full;
      EXPECT_NE(err.find("o space left on device"), std::string::npos) << what << ": " << err;
    }
    expect_completes(want, what);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(full, 3);
}

}  // namespace
}  // namespace backtrail
