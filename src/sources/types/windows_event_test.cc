#include <gtest/gtest.h>

#include "sources/detail/windows_text.h"
#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_whole;
using testing::value;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (c == '\r') out += "\\r";
    else out += c;
  }
  return out;
}

std::string event(std::string_view message) {
  return R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"win","logStream":"i-0123456789abcdef0","logEvents":[{"id":"1","timestamp":1764016443000,"message":")" +
         escaped(message) + "\"}]}";
}

const std::string kXml =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{5}'/>"
    "<EventID>4625</EventID><Level>0</Level><TimeCreated SystemTime='2026-11-24T20:34:03.1234567Z'/><EventRecordID>9</EventRecordID>"
    "<Channel>Security</Channel><Computer>WIN-1</Computer><Security/></System><EventData><Data Name='SubjectUserName'>-</Data>"
    "<Data Name='TargetUserName'>Admin&amp;&#x41;</Data><Data Name='LogonType'>3</Data><Data Name='IpAddress'>203.0.113.9</Data></EventData></Event>";
const std::string kText =
    "[Security] [INFORMATION] [4625] [Microsoft-Windows-Security-Auditing] [WIN-1] [An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n"
    "\tAccount Name:\t\t-\r\n\r\nLogon Type:\t\t\t3\r\n\r\nAccount For Which Logon Failed:\r\n\tAccount Name:\t\tAdmin&A\r\n\r\nNetwork Information:\r\n"
    "\tWorkstation Name:\tX\r\n\tSource Network Address:\t203.0.113.9\r\n\tSource Port:\t\t0\r\n]";

/// Every spelling of the same failed logon says the same.
TEST(WindowsEvents, SayTheSameInEverySpelling) {
  const std::string time = "2026-11-24T20:34:03.123456Z";
  struct Case {
    std::string text{}, time{};
  };
  for (const Case& c : std::vector<Case>{
           {kXml, time},
           {kXml + "\n" + kXml, time},
           {event(kXml), time},
           {event(kText), "2025-11-24T20:34:03Z"},
           {"2025-11-24T20:34:03.000Z " + kXml + "\n", time},
           {R"({"EventID":4625,"Channel":"Security","Computer":"WIN-1","TimeCreated":"2026-11-24T20:34:03.123456Z","TargetUserName":"Admin&A","LogonType":3,"IpAddress":"203.0.113.9"})", time},
           {R"({"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":4625,"Channel":"Security","Computer":"WIN-1","TimeCreated":{"#attributes":{"SystemTime":"2026-11-24T20:34:03.123456Z"}}},"EventData":{"TargetUserName":"Admin&A","LogonType":3,"IpAddress":"203.0.113.9"}}})", time},
           {R"({"@timestamp":"2026-11-24T20:34:03.123456Z","winlog":{"channel":"Security","event_id":"4625","provider_name":"P","computer_name":"WIN-1","event_data":{"TargetUserName":"Admin&A","LogonType":"3","IpAddress":"203.0.113.9"}},"message":"An account failed to log on."})", time},
           {R"({"EventId":4625,"Description":")" + escaped(kText.substr(kText.find("[An") + 1)) + R"(","LogName":"Security","MachineName":"WIN-1","ProviderName":"P","TimeCreated":"2026-11-24T20:34:03.123456Z","Index":9})", time},
           {R"({"Id":4625,"Message":")" + escaped(kText.substr(kText.find("[An") + 1)) + R"(","LogName":"Security","MachineName":"WIN-1","ProviderName":"P","TimeCreated":"/Date(1764016443000)/","RecordId":9})", "2025-11-24T20:34:03Z"},
       }) {
    const testing::Reading got = read_whole(c.text);
    ASSERT_FALSE(got.records.empty()) << c.text;
    EXPECT_TRUE(got.report.diagnostics.empty()) << c.text;
    for (const testing::OwnedRecord& r : got.records) {
      EXPECT_EQ(r.type, "windows_security") << c.text;
      EXPECT_EQ(value(r, "EventID"), "4625") << c.text;
      EXPECT_EQ(value(r, "Computer"), "WIN-1") << c.text;
      EXPECT_EQ(value(r, "TargetUserName"), "Admin&A") << c.text;
      EXPECT_EQ(value(r, "LogonType"), "3") << c.text;
      EXPECT_EQ(value(r, "_user"), "Admin&A") << c.text;
      EXPECT_EQ(value(r, "_source_ip"), "203.0.113.9") << c.text;
      EXPECT_EQ(value(r, "_action"), "logon") << c.text;
      EXPECT_EQ(value(r, "_outcome"), "denied") << c.text;
      EXPECT_EQ(r.time ? format_rfc3339(*r.time) : "", c.time) << c.text;
    }
  }
  EXPECT_EQ(value(read_whole(event(kText)).records.at(0), "_instance"), "i-0123456789abcdef0");
  EXPECT_EQ(read_whole(kXml + "\n" + kXml).records.size(), 2U);
}

TEST(WindowsEvents, GoToTheTypeOfTheirChannel) {
  for (const auto& [channel, type] : std::vector<std::pair<std::string, std::string>>{
           {"SECURITY", "windows_security"}, {"System", "windows_system"}, {"Microsoft-Windows-PowerShell/Operational", "windows_powershell"},
           {"Application", "windows_application"}, {"Microsoft-Windows-Sysmon/Operational", "windows_event"}}) {
    const testing::Reading got = read_whole(R"({"EventID":1,"Channel":")" + channel + R"(","Computer":"w"})");
    ASSERT_EQ(got.records.size(), 1U) << channel;
    EXPECT_EQ(got.records[0].type, type);
  }
}

TEST(WindowsEvents, AreNotSpoofedByTheirData) {
  const testing::OwnedRecord r = read_whole(R"({"EventID":4624,"Channel":"Security","Computer":"w","_user":"x","_source_ip":"9.9.9.9","_instance":"i-1"})").records.at(0);
  EXPECT_EQ(value(r, "_user"), "");
  EXPECT_EQ(value(r, "_source_ip"), "");
  EXPECT_EQ(value(r, "_instance"), "");
  const auto event = detail::parse_windows_xml(
      "<Event><System><EventID>1</EventID><Channel>C</Channel></System><EventData><Data Name='EventID'>2</Data><Data Name='_user'>x</Data>"
      "<Data>a</Data><Data>b</Data></EventData></Event>");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->json(), R"({"EventID":1,"Channel":"C","EventData_EventID":"2","EventData__user":"x","Data":"a\nb"})");
}

TEST(WindowsEvents, ScriptsAndServicesAreReadOutOfMessages) {
  const auto script = detail::parse_windows_text(
      "[Microsoft-Windows-PowerShell/Operational] [Verbose] [4104] [Microsoft-Windows-PowerShell] [W] [Creating Scriptblock text (1 of 1):\r\nIEX 1\r\nIEX 2\r\n\r\n"
      "ScriptBlock ID: 7\r\nPath: ]");
  ASSERT_TRUE(script);
  ASSERT_EQ(script->data.size(), 1U);
  EXPECT_EQ(script->data[0].second, "IEX 1\r\nIEX 2");
  const auto service = detail::parse_windows_text(
      "[System] [Information] [7045] [Service Control Manager] [W] [A service was installed in the system.\n\nService Name:  x\nService File Name:  C:\\Windows\\Temp\\a.exe\n"
      "Service Type:  user mode service]");
  ASSERT_TRUE(service);
  EXPECT_NE(service->json().find(R"("ImagePath":"C:\\Windows\\Temp\\a.exe")"), std::string::npos);
}

TEST(WindowsEvents, RefuseWhatIsNone) {
  for (const char* text : {"<Event><System><EventID>x</EventID><Channel>C</Channel></System></Event>", "<Event><System><EventID>1</EventID></System></Event>",
                           "<Event", "<Event>", "<Events><a/></Events>", "[Security] [INFORMATION] [x] [P] [W] [m]", "[Security] [INFORMATION] [4625] [P] [W] m",
                           "[Security] [INFORMATION] [4625] [P] [W]", "[] [] [1] [] [] []", "[Security] started"}) {
    EXPECT_FALSE(detail::parse_windows_xml(text)) << text;
    EXPECT_FALSE(detail::parse_windows_text(text)) << text;
    EXPECT_TRUE(read_whole(text).records.empty()) << text;
  }
  for (const char* text : {R"({"EventID":"x","Channel":"C","Computer":"w"})", R"({"EventID":1,"Computer":"w"})", R"({"EventID":1,"Channel":"C"})",
                           R"({"winlog":{"channel":"C"}})", R"({"LogName":"C","ProviderName":"P","MachineName":"W"})", R"({"Event":{"System":{}}})"})
    EXPECT_TRUE(read_whole(text).records.empty()) << text;
}

}  // namespace
}  // namespace backtrail::sources
