#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "base/file.h"
#include "base/test_data.h"
#include "casefile/casefile.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {
namespace {

namespace fs = std::filesystem;

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", (root() / "home").c_str(), 1); }
  fs::path root() const { return directory_.path(); }

  std::unique_ptr<casefile::Case> new_case(const std::string& name) {
    auto made = casefile::create(root() / name, {}, {.mode = casefile::Mode::write});
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::move(*made) : nullptr;
  }
  Summary import_into(casefile::Case& kase, const std::vector<std::string>& paths, unsigned threads = 2) {
    Progress progress;
    auto summary = import(kase, paths, {.threads = threads}, progress, {});
    EXPECT_TRUE(summary) << summary.error().message;
    return summary ? *summary : Summary{};
  }
  static store::Table query(casefile::Case& kase, const std::string& sql) {
    auto store = kase.store();
    EXPECT_TRUE(store) << store.error().message;
    auto t = store::fetch((*store)->engine(), {.sql = sql});
    EXPECT_TRUE(t) << t.error().message;
    return t ? *t : store::Table{};
  }
  static std::string one(casefile::Case& kase, const std::string& sql) {
    const store::Table t = query(kase, sql);
    return t.rows.empty() ? "(no row)" : store::to_text(t.rows[0][0]);
  }
  /// All rows of all tables that an import fills, as text.
  static std::string dump(casefile::Case& kase, bool with_places) {
    std::string out;
    const std::string event = with_places ? "*" : "* EXCLUDE (_evidence, _record, _content)";
    for (const std::string& sql :
         {"SELECT " + event + " FROM cloudtrail_logs ORDER BY uid",
          std::string("SELECT key, uid, event_id, account FROM conflicts ORDER BY ALL"),
          std::string("SELECT * FROM entities ORDER BY ALL"), std::string("SELECT * FROM coverage ORDER BY ALL"),
          with_places ? std::string("SELECT * FROM duplicates ORDER BY ALL")
                      : std::string("SELECT uid, count(*) FROM duplicates GROUP BY 1 ORDER BY ALL")}) {
      for (const auto& row : query(kase, sql).rows) {
        for (const auto& cell : row) out += store::to_text(cell) + "|";
        out += "\n";
      }
    }
    return out;
  }
  fs::path write(const std::string& name, const std::string& text) {
    const fs::path path = root() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string record(const std::string& id, const std::string& extra = "",
                            const std::string& time = "2023-07-10T11:42:31Z") {
    return R"({"eventVersion":"1.08","eventTime":")" + time +
           R"(","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1",)" +
           R"("recipientAccountId":"111122223333")" + (id.empty() ? "" : R"(,"eventID":")" + id + "\"") +
           extra + "}";
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("import_test");
};

TEST_F(ImportTest, CountsEqualTheManifestOnRealLogs) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  auto kase = new_case("c");
  const Summary s = import_into(*kase, {(data / "cloudtrail" / "sans504-background").string()});
  EXPECT_EQ(s.records.read, 21069u);
  EXPECT_EQ(s.records.stored, 16526u);
  EXPECT_EQ(s.records.duplicates, 4543u);
  EXPECT_EQ(s.files.imported, 2809u);
  EXPECT_EQ(one(*kase, "SELECT count(*) FROM cloudtrail_logs"), "16526");
  EXPECT_EQ(one(*kase, "SELECT count(*) FROM duplicates"), "4543");
  EXPECT_EQ(one(*kase, "SELECT count(*) FROM conflicts"), "0");
  const Summary again = import_into(*kase, {(data / "cloudtrail" / "sans504-background").string()});
  EXPECT_EQ(again.files.already, 2809u);
  EXPECT_EQ(again.files.imported, 0u);
  EXPECT_EQ(one(*kase, "SELECT count(*) FROM cloudtrail_logs"), "16526");
}

TEST_F(ImportTest, OrderAndThreadsDoNotChangeTheEvents) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const std::string a = (data / "cloudtrail" / "invictus-a").string();
  const std::string b = (data / "cloudtrail" / "traildiscover-a").string();
  auto ab = new_case("ab");
  auto ba = new_case("ba");
  auto both = new_case("both");
  import_into(*ab, {a});
  import_into(*ab, {b});
  import_into(*ba, {b}, 1);
  import_into(*ba, {a}, 1);
  import_into(*both, {b, a});
  const std::string want = dump(*ab, false);
  EXPECT_EQ(dump(*ba, false), want);
  EXPECT_EQ(dump(*both, false), want);
}

TEST_F(ImportTest, CopiesInOneFileAndAcrossFilesAreStoredOnce) {
  const auto a = write("logs/a.json", R"({"Records":[)" + record("e1") + "," + record("e1") + "," + record("") +
                                          "," + record("") + "]}");
  const auto b = write("logs/b.json", "[" + record("e1") + "," + record("e2") + "]");
  auto kase = new_case("c");
  const Summary s = import_into(*kase, {a.parent_path().string()});
  EXPECT_EQ(s.records.read, 6u);
  EXPECT_EQ(s.records.stored, 4u) << "records without an eventID are never duplicates";
  EXPECT_EQ(one(*kase, "SELECT min(_evidence) FROM cloudtrail_logs WHERE eventid = 'e1'"), "1");
  EXPECT_EQ(one(*kase, "SELECT records_stored FROM evidence WHERE id = 1"), "3");
}

TEST_F(ImportTest, ALayoutDifferenceIsNoConflict) {
  write("logs/a.json", R"({"Records":[)" + record("e1", R"(,"requestParameters":{"a":[1,"x y"]})") + "]}");
  write("logs/b.json",
        "[{\"eventID\" : \"e1\",\n \"requestParameters\": { \"a\": [ 1, \"x y\" ] }, \"eventVersion\":\"1.08\","
        "\"eventTime\":\"2023-07-10T11:42:31Z\",\"eventSource\":\"iam.amazonaws.com\",\"eventName\":"
        "\"List\\u0055sers\",\"awsRegion\":\"us-east-1\",\"recipientAccountId\":\"111122223333\"}]");
  auto kase = new_case("c");
  const Summary s = import_into(*kase, {(root() / "logs").string()});
  EXPECT_EQ(s.records.duplicates, 1u);
  EXPECT_EQ(s.conflicts, 0u);
}

TEST_F(ImportTest, CopiesThatDifferAreBothStoredInAnyOrder) {
  const auto a = write("a.json", "[" + record("e1") + "," + record("e2") + "]");
  const auto b = write("b.json", "[" + record("e1", R"(,"errorCode":"AccessDenied")") + "]");
  auto ab = new_case("ab");
  import_into(*ab, {a.string()});
  const Summary s = import_into(*ab, {b.string()});
  EXPECT_EQ(s.conflicts, 1u);
  EXPECT_EQ(s.records.stored, 1u);
  EXPECT_EQ(one(*ab, "SELECT count(*) FROM conflicts"), "2");
  EXPECT_EQ(one(*ab, "SELECT count(*) FROM cloudtrail_logs WHERE eventid = 'e1'"), "2");
  EXPECT_EQ(one(*ab, "SELECT count(DISTINCT uid) FROM cloudtrail_logs"), "3");
}

TEST_F(ImportTest, AnAccountLearntLaterCompletesTheEvent) {
  const auto a = write("a.json", R"([{"eventName":"X","eventID":"e1"}])");
  const auto b = write("b.json", R"([{"eventName":"X","eventID":"e1","recipientAccountId":"111122223333"}])");
  auto ab = new_case("ab");
  auto ba = new_case("ba");
  import_into(*ab, {a.string()});
  EXPECT_EQ(import_into(*ab, {b.string()}).records.duplicates, 1u);
  import_into(*ba, {b.string(), a.string()});
  EXPECT_EQ(one(*ab, "SELECT recipientaccountid FROM cloudtrail_logs"), "111122223333");
  EXPECT_EQ(one(*ab, "SELECT uid FROM cloudtrail_logs"), one(*ba, "SELECT uid FROM cloudtrail_logs"));
}

TEST_F(ImportTest, TimesThatCannotBeReadAreNullAndCounted) {
  write("a.json", "[" + record("e1", "", "yesterday") + "," + record("e2", "", "2023-07-10 13:42:31+02:00") + "]");
  auto kase = new_case("c");
  const Summary s = import_into(*kase, {(root() / "a.json").string()});
  EXPECT_EQ(s.records.stored, 2u);
  EXPECT_FALSE(s.incomplete());
  EXPECT_EQ(one(*kase, "SELECT _time FROM cloudtrail_logs WHERE eventid = 'e2'"), "2023-07-10T11:42:31Z");
  EXPECT_EQ(one(*kase, "SELECT count(*) FROM cloudtrail_logs WHERE _time IS NULL"), "1");
}

TEST_F(ImportTest, FilesAreCountedForWhatTheyAre) {
  write("d/log.json", "[" + record("e1") + "]");
  write("d/empty.json", "");
  write("d/text.json.gz", "this is no log at all\n");
  write("d/none.json", R"({"Records":[]})");
  auto kase = new_case("c");
  const Summary s = import_into(*kase, {(root() / "d").string()});
  EXPECT_EQ(s.files.found, 4u);
  EXPECT_EQ(s.files.imported, 3u);
  EXPECT_EQ(s.files.skipped, 1u);
  ASSERT_EQ(s.skipped.size(), 1u);
  EXPECT_EQ(s.skipped[0].reason, "not_a_log");
  EXPECT_FALSE(s.incomplete());
}

TEST_F(ImportTest, CountsLeftByAnInterruptedImportAreMadeUp) {
  const auto file = write("a.json", "[" + record("one") + "," + record("two") + "]");
  auto kase = new_case("case");
  import_into(*kase, {file.string()});
  const std::string whole = dump(*kase, true);
  ASSERT_NE(one(*kase, "SELECT count(*) FROM coverage"), "0");
  auto store = kase->store();
  ASSERT_TRUE((*store)->execute("DELETE FROM entities; DELETE FROM coverage;"
                                "UPDATE evidence SET records_stored = NULL;"
                                "UPDATE meta SET value = '1' WHERE key = 'derived_stale'"));
  EXPECT_EQ(import_into(*kase, {file.string()}).files.already, 1u);
  EXPECT_EQ(dump(*kase, true), whole);
  EXPECT_EQ(one(*kase, "SELECT sum(records_stored) FROM evidence"), "2");
}

TEST_F(ImportTest, APathThatDoesNotExistIsAnError) {
  auto kase = new_case("c");
  Progress progress;
  const auto s = import(*kase, {(root() / "nowhere").string()}, {}, progress, {});
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().id, "ingest.not_found");
}

TEST_F(ImportTest, EveryNestedColumnIsFilled) {
  write("a.json", "[" +
                      record("e1",
                             R"(,"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/s",)"
                             R"("onBehalfOf":{"userId":"u","identityStoreArn":"i"},"sessionContext":{"attributes":)"
                             R"({"mfaAuthenticated":"true","creationDate":"c"},"sessionIssuer":{"type":"Role","arn":"ia"},)"
                             R"("webIdFederationData":{"federatedProvider":"p","attributes":{"aud":"sts","n":null}}}},"resources":[{"ARN":"r1","type":"t"},)"
                             R"({"accountId":"9"}],"tlsDetails":{"tlsVersion":"TLSv1.3"},"readOnly":true,)"
                             R"("addendum":{"reason":"DELIVERY_DELAY"},"requestParameters":{"b": [1, 2]})") +
                      "]");
  auto kase = new_case("c");
  import_into(*kase, {(root() / "a.json").string()});
  EXPECT_EQ(one(*kase, "SELECT useridentity.onbehalfof.userid FROM cloudtrail_logs"), "u");
  EXPECT_EQ(one(*kase, "SELECT useridentity.sessioncontext.sessionissuer.arn FROM cloudtrail_logs"), "ia");
  EXPECT_EQ(one(*kase, "SELECT useridentity.sessioncontext.webidfederationdata.federatedprovider FROM cloudtrail_logs"), "p");
  EXPECT_EQ(one(*kase, "SELECT useridentity.sessioncontext.webidfederationdata.attributes FROM cloudtrail_logs"),
            R"({"aud":"sts","n":null})");
  EXPECT_EQ(one(*kase, "SELECT tlsdetails.tlsversion FROM cloudtrail_logs"), "TLSv1.3");
  EXPECT_EQ(one(*kase, "SELECT addendum.reason FROM cloudtrail_logs"), "DELIVERY_DELAY");
  EXPECT_EQ(one(*kase, "SELECT readonly FROM cloudtrail_logs"), "true");
  EXPECT_EQ(one(*kase, "SELECT requestparameters FROM cloudtrail_logs"), R"({"b":[1,2]})");
  EXPECT_EQ(one(*kase, "SELECT resources FROM cloudtrail_logs"),
            R"([{"arn":"r1","accountid":null,"type":"t"},{"arn":null,"accountid":"9","type":null}])");
}

}  // namespace
}  // namespace backtrail::ingest
