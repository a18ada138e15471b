#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_data.h"
#include "support/events.h"

// The common shape of events is given twice: to hits by ingest, to SQL by view `events`.
namespace backtrail {
namespace {

constexpr std::string_view kEveryRecord = R"(title: every record
id: 00000000-0000-4000-8000-00000000e001
status: test
level: low
logsource: {product: aws}
detection:
  record: {aFieldThatNoRecordHas: null}
  condition: record
)";

TEST(EventShape, IsTheSameForHitsAndForSql) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto loaded = sigma::load({{"every.yml", std::string(kEveryRecord)}});
  ASSERT_EQ(loaded.rules->rules().size(), 1U);
  TemporaryDirectory directory = TemporaryDirectory::create("event_shape").value();
  ::setenv("XDG_DATA_HOME", (directory.path() / "home").c_str(), 1);
  auto kase = casefile::create(directory.path() / "case", {}, {.mode = casefile::Mode::write});
  ASSERT_TRUE(kase) << kase.error().message;
  Progress progress;
  std::vector<std::string> paths;
  for (const char* folder : {"elastic", "elb", "guardduty", "vpcflow", "ocsf-examples", "cloudtrail/invictus-a"})
    paths.push_back((data / folder).string());
  const auto summary =
      ingest::import(**kase, paths, {.threads = 2, .rules = loaded.rules, .rule_source = "test"}, progress, {});
  ASSERT_TRUE(summary) << summary.error().message;
  store::Store& store = **(*kase)->store();
  const auto table = [&](const std::string& sql) {
    auto rows = store::fetch(store.engine(), {.sql = sql});
    EXPECT_TRUE(rows) << sql << rows.error().message;
    return rows ? rows->rows : std::vector<std::vector<store::Cell>>();
  };
  // Each event is hit once, nothing else is.
  const auto counts = table("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM hits), "
                            "(SELECT count(*) FROM hits SEMI JOIN events USING (uid))");
  EXPECT_GT(store::to_int(counts[0][0]), 2700);
  EXPECT_EQ(store::to_int(counts[0][2]), store::to_int(counts[0][0]));
  for (const char* column : {"source", "action", "account", "region", "principal", "session", "access_key",
                             "source_ip", "user_agent", "event_id", "time", "error"}) {
    const std::string c = std::string("\"") + column + "\"";
    const bool error = std::string_view(column) == "error";
    const std::string of_view =
        error ? "CASE WHEN e.log = 'cloudtrail' THEN h.error ELSE CASE WHEN e.outcome <> 'success' THEN "
                "coalesce(e.error, e.outcome) END END"
              : "e." + c;
    for (const auto& row :
         table("SELECT e.log, CAST(h." + c + " AS VARCHAR), CAST(" + of_view +
               " AS VARCHAR), count(*) FROM hits h JOIN events e USING (uid) WHERE coalesce(CAST(h." + c +
               " AS VARCHAR), '') <> coalesce(CAST(" + of_view + " AS VARCHAR), '') GROUP BY ALL ORDER BY ALL LIMIT 5"))
      ADD_FAILURE() << column << " of " << store::to_text(row[0]) << ": hits say '" << store::to_text(row[1])
                    << "', events '" << store::to_text(row[2]) << "' (" << store::to_text(row[3]) << " times)";
  }
}

}  // namespace
}  // namespace backtrail
