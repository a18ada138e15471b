#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "casefile/detail/testing.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::Strings;

class KillTest : public testing::CaseTest {
 protected:
  std::vector<fs::path> files_;

  void SetUp() override {
    for (int i = 0; i < 300; ++i)
      files_.push_back(
          write(std::to_string(i % 7) + "/" + std::to_string(i) + ".json",
                std::string(static_cast<std::size_t>(i) * 37, 'x') + std::to_string(i % 250)));
  }
  /// What a command that is repeated does: opens the case or makes it, then adds.
  bool work() {
    auto kase = open(case_, {.mode = Mode::write});
    if (!kase && kase.error().id == "case.not_a_case") kase = create(case_, {}, {});
    if (!kase) {
      std::fprintf(stderr, "%s: %s\n", kase.error().id.c_str(), kase.error().message.c_str());
      return false;
    }
    if (!(*kase)->set_context({.accounts = {"111122223333"}})) return false;
    const auto r =
        (*kase)->add_evidence(files_, {.threads = 2, .base = in_.string()}, progress_, {});
    return r && r->failed.empty();
  }
  std::vector<std::pair<std::string, std::string>> held() {
    std::vector<std::pair<std::string, std::string>> out;
    auto kase = open_case();
    for (const EvidenceItem& i : kase->items())
      out.emplace_back(i.source + " " + i.stored, i.sha256);
    return out;
  }
};

TEST_F(KillTest, AtAnyMomentLeavesACaseThatRepeatingFinishes) {
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(work());
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::steady_clock::now() - begin)
                         .count();
  const auto uninterrupted = held();
  ASSERT_EQ(uninterrupted.size(), files_.size());
  std::mt19937 random(20260110);
  int killed = 0, opened_as_case = 0;
  for (int round = 0; round < 30; ++round) {
    fs::remove_all(case_);
    if (round % 3 != 0) create_case();  // else making the case is interrupted as well
    // Now and then twice, so that recovering is interrupted, too.
    for (int kill = 0; kill < 1 + round % 2; ++kill) {
      const pid_t child = ::fork();
      if (child == 0) ::_exit(work() ? 0 : 1);
      std::this_thread::sleep_for(
          std::chrono::microseconds(random() % static_cast<unsigned>(whole)));
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      if (WIFSIGNALED(status)) ++killed;
      ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << "round " << round;
      if (open(case_, {})) {
        ++opened_as_case;
        const VerifyReport between = verify_at(case_);
        EXPECT_TRUE(between.ok) << "round " << round << ": "
                                << ::testing::PrintToString(problems(between));
      }
    }
    ASSERT_TRUE(work()) << "round " << round;
    EXPECT_EQ(problems(verify_at(case_)), Strings{}) << "round " << round;
    EXPECT_EQ(held(), uninterrupted) << "round " << round;
    EXPECT_TRUE(fs::is_empty(case_ / ".incoming")) << "round " << round;
  }
  EXPECT_GT(killed, 8);  // not for nothing, however fast the machine is
  EXPECT_GT(opened_as_case, 3);
}

}  // namespace
}  // namespace backtrail::casefile
