#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_data.h"
#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::difference;
using testing::read_robust;
using testing::read_stream;
using testing::read_whole;
using testing::Reading;

std::string record(int i) {
  return R"({"eventVersion":"1.08","userIdentity":{"type":"Root","accountId":"1"},"eventName":"E)" +
         std::to_string(i) + R"(","requestParameters":{"a":["b",{"c":"d e"}]},"readOnly":true})";
}

std::string file_of(int n, int bad = -1, const std::string& instead = {}) {
  std::string out = R"({"Records":[)";
  for (int i = 0; i < n; ++i) {
    if (i > 0) out += ',';
    out += i == bad ? instead : record(i);
  }
  return out + "]}";
}

std::string lines_of(int n, int bad, const std::string& instead) {
  std::string out;
  for (int i = 0; i < n; ++i) out += (i == bad ? instead : record(i)) + "\n";
  return out;
}

struct Damaged {
  std::string name;
  std::string text;    // in place of a sound record
  std::string reason;
};
void PrintTo(const Damaged& d, std::ostream* out) { *out << d.name; }

std::string with(const std::string& from, const std::string& to) {
  std::string out = record(7);
  return out.replace(out.find(from), from.size(), to);
}

std::string deep(int levels) {
  return R"({"eventName":"deep","requestParameters":)" + std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']') + "}";
}

std::vector<Damaged> damaged() {
  return {
      {"invalid_utf8", with("Root", "R\xff\x6ft"), "invalid_utf8"},
      {"overlong_utf8", with("Root", "R\xc0\xaft"), "invalid_utf8"},
      {"bad_literal", with("true", "trUe"), "broken_json"},
      {"bad_number", with("true", "01"), "broken_json"},
      {"bad_escape", with("d e", "d\\qe"), "broken_json"},
      {"bad_escape_in_a_field", with("Root", "R\\u12g4"), "broken_json"},
      {"bad_escape_in_a_key", with("\"c\"", "\"\\x\""), "broken_json"},
      {"missing_value", with("[\"b\",{\"c\":\"d e\"}]", ""), "broken_json"},
      {"missing_quote", with("Root\"", "Root"), "broken_json"},
      {"missing_brace", with("\"d e\"}", "\"d e\""), "broken_json"},
      {"missing_bracket", with("}]}", "}}"), "broken_json"},
      {"missing_colon", with("\"readOnly\":", "\"readOnly\""), "broken_json"},
      {"missing_comma", with(",\"readOnly\"", "\"readOnly\""), "broken_json"},
      {"raw_control_character", with("d e", "d\x01" "e"), "broken_json"},
      {"trailing_comma", with("true}", "true,}"), "broken_json"},
      {"garbage", R"({"eventVersion":"1.08",zzz})", "broken_json"},
      {"cut_in_the_middle", record(7).substr(0, 90), "broken_json"},
      {"cut_in_a_string", record(7).substr(0, 60), "broken_json"},
      {"too_deep", deep(100000), "too_deep"},
      {"just_too_deep", deep(1000), "too_deep"},
  };
}

class BadRecord : public ::testing::TestWithParam<Damaged> {};

TEST_P(BadRecord, CostsOnlyItself) {
  const Damaged& d = GetParam();
  for (const bool lines : {false, true}) {
    for (const int place : {0, 1, 4}) {
      const std::string text =
          lines ? lines_of(5, place, d.text) : file_of(5, place, d.text);
      const Reading got = read_whole(text);
      std::string names;
      for (const auto& r : got.records) names += r.text(kEventName);
      std::string want;
      for (int i = 0; i < 5; ++i) want += i == place ? "" : "E" + std::to_string(i);
      ASSERT_EQ(names, want) << "lines " << lines << ", place " << place;
      EXPECT_EQ(got.report.read, 5U);
      EXPECT_EQ(got.report.rejected, 1U);
      ASSERT_FALSE(got.report.diagnostics.empty());
      const Diagnostic& first = got.report.diagnostics[0];
      EXPECT_EQ(first.lost, 1U);
      // the file's last record may as well have been cut by its end
      const bool cut = d.name.starts_with("cut") && place == 4;
      EXPECT_EQ(first.reason, cut && first.reason != d.reason ? "truncated_json" : d.reason);
      const std::size_t begin = text.find(d.text + (lines ? "\n" : place == 4 ? "]" : ","));
      EXPECT_GE(first.offset, begin);
      EXPECT_LE(first.offset, begin + d.text.size() + 60) << "near the damage";
      for (const auto& r : got.records)
        EXPECT_EQ(text.substr(r.where.offset, r.where.length), r.text(kRecord));
      ASSERT_EQ(difference(got, read_robust(text)), "");
      if (d.text.size() > 10000) continue;
      for (const std::size_t piece : {1U, 7U, 64U, 4096U})
        ASSERT_EQ(difference(got, read_stream(text, piece)), "") << piece;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadRecord, ::testing::ValuesIn(damaged()),
                         [](const auto& d) { return d.param.name; });

TEST(Depth, AThousandLevelsAreFine) {
  const Reading got = read_whole(file_of(2, 1, deep(999)));
  EXPECT_EQ(got.records.size(), 2U);
  EXPECT_EQ(got.report.rejected, 0U);
}

TEST(Depth, NestingThatNeverEndsIsCountedOnce) {
  const std::string text =
      R"({"Records":[)" + record(0) + R"(,{"eventName":"x","requestParameters":)" + std::string(100000, '[');
  const Reading got = read_whole(text);
  EXPECT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.report.rejected, 1U);
  ASSERT_EQ(got.report.diagnostics.size(), 1U);
  EXPECT_EQ(got.report.diagnostics[0].reason, "too_deep");
  EXPECT_EQ(got.report.diagnostics[0].offset, text.size());
}

TEST(Depth, IsDamageInAnyShape) {
  const auto times = [](const std::string& s, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += s;
    return out;
  };
  constexpr int kLevels = 100000;
  for (const std::string& text : {
           times("[", kLevels),
           times("[", kLevels) + times("]", kLevels),
           times("{\"a\":", kLevels),
           times("{\"a\":", kLevels) + "1" + times("}", kLevels),
           times("[{\"a\":", kLevels / 2),
           R"({"Records":[{"a":)" + times("[", kLevels),
           R"({"Records":[{"a":)" + times("[", kLevels) + times("]", kLevels) + "}]}",
           R"({"Records":)" + times("[", kLevels),
           R"({"Records":[{"eventName":"x","a":)" + times("{\"b\":", kLevels),
           " \n" + times("[ ", kLevels),
       }) {
    const std::string what = text.substr(0, 30) + "…" + text.substr(text.size() - 5);
    const Reading got = read_whole(text);
    EXPECT_EQ(got.records.size(), 0U) << what;
    ASSERT_FALSE(got.report.diagnostics.empty()) << what;
    for (const Diagnostic& d : got.report.diagnostics) EXPECT_EQ(d.reason, "too_deep") << what;
    EXPECT_EQ(difference(got, read_robust(text)), "") << what;
    EXPECT_EQ(difference(got, read_stream(text, 1000)), "") << what;
  }
}

TEST(Cut, ATextTooShortToTellIsDamageAndOtherTextIsNoLog) {
  for (const std::string& text :
       {std::string("{"), std::string("["), std::string(R"({"Reco)"), std::string(R"({"Records)"),
        std::string(R"({"Records":)"), std::string(R"([{"eventV)"), std::string("\xEF\xBB\xBF {\"Rec")}) {
    const Reading got = read_whole(text);
    ASSERT_EQ(got.report.diagnostics.size(), 1U) << text;
    EXPECT_EQ(got.report.diagnostics[0].reason, "truncated_json") << text;
    EXPECT_EQ(difference(got, read_robust(text)), "") << text;
    EXPECT_EQ(difference(got, read_stream(text, 1)), "") << text;
  }
  const std::string other = R"({"name":"a file of another program","text":")" + std::string(10000, 'x');
  for (const std::string& text :
       {std::string("{hello"), std::string("[INFO] started"), std::string("[2023-07-10 11:42:31] started"),
        std::string("{{ template }}"), std::string("[1,2,3"), std::string("{\"a\":1}\n{\"b"), std::string("plain"), other}) {
    const Reading got = read_whole(text);
    EXPECT_EQ(got.report.kind, FileKind::not_a_log) << text;
    EXPECT_TRUE(got.report.diagnostics.empty()) << text;
    EXPECT_EQ(difference(got, read_stream(text, 1)), "") << text;
  }
}

TEST(Encoding, Utf16IsToldWithTheCommandThatConvertsIt) {
  const auto wide = [](std::string_view text, bool little) {
    std::string out;
    for (const char c : text) out += little ? std::string{c, '\0'} : std::string{'\0', c};
    return out;
  };
  struct Case {
    std::string text;
    std::string reason, encoding;
  };
  const std::string log = file_of(3);
  for (const Case& c : {Case{"\xFF\xFE" + wide(log, true), "utf16", "UTF-16 "},
                        Case{"\xFE\xFF" + wide(log, false), "utf16", "UTF-16 "},
                        Case{"\xFF\xFE" + wide("\r\n [" + record(1) + "]", true), "utf16", "UTF-16 "},
                        Case{wide(log, true), "utf16", "UTF-16LE "}, Case{wide(log, false), "utf16", "UTF-16BE "},
                        Case{"\xFF\xFE" + wide("some notes", true), "not_a_log", "UTF-16 "}}) {
    const Reading got = read_whole(c.text);
    EXPECT_EQ(got.report.kind, FileKind::not_a_log);
    ASSERT_EQ(got.report.diagnostics.size(), 1U) << c.encoding;
    EXPECT_EQ(got.report.diagnostics[0].reason, c.reason);
    EXPECT_NE(got.report.diagnostics[0].detail.find("iconv -f " + c.encoding + "-t UTF-8"), std::string::npos)
        << got.report.diagnostics[0].detail;
    EXPECT_EQ(got.report.bytes, c.text.size());
    EXPECT_EQ(difference(got, read_stream(c.text, 7)), "");
  }
}

TEST(Repeats, TheLastCountsAndTheRecordIsCounted) {
  const std::string text = R"([{"eventName":"first","eventName":"last","tlsDetails":{"tlsVersion":"1","tlsVersion":"2"},)"
                           R"("userIdentity":{"type":"A","arn":"a"},"userIdentity":{"type":"B"}},)" +
                           record(1) + R"(,{"eventName":"E","userIdentity":{"type":"A","type":null}},)"
                           R"({"eventName":"E","other":1,"other":2}])";
  const Reading got = read_whole(text);
  ASSERT_EQ(got.records.size(), 4U);
  EXPECT_EQ(got.records[0].text(kEventName), "last");
  EXPECT_EQ(got.records[0].text(kUserType), "B");
  EXPECT_EQ(got.records[0].text(kUserArn), "");
  EXPECT_EQ(got.report.repeated_fields, 2U) << "fields without a slot are not watched";
  EXPECT_EQ(got.report.rejected, 0U);
  EXPECT_EQ(difference(got, read_robust(text)), "");
}

TEST(Stream, AnErrorEndsTheFileButKeepsWhatCameBefore) {
  const std::string text = file_of(3).substr(0, file_of(2).size() + 20);
  testing::TextStream stream(text, 50);
  stream.fail_at_end(data_loss("gzip_truncated", "the gzip data ends too early"));
  const auto reader = make_reader();
  reader->start(stream);
  Reading got;
  testing::read_all(*reader, got);
  EXPECT_EQ(got.records.size(), 2U);
  EXPECT_EQ(got.report.rejected, 1U);
  ASSERT_EQ(got.report.diagnostics.size(), 1U);
  EXPECT_EQ(got.report.diagnostics[0].reason, "gzip_truncated");
  EXPECT_EQ(got.report.diagnostics[0].offset, text.size());
  EXPECT_EQ(got.report.diagnostics[0].lost, 1U);
}

TEST(Sizes, SixteenMebibyteRecordsAreReadAndLargerOnesCostOnlyThemselves) {
  const auto big = [](std::size_t size) {
    const std::string head = R"({"eventName":"big","requestParameters":{"x":")";
    return head + std::string(size - head.size() - 3, 'x') + "\"}}";
  };
  struct Size {
    std::size_t bytes;
    bool fits;
  };
  for (const auto [bytes, fits] :
       {Size{std::size_t{16} << 20, true}, Size{kMaxRecordBytes, true}, Size{kMaxRecordBytes + 1, false},
        Size{std::size_t{40} << 20, false}}) {
    const std::string text = file_of(3, 1, big(bytes));
    const Reading got = read_stream(text, 1U << 18);
    EXPECT_EQ(got.records.size(), fits ? 3U : 2U) << bytes;
    EXPECT_EQ(got.records.back().text(kEventName), "E2");
    EXPECT_EQ(got.report.rejected, fits ? 0U : 1U);
    if (!fits) {
      EXPECT_EQ(got.report.diagnostics.at(0).reason, "record_too_large");
    }
    EXPECT_EQ(difference(got, read_whole(text)), "");
  }
}

TEST(Sizes, TheSwitchBetweenThePathsIsInvisible) {
  for (const std::size_t size : {kWholeFileBytes - 1, kWholeFileBytes, kWholeFileBytes + 1}) {
    std::string text = file_of(3);
    text.insert(text.size() - 1, size - text.size(), ' ');
    EXPECT_EQ(difference(read_whole(text), read_stream(text)), "") << size;
  }
}

TEST(Diagnostics, AreSummedUpPastAHundredOfAKind) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += R"({"eventName":tru})" "\n";
  text += record(0);
  const Reading got = read_whole(text);
  EXPECT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.report.rejected, 1000U);
  EXPECT_EQ(got.report.diagnostics.size(), 101U);
  std::uint64_t lost = 0;
  for (const Diagnostic& d : got.report.diagnostics) lost += d.lost;
  EXPECT_EQ(lost, 1000U);
}

TEST(Damage, CutAtEachByteKeepsTheRecordsBefore) {
  const std::string text = file_of(4);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Reading got = read_whole(std::string_view(text).substr(0, size));
    std::size_t complete = 0;
    for (int i = 0; i < 4; ++i)
      if (text.find(record(i)) + record(i).size() <= size) ++complete;
    ASSERT_EQ(got.records.size(), complete) << size;
    ASSERT_LE(got.report.rejected, 1U) << size;
    ASSERT_EQ(got.report.read, got.records.size() + got.report.rejected) << size;
    ASSERT_TRUE(size <= 12 || got.report.kind == FileKind::log) << size;
    ASSERT_TRUE(size == 0 || !got.report.diagnostics.empty()) << size;
  }
}

/// Real records with flipped bits: nothing crashes, both paths agree, and little is lost.
TEST(Damage, FlippedBitsCostFewRecords) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto text = read_file(
      data / "cloudtrail/invictus-a/218007301253_CloudTrail_us-east-1_20230710T1145Z_s7dpHbl38neqZbm2.json");
  ASSERT_TRUE(text);
  const std::size_t all = read_whole(*text).records.size();
  std::mt19937 random(20230710);
  std::size_t lost = 0;
  constexpr int kRuns = 600;
  for (int run = 0; run < kRuns; ++run) {
    std::string bad = *text;
    const std::size_t at = random() % bad.size();
    bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ (1U << (random() % 8)));
    const Reading got = read_whole(bad);
    ASSERT_EQ(got.report.read, got.records.size() + got.report.rejected) << at;
    ASSERT_EQ(difference(got, read_robust(bad)), "") << at;
    ASSERT_EQ(difference(got, read_stream(bad, 100)), "") << at;
    ASSERT_GE(got.records.size() + 2, all) << at;
    ASSERT_TRUE(got.records.size() == all || !got.report.diagnostics.empty()) << at;
    lost += all - std::min(all, got.records.size());
  }
  EXPECT_LT(lost, kRuns);
  EXPECT_GT(lost, 0U);
}

}  // namespace
}  // namespace backtrail::sources
