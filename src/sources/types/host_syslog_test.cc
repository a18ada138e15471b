#include <gtest/gtest.h>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_whole_with;

/// `type time field=value …` of each record, without the fields that repeat the frame.
std::string shown(const testing::Reading& reading, bool frame = false) {
  constexpr std::string_view kFrame[] = {"timestamp", "host", "facility", "severity", "program", "pid", "msgid", "structured_data", "message"};
  std::string out;
  for (const testing::OwnedRecord& r : reading.records) {
    out += r.type + " " + (r.time ? format_rfc3339(*r.time) : "-");
    const model::LogType& type = *find_log_type(r.type);
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const std::string& name = type.fields[i].name;
      if (r.values[i + 1].text.empty() || (!frame && std::find(std::begin(kFrame), std::end(kFrame), name) != std::end(kFrame)) ||
          (!frame && name == "time_from"))
        continue;
      out += " " + name + "=" + r.values[i + 1].text;
    }
    out += "\n";
  }
  for (const Diagnostic& d : reading.report.diagnostics) out += "! " + d.reason + "\n";
  return out;
}

testing::Reading read(std::string_view text, std::string path = {}, std::string year = {}) {
  return read_whole_with(text, {.read = {.year = std::move(year)}}, origin_of_path(path));
}

struct Frame {
  std::string line{}, want{};
};

TEST(HostSyslog, ReadsEachFrame) {
  const std::string t = " timestamp=";
  for (const Frame& c : std::vector<Frame>{
           {"2026-11-24T20:34:03.123456+02:00 h prog[8]: hi", "host_syslog 2026-11-24T18:34:03.123456Z timestamp=2026-11-24T20:34:03.123456+02:00 host=h program=prog pid=8 message=hi time_from=stamp\n"},
           {"2026-11-24T20:34:03+0000 h kernel: [ 1.0] x", "host_syslog 2026-11-24T20:34:03Z timestamp=2026-11-24T20:34:03+0000 host=h program=kernel message=[ 1.0] x time_from=stamp\n"},
           {"<86>2026-11-24T20:34:03+00:00 h x: y", "host_auth 2026-11-24T20:34:03Z timestamp=2026-11-24T20:34:03+00:00 host=h facility=authpriv severity=info program=x message=y time_from=stamp\n"},
           {"<34>1 2026-11-24T20:34:03.5Z h app 12 ID7 [a b=\"]\\\"\"][c] hello", "host_auth 2026-11-24T20:34:03.500000Z timestamp=2026-11-24T20:34:03.5Z host=h facility=auth severity=crit program=app pid=12 msgid=ID7 structured_data=[a b=\"]\\\"\"][c] message=hello time_from=stamp\n"},
           {"<13>1 - - - - - - hello", "host_syslog - facility=user severity=notice message=hello\n"},
           {"Nov 24 2026 20:34:03 h prog: x", "host_syslog 2026-11-24T20:34:03Z timestamp=Nov 24 2026 20:34:03 host=h program=prog message=x time_from=stamp\n"},
           // a CloudWatch export's stamp, but for a line of syslog
           {"2026-11-24T20:34:03.123Z h sshd[8]: hi", "host_auth 2026-11-24T20:34:03.123000Z timestamp=2026-11-24T20:34:03.123Z host=h program=sshd pid=8 message=hi time_from=stamp\n"},
           {"<13>Nov  4 20:34:03 h last message repeated 3 times", "host_syslog - timestamp=Nov  4 20:34:03 host=h facility=user severity=notice message=last message repeated 3 times repeats=3\n! no_year\n"},
           {"Feb 29 20:34:03 kernel: x", "host_syslog - timestamp=Feb 29 20:34:03 program=kernel message=x\n! no_year\n"},
       })
    EXPECT_EQ(shown(read(c.line), true), c.want) << c.line;
}

TEST(HostSyslog, LeavesOtherLinesAlone) {
  for (const char* line : {
           "Nov 31 20:34:03 h prog: x", "Foo 24 20:34:03 h prog: x", "Nov 24 24:00:00 h prog: x", "Nov 24 20:60:03 h prog: x",
           "Nov 24 20:34 h prog: x", "Nov 24 20:34:03", "Nov 24 20:34:03 ", "Nov 24 20:34:03.x h p: x", "November 24 20:34:03 h prog: x",
           "<192>Nov 24 20:34:03 h prog: x", "<>Nov 24 20:34:03 h prog: x", "<x>Nov 24 20:34:03 h prog: x", "<1234>Nov 24 20:34:03 h p: x",
           "<34>1 yesterday h app - - - x", "<34>1 2026-11-24T20:34:03Z h app - - [open x", "<34>1 2026-11-24T20:34:03Z h app",
           "2026-11-24T20:34:03.123456Z INFO main: started", "2026-11-24T20:34:03+00:00 INFO main: started",
           "2026-11-24T20:34:03+00:00 h no program", "2026-11-24T20:34:03 h prog[1]: no zone", "2026-13-24T20:34:03+00:00 h prog[1]: x",
           "2026-11-24 20:34:03+00:00 h prog[1]: x",
       })
    EXPECT_TRUE(read(line).records.empty()) << line;
  // what a CloudWatch export holds is a log event
  for (const char* line : {"2026-11-24T20:34:03.123Z START RequestId: 8f", "2026-11-24T20:34:03.123Z h prog: x",
                           "2026-11-24T20:34:03.123Z INFO main[3]: x"}) {
    const testing::Reading got = read(line);
    ASSERT_EQ(got.records.size(), 1U) << line;
    EXPECT_EQ(got.records[0].type, "cloudwatch") << line;
  }
}

struct Year {
  std::string text{}, path{}, option{}, want{};
};

TEST(HostSyslog, TakesTheYearFromWhatTellsIt) {
  const std::string roll = "Dec 31 23:59:59 h p: a\nJan  1 00:00:01 h p: b\nDec 31 23:59:58 h p: late\nJan  1 00:00:02 h sshd[1]: c\n";
  const auto event = [](std::string_view time, std::string_view line) {
    return R"({"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"i-0123456789abcdef0","logEvents":[{"id":"1","timestamp":)" + std::string(time) +
           R"(,"message":")" + std::string(line) + "\"}]}";
  };
  const auto times = [](const testing::Reading& reading) {
    std::string out;
    for (const auto& r : reading.records)
      out += (r.time ? format_rfc3339(*r.time).substr(0, 10) : "-") + " " + testing::value(r, "time_from") + "\n";
    return out;
  };
  for (const Year& c : std::vector<Year>{
           {roll, "auth.log", "", "- \n- \n- \n- \n"},
           {roll, "auth.log", "2024", "2024-12-31 option\n2025-01-01 option\n2024-12-31 option\n2025-01-01 option\n"},
           {roll, "auth.log", "2025-01-05", "2024-12-31 option\n2025-01-01 option\n2024-12-31 option\n2025-01-01 option\n"},
           {roll, "secure-20250105", "", "2024-12-31 path\n2025-01-01 path\n2024-12-31 path\n2025-01-01 path\n"},
           {roll, "secure-20250105", "2020", "2020-12-31 option\n2021-01-01 option\n2020-12-31 option\n2021-01-01 option\n"},
           {"Jan  6 10:00:00 h p: x\nJan  8 10:00:00 h p: x\n", "2025/01/05/messages", "", "2025-01-06 path\n2024-01-08 path\n"},
           {"Feb 29 10:00:00 h p: x\n", "2026-05-01/messages", "", "2024-02-29 path\n"},
           {"Feb 29 10:00:00 h p: x\n", "messages", "2025", "- option\n"},
           {event("1735689600000", "Dec 31 23:59:59 h p: x"), "", "", "2024-12-31 wrapper\n"},
           {event("1735603200000", "Jan  1 00:00:01 h p: x"), "2020-01-01/x", "1999", "2025-01-01 wrapper\n"},
           {event("1735689600000", "<13>1 - h p - - - x"), "", "", "2025-01-01 wrapper\n"},
           {"2025-01-01T00:00:00.123Z Dec 31 23:59:59 h p[1]: x\n", "", "", "2024-12-31 wrapper\n"},
           {R"({"events":[{"timestamp":1735689600000,"message":"Dec 31 23:59:59 h sshd[1]: x","ingestionTime":1735689600000}]})", "", "", "2024-12-31 wrapper\n"},
       })
    EXPECT_EQ(times(read(c.text, c.path, c.option)), c.want) << c.text << c.path << c.option;
}

TEST(HostSyslog, TellsHowManyStampsHaveNoYear) {
  const testing::Reading got = read("Nov 24 20:34:03 h p: x\nnoise\nNov 24 20:34:04 h sshd[1]: x\n");
  ASSERT_EQ(got.report.diagnostics.size(), 2U);
  EXPECT_EQ(got.report.unreadable_times, 2U);
  EXPECT_EQ(got.report.rejected, 1U);
  EXPECT_EQ(got.report.diagnostics[0].reason, "unknown_line");
  EXPECT_EQ(got.report.diagnostics[1].reason, "no_year");
  EXPECT_EQ(got.report.diagnostics[1].lost, 0U);
  EXPECT_NE(got.report.diagnostics[1].detail.find("2 records kept without time"), std::string::npos);
  EXPECT_NE(got.report.diagnostics[1].detail.find("--year"), std::string::npos);
}

TEST(HostSyslog, KnowsTheInstanceByTheStreamOrThePath) {
  const std::string line = "2026-11-24T20:34:03+00:00 h cron[8]: (bob) CMD (/bin/x)";
  EXPECT_EQ(shown(read(line, "disk/i-0123456789abcdef0/syslog")),
            "host_syslog 2026-11-24T20:34:03Z action=cron_command user=bob COMMAND=/bin/x instance=i-0123456789abcdef0\n");
  EXPECT_EQ(shown(read(R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/var/log/messages","logStream":"web/i-01234567","logEvents":[{"id":"1","timestamp":1,"message":")" +
                       line + "\"}]}", "disk/i-0123456789abcdef0/x")),
            "host_syslog 2026-11-24T20:34:03Z action=cron_command user=bob COMMAND=/bin/x instance=i-01234567 log_group=/var/log/messages "
            "log_stream=web/i-01234567\n");
}

struct Message {
  std::string text{}, want{};
};

TEST(HostAuth, ReadsMessages) {
  for (const Message& c : std::vector<Message>{
           {"sshd[8]: Accepted publickey for ubuntu from 203.0.113.9 port 50022 ssh2: ED25519 SHA256:abc", "action=ssh_login outcome=success user=ubuntu src_ip=203.0.113.9 src_port=50022 method=publickey key_type=ED25519 fingerprint=SHA256:abc"},
           {"sshd-session[8]: Accepted publickey for a from 2001:db8::1 port 5 ssh2: RSA-CERT SHA256:x ID a (serial 0) CA RSA SHA256:y", "action=ssh_login outcome=success user=a src_ip=2001:db8::1 src_port=5 method=publickey key_type=RSA-CERT fingerprint=SHA256:x"},
           {"sshd[8]: Accepted keyboard-interactive/pam for bob from 203.0.113.9 port 5 ssh2", "action=ssh_login outcome=success user=bob src_ip=203.0.113.9 src_port=5 method=keyboard-interactive/pam"},
           {"sshd[8]: Failed password for root from 203.0.113.9 port 5 ssh2", "action=ssh_login outcome=denied user=root src_ip=203.0.113.9 src_port=5 method=password reason=failed"},
           {"sshd[8]: Failed password for invalid user x from 198.51.100.1 port 1 y from 203.0.113.9 port 5 ssh2", "action=ssh_login outcome=denied user=x from 198.51.100.1 port 1 y src_ip=203.0.113.9 src_port=5 method=password reason=invalid user"},
           {"sshd[8]: message repeated 4 times: [ Failed password for root from 203.0.113.9 port 5 ssh2]", "repeats=4 action=ssh_login outcome=denied user=root src_ip=203.0.113.9 src_port=5 method=password reason=failed"},
           {"sshd[8]: Invalid user  from 203.0.113.9 port 5", "action=ssh_invalid_user outcome=denied src_ip=203.0.113.9 src_port=5 reason=invalid user"},
           {"sshd[8]: Invalid user a b from 203.0.113.9", "action=ssh_invalid_user outcome=denied user=a b src_ip=203.0.113.9 reason=invalid user"},
           {"sshd[8]: User bob from 203.0.113.9 not allowed because not listed in AllowUsers", "action=ssh_login outcome=denied user=bob src_ip=203.0.113.9 reason=not listed in AllowUsers"},
           {"sshd[8]: error: maximum authentication attempts exceeded for root from 203.0.113.9 port 5 ssh2 [preauth]", "action=ssh_too_many_attempts outcome=denied user=root src_ip=203.0.113.9 src_port=5 reason=too many attempts"},
           {"sshd[8]: Connection closed by invalid user x 203.0.113.9 port 5 [preauth]", "action=ssh_disconnect user=x src_ip=203.0.113.9 src_port=5"},
           {"sshd[8]: Received disconnect from 203.0.113.9 port 5:11: Bye Bye [preauth]", "action=ssh_disconnect src_ip=203.0.113.9 src_port=5 detail=11: Bye Bye [preauth]"},
           {"sshd[8]: Starting session: shell on pts/0 for ubuntu from 203.0.113.9 port 5 id 0", "action=ssh_session outcome=success user=ubuntu src_ip=203.0.113.9 src_port=5 detail=shell on pts/0"},
           {"sshd[8]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root", "action=authentication outcome=denied user=root src_ip=203.0.113.9 reason=failed service=sshd user_id=0 TTY=ssh"},
           {"sshd[8]: PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9 user=root", "action=authentication outcome=denied user=root src_ip=203.0.113.9 reason=failed user_id=0 TTY=ssh"},
           {"sshd[8]: pam_unix(sshd:session): session opened for user ubuntu(uid=1000) by (uid=0)", "action=session_opened outcome=success user=ubuntu service=sshd"},
           {"sudo: pam_unix(sudo:session): session opened for user root(uid=0) by ubuntu(uid=1000)", "action=session_opened outcome=success user=root service=sudo by=ubuntu"},
           {"CRON[8]: pam_unix(cron:session): session closed for user root", "action=session_closed outcome=success user=root service=cron"},
           {"sudo:   ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; USER=root ; COMMAND=/bin/sh -c id ; ls", "action=sudo outcome=success user=ubuntu COMMAND=/bin/sh -c id ; ls USER=root TTY=pts/0 PWD=/home/ubuntu"},
           {"sudo[8]:      bob : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id", "action=sudo outcome=denied user=bob COMMAND=/usr/bin/id reason=user NOT in sudoers USER=root TTY=pts/1 PWD=/"},
           {"sudo: bob : (command continued) more", ""},
           {"sudo: no colon here", ""},
           {"su[8]: (to root) bob on pts/0", "action=su outcome=success user=bob USER=root TTY=pts/0"},
           {"su[8]: FAILED SU (to root) bob on pts/0", "action=su outcome=denied user=bob reason=failed USER=root TTY=pts/0"},
           {"useradd[8]: new user: name=evil, UID=0, GID=1001, home=/home/evil, shell=/bin/bash, from=/dev/pts/0", "action=user_created outcome=success user=evil user_id=0"},
           {"usermod[8]: add 'evil' to group 'sudo'", "action=group_member_added outcome=success user=evil group=sudo"},
           {"gpasswd[8]: user evil added by root to group wheel", "action=group_member_added outcome=success user=evil by=root group=wheel"},
           {"userdel[8]: delete user 'evil'", "action=user_deleted outcome=success user=evil"},
           {"passwd[8]: pam_unix(passwd:chauthtok): password changed for evil", "action=password_changed outcome=success user=evil service=passwd"},
           {"systemd-logind[8]: New session 12 of user john.doe.", "action=session_opened outcome=success user=john.doe session=12"},
           {"systemd-logind[8]: New session c1 of user bob with class 'user' and type 'tty'.", "action=session_opened outcome=success user=bob session=c1"},
           {"login[8]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure", "action=login outcome=denied user=root reason=Authentication failure service=(1) TTY=/dev/tty1"},
           {"login[8]: ROOT LOGIN ON ttyS0", "action=login outcome=success user=root TTY=ttyS0"},
           {"pkexec[8]: bob: Executing command [USER=root] [TTY=/dev/pts/0] [CWD=/home/bob] [COMMAND=/usr/bin/id]", "action=pkexec outcome=success user=bob COMMAND=/usr/bin/id USER=root TTY=/dev/pts/0 PWD=/home/bob"},
           {"sshd[8]: Server listening on 0.0.0.0 port 22.", ""},
           {"sshd[8]: Failed password for", ""},
           {"sshd[8]: pam_unix(sshd", ""},
       })
    EXPECT_EQ(shown(read("2026-11-24T20:34:03+00:00 h " + c.text)), "host_auth 2026-11-24T20:34:03Z" + (c.want.empty() ? "" : " " + c.want) + "\n")
        << c.text;
}

}  // namespace
}  // namespace backtrail::sources
