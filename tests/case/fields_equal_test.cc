// Every column of cloudtrail_logs equals what DuckDB's own JSON functions read out of the same text, on every
// shared record. The texts come from zlib and from DuckDB, never from our reader.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/test_data.h"
#include "base/text.h"
#include "ingest/ingest.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;

std::string uncompressed(const fs::path& path) {
  std::string out;
  gzFile file = gzopen(path.c_str(), "rb");  // reads plain files as well
  if (file == nullptr) return out;
  char buffer[65536];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  gzclose(file);
  return out;
}

/// Column and the path of its value in a record.
struct Field {
  const char* column;
  const char* path;
};

// Text columns: JSON text where the value is an object or array, else the value as text; JSON null is NULL.
constexpr Field kTexts[] = {
    {"eventversion", "eventVersion"},
    {"eventtime", "eventTime"},
    {"eventsource", "eventSource"},
    {"eventname", "eventName"},
    {"awsregion", "awsRegion"},
    {"sourceipaddress", "sourceIPAddress"},
    {"useragent", "userAgent"},
    {"errorcode", "errorCode"},
    {"errormessage", "errorMessage"},
    {"requestparameters", "requestParameters"},
    {"responseelements", "responseElements"},
    {"additionaleventdata", "additionalEventData"},
    {"requestid", "requestID"},
    {"eventid", "eventID"},
    {"eventtype", "eventType"},
    {"apiversion", "apiVersion"},
    {"readonly", "readOnly"},
    {"recipientaccountid", "recipientAccountId"},
    {"serviceeventdetails", "serviceEventDetails"},
    {"sharedeventid", "sharedEventID"},
    {"vpcendpointid", "vpcEndpointId"},
    {"vpcendpointaccountid", "vpcEndpointAccountId"},
    {"eventcategory", "eventCategory"},
    {"sessioncredentialfromconsole", "sessionCredentialFromConsole"},
    {"edgedevicedetails", "edgeDeviceDetails"},
    {"managementevent", "managementEvent"},
    {"insightdetails", "insightDetails"},
    {"useridentity.\"type\"", "userIdentity.type"},
    {"useridentity.principalid", "userIdentity.principalId"},
    {"useridentity.arn", "userIdentity.arn"},
    {"useridentity.accountid", "userIdentity.accountId"},
    {"useridentity.invokedby", "userIdentity.invokedBy"},
    {"useridentity.accesskeyid", "userIdentity.accessKeyId"},
    {"useridentity.username", "userIdentity.userName"},
    {"useridentity.onbehalfof.userid", "userIdentity.onBehalfOf.userId"},
    {"useridentity.onbehalfof.identitystorearn", "userIdentity.onBehalfOf.identityStoreArn"},
    {"useridentity.sessioncontext.attributes.mfaauthenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated"},
    {"useridentity.sessioncontext.attributes.creationdate", "userIdentity.sessionContext.attributes.creationDate"},
    {"useridentity.sessioncontext.sessionissuer.\"type\"", "userIdentity.sessionContext.sessionIssuer.type"},
    {"useridentity.sessioncontext.sessionissuer.principalid", "userIdentity.sessionContext.sessionIssuer.principalId"},
    {"useridentity.sessioncontext.sessionissuer.arn", "userIdentity.sessionContext.sessionIssuer.arn"},
    {"useridentity.sessioncontext.sessionissuer.accountid", "userIdentity.sessionContext.sessionIssuer.accountId"},
    {"useridentity.sessioncontext.sessionissuer.username", "userIdentity.sessionContext.sessionIssuer.userName"},
    {"useridentity.sessioncontext.ec2roledelivery", "userIdentity.sessionContext.ec2RoleDelivery"},
    {"useridentity.sessioncontext.webidfederationdata.federatedprovider",
     "userIdentity.sessionContext.webIdFederationData.federatedProvider"},
    {"addendum.reason", "addendum.reason"},
    {"addendum.updatedfields", "addendum.updatedFields"},
    {"addendum.originalrequestid", "addendum.originalRequestID"},
    {"addendum.originaleventid", "addendum.originalEventID"},
    {"tlsdetails.tlsversion", "tlsDetails.tlsVersion"},
    {"tlsdetails.ciphersuite", "tlsDetails.cipherSuite"},
    {"tlsdetails.clientprovidedhostheader", "tlsDetails.clientProvidedHostHeader"},
};

/// A table `texts` of (column, path)-independent records: place and JSON of every record of the files.
class FieldsEqual : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", (root_.path() / "home").c_str(), 1); }

  void import(const std::vector<std::string>& paths) {
    kase_ = casefile::create(root_.path() / "case", {}, {.mode = casefile::Mode::write}).value();
    Progress progress;
    const auto s = ingest::import(*kase_, paths, {}, progress, {});
    ASSERT_TRUE(s) << s.error().message;
    read_ = s->records.read;
    ASSERT_EQ(s->records.rejected, 0u);
    run("CREATE TEMP TABLE documents (item INTEGER, doc JSON)");
    for (const casefile::EvidenceItem& item : kase_->items())
      run("INSERT INTO documents VALUES ($1, CAST($2 AS JSON))",
          {std::int64_t{item.id}, uncompressed(item.source)});
    run("CREATE TEMP TABLE texts AS SELECT item, CAST(unnest(range(len(records))) AS INTEGER) AS record, "
        "unnest(records) AS r FROM (SELECT item, CASE WHEN json_exists(doc, '$.Records') THEN "
        "json_extract(doc, '$.Records[*]') WHEN json_type(doc) = 'ARRAY' THEN json_extract(doc, '$[*]') ELSE "
        "[doc] END AS records FROM documents)");
    // each record beside the row that it became, or is a copy of
    run("CREATE TEMP TABLE pairs AS SELECT t.item, t.record, t.r, l.* FROM texts t JOIN (SELECT uid, _evidence, "
        "_record FROM cloudtrail_logs UNION ALL SELECT * FROM duplicates) p ON p._evidence = t.item AND "
        "p._record = t.record JOIN cloudtrail_logs l ON l.uid = p.uid");
    EXPECT_EQ(one("SELECT count(*) FROM texts"), std::to_string(read_)) << "DuckDB finds other records";
    EXPECT_EQ(one("SELECT count(*) FROM pairs"), std::to_string(read_)) << "a record has no row";
  }
  store::Table run(const std::string& sql, std::vector<store::Cell> parameters = {}) {
    auto t = store::fetch((*kase_->store())->engine(), {.sql = sql, .parameters = std::move(parameters)});
    EXPECT_TRUE(t) << sql << ": " << t.error().message;
    return t ? std::move(*t) : store::Table{};
  }
  std::string one(const std::string& sql) {
    const auto t = run(sql);
    return t.rows.empty() ? "(none)" : store::to_text(t.rows[0][0]);
  }
  /// No record for which the two expressions differ.
  void expect_same(const std::string& ours, const std::string& theirs) {
    const auto t = run("SELECT item, record, " + ours + ", " + theirs + " FROM pairs WHERE (" + ours +
                       ") IS DISTINCT FROM (" + theirs + ") ORDER BY 1, 2");
    EXPECT_EQ(t.rows.size(), 0u) << ours;
    for (std::size_t i = 0; i < t.rows.size() && i < 3; ++i)
      ADD_FAILURE() << ours << " of item " << store::to_text(t.rows[i][0]) << ", record "
                    << store::to_text(t.rows[i][1]) << "\n  ours: " << store::to_text(t.rows[i][2])
                    << "\nDuckDB: " << store::to_text(t.rows[i][3]);
  }
  static std::string at(const std::string& path) { return "r->'$." + path + "'"; }
  void expect_all_columns() {
    for (const Field& f : kTexts) {
      // Objects and arrays are compared as DuckDB writes them: the column keeps the record's own escapes and
      // number texts.
      const std::string column = f.column, value = at(f.path);
      const std::string nested = "json_type(" + value + ") IN ('OBJECT', 'ARRAY')";
      expect_same("CASE WHEN " + nested + " THEN CAST(json_extract(" + column + ", '$') AS VARCHAR) ELSE " +
                      column + " END",
                  "CASE WHEN " + nested + " THEN CAST(" + value + " AS VARCHAR) ELSE r->>'$." + f.path + "' END");
    }
    expect_same("list_transform(resources, x -> {'arn': x.arn, 'accountid': x.accountid, 'type': x.\"type\"})",
                "list_transform(CAST(" + at("resources") +
                    " AS JSON[]), x -> {'arn': coalesce(x->>'$.ARN', x->>'$.arn'), 'accountid': x->>'$.accountId', "
                    "'type': x->>'$.type'})");
    expect_same("useridentity.sessioncontext.webidfederationdata.attributes",
                "CAST(" + at("userIdentity.sessionContext.webIdFederationData.attributes") +
                    " AS MAP(VARCHAR, VARCHAR))");
    // Structs that are there, as DuckDB makes them of objects
    for (const Field& f : {Field{"useridentity", "userIdentity"},
                           Field{"useridentity.sessioncontext", "userIdentity.sessionContext"},
                           Field{"useridentity.sessioncontext.attributes", "userIdentity.sessionContext.attributes"},
                           Field{"useridentity.sessioncontext.sessionissuer", "userIdentity.sessionContext.sessionIssuer"},
                           Field{"useridentity.sessioncontext.webidfederationdata",
                                 "userIdentity.sessionContext.webIdFederationData"},
                           Field{"useridentity.onbehalfof", "userIdentity.onBehalfOf"}, Field{"addendum", "addendum"},
                           Field{"tlsdetails", "tlsDetails"}})
      expect_same(std::string(f.column) + " IS NOT NULL", "coalesce(json_type(" + at(f.path) + ") = 'OBJECT', false)");
    // Times
    expect_same("_time", "try_cast(r->>'$.eventTime' AS TIMESTAMP)");
  }

  TemporaryDirectory root_ = *TemporaryDirectory::create("fields_equal");
  std::unique_ptr<casefile::Case> kase_{};
  std::uint64_t read_ = 0;
};

TEST_F(FieldsEqual, OnEverySharedRecord) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  // path, bytes, SHA-256, records
  std::ifstream manifest(data / "MANIFEST.tsv");
  std::string line;
  std::uint64_t listed = 0;
  std::vector<std::string> paths;
  std::getline(manifest, line);
  while (std::getline(manifest, line)) {
    const auto cells = split(line, '\t');
    if (cells.size() < 4 || cells[3].empty()) continue;
    listed += std::stoull(std::string(cells[3]));
    paths.push_back((data / cells[0]).string());
  }
  ASSERT_GT(paths.size(), 2900u);
  import(paths);
  EXPECT_EQ(read_, listed);
  expect_all_columns();
}

/// What differs, and why: docs/formats/store.md.
TEST_F(FieldsEqual, DiffersWhereItIsMeantTo) {
  const fs::path file = root_.path() / "a.json";
  std::ofstream(file) << R"([{"eventName":"A","apiVersion":1.50,"requestParameters":{"n":1.50,"u":"\u00e9\/"},)"
                         R"("errorCode":"first","errorCode":"last","tlsDetails":{"tlsVersion":"1","tlsVersion":"2"},)"
                         R"("resources":[null,{"arn":"l"},{"ARN":"a","ARN":"b"},7],"addendum":"text","userIdentity":[],)"
                         R"("eventTime":"2023-07-10 13:42:31+02:00"},)"
                         R"({"eventName":"B","errorCode":null,"eventTime":"yesterday","userIdentity":{"sessionContext":)"
                         R"({"webIdFederationData":{"attributes":{"a":"1","b":2,"a":"3"}}}}}])";
  import({file.string()});
  const auto row = [&](const std::string& columns, const char* name) {
    std::string out;
    const store::Table found = run("SELECT " + columns + " FROM pairs WHERE eventname = '" + name + "'");
    for (const auto& cell : found.rows.at(0))
      out += (out.empty() ? "" : " ") + (store::is_null(cell) ? "NULL" : store::to_text(cell));
    return out;
  };
  // numbers as written
  EXPECT_EQ(row("apiversion, r->>'$.apiVersion'", "A"), "1.50 1.5");
  // escapes and numbers in JSON columns as written
  EXPECT_EQ(row("requestparameters", "A"), R"({"n":1.50,"u":"\u00e9\/"})");
  EXPECT_EQ(row("CAST(json_extract(requestparameters, '$') AS VARCHAR) = CAST(r->'$.requestParameters' AS VARCHAR)", "A"),
            "true");
  // of a repeated key the last
  EXPECT_EQ(row("errorcode, r->>'$.errorCode', tlsdetails.tlsversion, r->>'$.tlsDetails.tlsVersion'", "A"),
            "last first 2 1");
  EXPECT_EQ(row("CAST(useridentity.sessioncontext.webidfederationdata.attributes AS JSON)", "B"), R"({"b":"2","a":"3"})");
  // items of other kinds are there, empty
  EXPECT_EQ(row("CAST(list_transform(resources, x -> x.arn) AS JSON)", "A"), R"([null,"l","b",null])");
  // other kinds where the column is a struct
  EXPECT_EQ(row("addendum, useridentity", "A"), "NULL NULL");
  // times: offsets applied, what cannot be read is NULL
  EXPECT_EQ(row("_time, eventtime", "A"), "2023-07-10T11:42:31Z 2023-07-10 13:42:31+02:00");
  EXPECT_EQ(row("errorcode, _time, eventtime", "B"), "NULL NULL yesterday");
}

}  // namespace
}  // namespace backtrail
