// cloud-init's logs and shell histories.
#include <gtest/gtest.h>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_whole_with;

std::string shown(const testing::Reading& reading) {
  std::string out;
  for (const testing::OwnedRecord& r : reading.records) {
    out += r.type + " " + (r.time ? format_rfc3339(*r.time) : "-");
    const model::LogType& type = *find_log_type(r.type);
    for (std::size_t i = 0; i < type.fields.size(); ++i)
      if (!r.values[i + 1].text.empty() && type.fields[i].name != "CommandLine")
        out += " " + type.fields[i].name + "=" + r.values[i + 1].text;
    out += "\n";
  }
  for (const Diagnostic& d : reading.report.diagnostics) out += "! " + d.reason + "\n";
  return out;
}

testing::Reading read(std::string_view text, std::string path = {}) {
  const Origin origin = origin_of_path(path);
  testing::Reading whole = read_whole_with(text, {}, origin);
  EXPECT_EQ(testing::difference(whole, read_whole_with(text, {.robust_only = true}, origin)), "") << text;
  return whole;
}

const std::string kStamped = "2026-11-24 20:34:03,123 - util.py[DEBUG]: ";
const std::string kBanner = "Cloud-init v. 23.1.2 running 'modules:final' at Tue, 24 Nov 2026 20:34:03 +0000. Up 12.00 seconds.\n";

struct Case {
  std::string text{}, path{}, want{};
};

TEST(HostCloudInit, ReadsStampedLines) {
  for (const Case& c : std::vector<Case>{
           {kStamped + "Running command ['/var/lib/cloud/instance/scripts/part-001'] with allowed return codes [0] (shell=False)\n", "",
            "host_cloudinit 2026-11-24T20:34:03.123000Z timestamp=2026-11-24 20:34:03,123 module=util.py level=DEBUG message=Running command "
            "['/var/lib/cloud/instance/scripts/part-001'] with allowed return codes [0] (shell=False) action=command "
            "COMMAND=['/var/lib/cloud/instance/scripts/part-001'] time_from=stamp\n"},
           {kStamped + "Writing to /root/.ssh/authorized_keys - wb: [600] 9 bytes\n", "i-0123456789abcdef0/cloud-init.log",
            "host_cloudinit 2026-11-24T20:34:03.123000Z timestamp=2026-11-24 20:34:03,123 module=util.py level=DEBUG message=Writing to "
            "/root/.ssh/authorized_keys - wb: [600] 9 bytes action=file_written file=/root/.ssh/authorized_keys instance=i-0123456789abcdef0 time_from=stamp\n"},
           // a traceback goes on; another log's line does not belong to it
           {kStamped + "failed\nTraceback (most recent call last):\n  File \"x\", line 1\n2026-11-24 other\n{\"a\":1}\n", "",
            "host_cloudinit 2026-11-24T20:34:03.123000Z timestamp=2026-11-24 20:34:03,123 module=util.py level=DEBUG message=failed time_from=stamp\n"
            "host_cloudinit 2026-11-24T20:34:03.123000Z message=Traceback (most recent call last): time_from=line before\n"
            "host_cloudinit 2026-11-24T20:34:03.123000Z message=  File \"x\", line 1 time_from=line before\n! unknown_line\n! no_event_name\n"},
           {kStamped + "a\n2026-11-24T20:34:04+00:00 h sshd[1]: b\n", "",
            "host_cloudinit 2026-11-24T20:34:03.123000Z timestamp=2026-11-24 20:34:03,123 module=util.py level=DEBUG message=a time_from=stamp\n"
            "host_auth 2026-11-24T20:34:04Z timestamp=2026-11-24T20:34:04+00:00 host=h program=sshd pid=1 message=b time_from=stamp\n"},
           {"2026-13-24 20:34:03,123 - util.py[DEBUG]: a\n", "",
            "host_cloudinit - timestamp=2026-13-24 20:34:03,123 module=util.py level=DEBUG message=a time_from=stamp\n"},
       })
    EXPECT_EQ(shown(read(c.text, c.path)), c.want) << c.text;
}

TEST(HostCloudInit, TakesWhatCommandsPrinted) {
  const std::string banner = "host_cloudinit 2026-11-24T20:34:03Z message=" + kBanner.substr(0, kBanner.size() - 1) + " action=stage stage=modules:final time_from=stamp\n";
  const std::string same = " stage=modules:final time_from=line before\n";
  EXPECT_EQ(shown(read(kBanner + "++ curl http://169.254.169.254/x\n{\n \"AccessKeyId\": 1\n}\n[Security] x\n")),
            banner + "host_cloudinit 2026-11-24T20:34:03Z message=++ curl http://169.254.169.254/x action=command COMMAND=curl http://169.254.169.254/x" + same +
                "host_cloudinit 2026-11-24T20:34:03Z message={" + same + "host_cloudinit 2026-11-24T20:34:03Z message= \"AccessKeyId\": 1" + same +
                "host_cloudinit 2026-11-24T20:34:03Z message=}" + same + "host_cloudinit 2026-11-24T20:34:03Z message=[Security] x" + same);
  EXPECT_EQ(shown(read("hello\n", "var/log/cloud-init-output.log")), "host_cloudinit - message=hello\n");
  EXPECT_EQ(read("hello\n", "var/log/other.log").report.kind, FileKind::not_a_log);
}

TEST(HostCloudInit, TakesEventsOfItsLogGroup) {
  const auto event = [](std::string_view group, std::string_view message) {
    return R"({"messageType":"DATA_MESSAGE","logGroup":")" + std::string(group) + R"(","logStream":"i-0123456789abcdef0","logEvents":[{"id":"1","timestamp":1764016443000,"message":")" +
           std::string(message) + "\"}]}";
  };
  EXPECT_EQ(shown(read(event("/cloud-init-output", "+ id"))),
            "host_cloudinit 2025-11-24T20:34:03Z message=+ id action=command COMMAND=id instance=i-0123456789abcdef0 log_group=/cloud-init-output "
            "log_stream=i-0123456789abcdef0 time_from=wrapper\n");
  EXPECT_EQ(read(event("/other", "+ id")).records.at(0).type, "cloudwatch");
  EXPECT_EQ(read(event("/cloud-init-output", "2026-11-24T20:34:04+00:00 h sshd[1]: b")).records.at(0).type, "host_auth");
}

TEST(HostHistory, IsKnownByItsName) {
  const std::string a = "host_history - COMMAND=id Image=/id";
  for (const Case& c : std::vector<Case>{
           {"id\n", "home/ubuntu/.bash_history", a + " user=ubuntu file=.bash_history\n"},
           {"id\n", "root/.zsh_history.gz", a + " user=root file=.zsh_history.gz\n"},
           {"id\n", "i-0123456789abcdef0/bash_history.1.txt", a + " file=bash_history.1.txt instance=i-0123456789abcdef0\n"},
           {"id\n", "bash_history.py", ""},
           {"id\n", "commands", ""},
           {"{\"a\": 1}\n", ".bash_history", ""},
           {"\x7f" "ELF\n", "x_history", ""},
           {"#1764016443\nsudo -E A=1 /usr/bin/curl x\nls\n#1764016444\nid\n", ".bash_history",
            "host_history 2025-11-24T20:34:03Z timestamp=1764016443 COMMAND=sudo -E A=1 /usr/bin/curl x Image=/usr/bin/curl file=.bash_history time_from=stamp\n"
            "host_history 2025-11-24T20:34:03Z timestamp=1764016443 COMMAND=ls Image=/ls file=.bash_history time_from=stamp\n"
            "host_history 2025-11-24T20:34:04Z timestamp=1764016444 COMMAND=id Image=/id file=.bash_history time_from=stamp\n"},
           {": 1764016443:0;id\n: x;id\n", ".zsh_history",
            "host_history 2025-11-24T20:34:03Z timestamp=1764016443 COMMAND=id Image=/id file=.zsh_history time_from=stamp\n"
            "host_history - COMMAND=: x;id Image=/: file=.zsh_history\n"},
           // what looks like another log or like JSON was typed all the same
           {"[[ -f x ]] && id\n{ id; }\n2 111122223333 eni-0a 10.0.0.1 10.0.0.2 1 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n#comment\n", ".bash_history",
            "host_history - COMMAND=[[ -f x ]] && id Image=/[[ file=.bash_history\nhost_history - COMMAND={ id; } Image=/{ file=.bash_history\n"
            "host_history - COMMAND=2 111122223333 eni-0a 10.0.0.1 10.0.0.2 1 22 6 20 4249 1418530010 1418530070 ACCEPT OK Image=/2 file=.bash_history\n"
            "host_history - COMMAND=#comment Image=/#comment file=.bash_history\n"},
       }) {
    const testing::Reading got = read(c.text, c.path);
    EXPECT_EQ(c.want.empty() ? std::string() : shown(got), c.want) << c.text << c.path;
    EXPECT_EQ(got.records.empty(), c.want.empty()) << c.text << c.path;
  }
}

TEST(HostHistory, ClaimsNothingOfTheNextFile) {
  const auto reader = make_reader();
  const std::string history = "id\n" + std::string(kPadding, ' '), other = "#1764016443\nid\n" + std::string(kPadding, ' ');
  Found found;
  reader->start(std::string_view(history).substr(0, 3), origin_of_path(".bash_history"));
  ASSERT_TRUE(reader->next(found));
  ASSERT_FALSE(reader->next(found));
  reader->start(std::string_view(other).substr(0, other.size() - kPadding), origin_of_path("notes"));
  EXPECT_FALSE(reader->next(found));
  EXPECT_EQ(reader->report().kind, FileKind::not_a_log);
}

}  // namespace
}  // namespace backtrail::sources
