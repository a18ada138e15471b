#include "sample/sample.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "sample/identity.h"

namespace backtrail::sample {
namespace {

namespace fs = std::filesystem;

std::string gunzip(const std::string& packed) {
  std::uint32_t size = 0;
  std::memcpy(&size, packed.data() + packed.size() - 4, 4);
  std::string out(size, '\0');
  libdeflate_decompressor* d = libdeflate_alloc_decompressor();
  EXPECT_EQ(
      libdeflate_gzip_decompress(d, packed.data(), packed.size(), out.data(), out.size(), nullptr),
      LIBDEFLATE_SUCCESS);
  libdeflate_free_decompressor(d);
  return out;
}

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

/// The account in an access key or principal id, by AWS's coding.
std::string account_of(std::string_view id) {
  constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::uint64_t bits = 0;
  for (const char c : id.substr(4, 10)) bits = (bits << 5) | kBase32.find(c);
  std::string digits = std::to_string(((bits >> 2) & 0x7fffffffff80) >> 7);
  return std::string(12 - digits.size(), '0') + digits;
}

/// One sample for all tests: it takes a second to make and read.
class SampleTest : public ::testing::Test {
 protected:
  struct File {
    fs::path path;
    std::vector<Json> records;
  };
  struct Made {
    Made() : directory(TemporaryDirectory::create("sample").value()) {
      summary = write_sample(directory.path(), {.days = 12}).value();
      for (const fs::path& path : files_below(summary.logs)) {
        Json document = Json::parse(gunzip(read_file(path).value())).value();
        files.push_back({path, document["Records"].as_array()});
      }
    }
    TemporaryDirectory directory;
    SampleSummary summary;
    std::vector<File> files;
  };
  static void SetUpTestSuite() { made_ = new Made; }
  static void TearDownTestSuite() {
    delete made_;
    made_ = nullptr;
  }
  static const std::vector<File>& files() { return made_->files; }
  static const SampleSummary& summary() { return made_->summary; }
  static Json truth() { return Json::parse(read_file(summary().truth).value()).value(); }
  static const Json* event(std::string_view id) {
    for (const File& file : files())
      for (const Json& record : file.records)
        if (record["eventID"].as_string() == id) return &record;
    return nullptr;
  }

 private:
  static inline Made* made_ = nullptr;
};

/// Of names and JSON; the compressed bytes are left to libdeflate's version.
std::string digest(const Options& options) {
  const auto directory = TemporaryDirectory::create("sample").value();
  EXPECT_TRUE(write_sample(directory.path(), options).has_value());
  Sha256Stream hash;
  for (const fs::path& path : files_below(directory.path())) {
    if (path.extension() != ".gz") continue;  // the truth tells of the same events
    hash.update(fs::relative(path, directory.path()).string());
    hash.update(gunzip(read_file(path).value()));
  }
  return to_hex(hash.finish());
}

// The digest is the same with every compiler and on every machine; a change of the story changes
// it.
TEST(Sample, SameSeedGivesSameBytes) {
  const Options options{.seed = 7, .days = 10};
  const std::string first = digest(options);
  EXPECT_EQ(first, "1d68427bda5f82fb9ba00a3aa6df9ae7303680865aff24c23f40f339ed3a4b13");
  EXPECT_EQ(first, digest(options));
  EXPECT_NE(first, digest({.seed = 8, .days = 10}));
}

TEST(Sample, RefusesOptionsOutOfRange) {
  const auto directory = TemporaryDirectory::create("sample").value();
  for (const Options& bad : {Options{.days = 9}, Options{.days = 367}, Options{.scale = 0},
                             Options{.scale = 101}, Options{.days = 100, .scale = 11}}) {
    const auto result = write_sample(directory.path(), bad);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().id, "sample.options");
  }
}

TEST(Sample, RefusesAFolderThatHoldsLogs) {
  const auto directory = TemporaryDirectory::create("sample").value();
  ASSERT_TRUE(make_directories(directory.path() / "AWSLogs").has_value());
  const auto result = write_sample(directory.path(), {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().id, "sample.not_empty");
}

TEST(SampleIds, CarryTheirAccount) {
  Random random(1, "test");
  for (const std::string account : {"000000000001", "111122223333", "999999999999"})
    for (const std::string_view prefix : {"AKIA", "ASIA", "AROA", "AIDA"}) {
      const std::string id = account_bound_id(prefix, account, 20, random);
      EXPECT_EQ(id.size(), 20U);
      EXPECT_EQ(account_of(id), account) << id;
    }
}

TEST_F(SampleTest, SummaryCountsWhatIsThere) {
  std::uint64_t records = 0;
  std::uint64_t written = 0;
  std::set<std::string> ids;
  for (const File& file : files()) {
    records += file.records.size();
    written += fs::file_size(file.path);
    for (const Json& record : file.records) ids.insert(record["eventID"].as_string());
  }
  EXPECT_EQ(summary().files, files().size());
  EXPECT_EQ(summary().records, records);
  EXPECT_EQ(summary().written_bytes, written);
  EXPECT_EQ(summary().events, ids.size());
  EXPECT_LT(summary().events, summary().records) << "two trails deliver some events twice";
  EXPECT_EQ(summary().accounts, 4U);
}

TEST_F(SampleTest, EveryRecordHasTheRequiredFields) {
  for (const File& file : files()) {
    for (const Json& record : file.records) {
      for (const char* name :
           {"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
            "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "eventID",
            "readOnly", "eventType", "managementEvent", "recipientAccountId", "eventCategory"})
        ASSERT_NE(record.find(name), nullptr) << name << " in " << record.dump();
      ASSERT_TRUE(parse_rfc3339(record["eventTime"].as_string())) << record.dump();
      const bool read = record["readOnly"].as_bool();
      const bool sts = record["eventSource"].as_string() == "sts.amazonaws.com";
      if (read && !sts) {
        ASSERT_TRUE(record["responseElements"].is_null()) << record.dump();
      }
    }
  }
}

TEST_F(SampleTest, FilesAreNamedAndFiledAsInS3) {
  std::size_t unsorted = 0;
  for (const File& file : files()) {
    const std::string name = file.path.filename().string();
    const Json& first = file.records.front();
    const std::string& account = first["recipientAccountId"].as_string();
    const std::string& region = first["awsRegion"].as_string();
    const std::string head = account + "_CloudTrail_" + region + "_";
    ASSERT_TRUE(name.starts_with(head)) << name;
    ASSERT_EQ(name.size(), head.size() + 15 + 16 + std::string_view(".json.gz").size()) << name;
    const std::string stamp = name.substr(head.size(), 15);  // 20260202T0005Z_
    const std::string text = stamp.substr(0, 4) + "-" + stamp.substr(4, 2) + "-" +
                             stamp.substr(6, 2) + "T" + stamp.substr(9, 2) + ":" +
                             stamp.substr(11, 2) + ":00Z";
    const auto named = parse_rfc3339(text);
    ASSERT_TRUE(named) << name;
    EXPECT_EQ(named->time_since_epoch() % std::chrono::minutes(5), std::chrono::microseconds(0))
        << name;
    const std::string day = text.substr(0, 4) + "/" + text.substr(5, 2) + "/" + text.substr(8, 2);
    EXPECT_TRUE(file.path.parent_path().string().ends_with("/" + account + "/CloudTrail/" + region +
                                                           "/" + day));
    std::string last;
    bool sorted = true;
    for (const Json& record : file.records) {
      const auto delay = *named - *parse_rfc3339(record["eventTime"].as_string());
      ASSERT_GE(delay, std::chrono::seconds(0)) << name;
      ASSERT_LE(delay, std::chrono::minutes(10)) << name;
      ASSERT_EQ(record["recipientAccountId"].as_string(), account);
      ASSERT_EQ(record["awsRegion"].as_string(), region);
      sorted = sorted && last <= record["eventTime"].as_string();
      last = record["eventTime"].as_string();
    }
    unsorted += sorted ? 0 : 1;
  }
  EXPECT_GT(unsorted, files().size() / 10);
  EXPECT_LT(unsorted, files().size());
}

TEST_F(SampleTest, KeysAndPrincipalsDecodeToTheirAccount) {
  std::size_t keys = 0;
  for (const File& file : files()) {
    for (const Json& record : file.records) {
      const Json& who = record["userIdentity"];
      const std::string& key = who["accessKeyId"].as_string();
      if (!key.empty()) {
        ++keys;
        ASSERT_EQ(account_of(key), who["accountId"].as_string()) << record.dump();
      }
      const std::string& id = who["principalId"].as_string();
      if (id.starts_with("AROA") || id.starts_with("AIDA")) {
        ASSERT_EQ(account_of(id), who["accountId"].as_string()) << record.dump();
      }
    }
  }
  EXPECT_GT(keys, 1000U);
}

TEST_F(SampleTest, SessionsBeginInTheSecondTheirRoleWasAssumed) {
  std::map<std::string, std::set<std::string>> issued;  // session → seconds
  for (const File& file : files())
    for (const Json& record : file.records)
      if (record["eventName"].as_string().starts_with("AssumeRole"))
        issued[record["requestParameters"]["roleArn"].as_string() + " " +
               record["requestParameters"]["roleSessionName"].as_string()]
            .insert(record["eventTime"].as_string());
  std::size_t checked = 0;
  for (const File& file : files()) {
    for (const Json& record : file.records) {
      const Json& who = record["userIdentity"];
      const Json& session = who["sessionContext"];
      const std::string& role = session["sessionIssuer"]["arn"].as_string();
      if (role.empty() || role.find("aws-service-role") != std::string::npos) continue;
      const std::string& principal = who["principalId"].as_string();
      const auto at = issued.find(role + " " + principal.substr(principal.find(':') + 1));
      ASSERT_NE(at, issued.end()) << record.dump();
      ASSERT_TRUE(at->second.contains(session["attributes"]["creationDate"].as_string()))
          << record.dump();
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000U);
}

TEST_F(SampleTest, OneEventIsTwiceTheSameAndNeverInOneFile) {
  std::map<std::string, std::string> seen;
  std::size_t repeated = 0;
  for (const File& file : files()) {
    std::set<std::string> here;
    for (const Json& record : file.records) {
      const std::string& id = record["eventID"].as_string();
      ASSERT_TRUE(here.insert(id).second) << id;
      const auto [at, fresh] = seen.emplace(id, record.dump());
      if (fresh) continue;
      ++repeated;
      ASSERT_EQ(at->second, record.dump());
    }
  }
  EXPECT_GT(repeated, 0U);
}

TEST_F(SampleTest, TruthNamesEventsThatExist) {
  const Json document = truth();
  const Json& intrusion = document["intrusion"];
  std::set<std::string> stages;
  for (const Json& stage : intrusion["stages"].as_array()) {
    stages.insert(stage["stage"].as_string());
    ASSERT_FALSE(stage["events"].as_array().empty());
    for (const Json& entry : stage["events"].as_array()) {
      const Json* record = event(entry["event_id"].as_string());
      ASSERT_NE(record, nullptr) << entry.dump();
      EXPECT_EQ((*record)["eventTime"].as_string(), entry["time"].as_string());
      EXPECT_TRUE(entry["technique"].as_string().starts_with("T1"));
    }
  }
  EXPECT_EQ(stages.size(), 9U);
  for (const Json& item : intrusion["left_behind"].as_array())
    EXPECT_NE(event(item["event_id"].as_string()), nullptr) << item.dump();
  EXPECT_EQ(intrusion["look_alikes"].as_array().size(), 10U);
  for (const Json& item : intrusion["look_alikes"].as_array())
    for (const Json& id : item["event_ids"].as_array())
      EXPECT_NE(event(id.as_string()), nullptr) << item["name"].as_string();
}

}  // namespace
}  // namespace backtrail::sample
