#include <gtest/gtest.h>

#include "store/trino/test_database.h"

namespace backtrail::store::trino {
namespace {

class Errors : public testing::Test {
 protected:
  Errors() {
    EXPECT_EQ(
        db_.execute(
            "CREATE TABLE cloudtrail_logs (eventname VARCHAR, eventtime VARCHAR, sourceipaddress "
            "VARCHAR, "
            "useridentity STRUCT(arn VARCHAR, \"type\" VARCHAR), resources STRUCT(arn VARCHAR, "
            "accountid VARCHAR, \"type\" VARCHAR)[])"),
        "");
    names_ = read_names(db_.connection()).value();
  }

  /// "id message" of a query that fails, on its way or when it runs; "" when it runs.
  std::string error_of(std::string_view query) {
    const auto rewritten = rewrite(query);
    if (!rewritten) return rewritten.error().id + " " + rewritten.error().message;
    if (const auto checked = check_read_only(db_.connection(), query, *rewritten); !checked)
      return checked.error().id + " " + checked.error().message;
    const std::string message = db_.execute(rewritten->sql);
    if (message.empty()) return "";
    const Error error = explain_error(query, *rewritten, message, names_);
    return error.id + " " + error.message;
  }

  TestDatabase db_;
  NameCatalog names_;
};

struct Case {
  std::string_view query, error;
};

TEST_F(Errors, NamePlaceAndNearName) {
  for (const Case& c : std::initializer_list<Case>{
           {"SELECT eventnam FROM cloudtrail_logs",
            "sql.unknown_column line 1, column 8: there is no column 'eventnam'; did you mean "
            "'eventname'?"},
           {"SELECT transform(resources, x -> x.arn),\n  eventnam FROM default.cloudtrail_logs",
            "sql.unknown_column line 2, column 3: there is no column 'eventnam'; did you mean "
            "'eventname'?"},
           {"SELECT c.eventnam FROM cloudtrail_logs c",
            "sql.unknown_column line 1, column 10: there is no column 'eventnam'; did you mean "
            "'eventname'?"},
           {"SELECT eventname FROM db.cloudtrail_log",
            "sql.unknown_table line 1, column 26: there is no table 'cloudtrail_log'; did you mean "
            "'cloudtrail_logs'?"},
           {"SELECT 'é', lenght(eventname) FROM cloudtrail_logs",
            "sql.unknown_function line 1, column 13: there is no function 'lenght'; did you mean "
            "'length'?"},
           {"SELECT json_extract_scaler(eventname, '$.a') FROM cloudtrail_logs",
            "sql.unknown_function line 1, column 8: there is no function 'json_extract_scaler'; "
            "did you mean "
            "'json_extract_scalar'?"},
           {"SELECT 1 +", "sql.syntax line 1, column 11: the query ends too early"},
           {"SELECT eventname FORM cloudtrail_logs x y",
            "sql.syntax line 1, column 23: 'cloudtrail_logs' does not fit here; did you mean FROM "
            "for 'FORM'?"}})
    EXPECT_EQ(error_of(c.query), c.error) << c.query;
}

TEST_F(Errors, ExplainTypes) {
  for (const Case& c : std::initializer_list<Case>{
           {"SELECT date_format(eventtime, '%Y') FROM cloudtrail_logs",
            "sql.type line 1, column 8: date_format does not take (VARCHAR, VARCHAR); text must "
            "become a time first: "
            "from_iso8601_timestamp(eventtime)"},
           {"SELECT sum(eventname) FROM cloudtrail_logs",
            "sql.type line 1, column 8: sum does not take (VARCHAR); text must become a number "
            "first: CAST(x AS bigint)"},
           {"SELECT eventname FROM cloudtrail_logs WHERE eventtime > timestamp '2023-07-10 "
            "00:00:00'",
            "sql.type line 1, column 55: Cannot compare values of type VARCHAR and type TIMESTAMP; "
            "eventtime and the "
            "like are text here: compare with text ('2023-07-10T11:42:31Z'), or use "
            "from_iso8601_timestamp(eventtime)"},
           {"SELECT greatest(1)",
            "sql.type line 1, column 8: greatest does not take these arguments; it is greatest(a, "
            "b) or "
            "greatest(a, b, c) or greatest(a, b, c, d)"}})
    EXPECT_EQ(error_of(c.query), c.error) << c.query;
}

TEST_F(Errors, ComeWithHintsForQueriesThatAreWrongAsPublished) {
  for (const Case& c : std::initializer_list<Case>{
           {"SELECT eventname FROM cloudtrail_logs AND eventname = 'x'",
            "sql.syntax line 1, column 39: 'AND' without WHERE: the first condition after FROM "
            "needs WHERE"},
           {"SELECT eventname FROM <TABLE> WHERE eventname = 'x'",
            "sql.syntax line 1, column 23: this is a template: put a value in place of the "
            "placeholder (a table: "
            "cloudtrail_logs)"},
           {"SELECT eventname FROM ${table}",
            "sql.syntax line 1, column 24: this is a template: put a value in place of the "
            "placeholder (a table: "
            "cloudtrail_logs)"}})
    EXPECT_EQ(error_of(c.query), c.error) << c.query;
}

TEST_F(Errors, OfFunctionsSayWhatIsWanted) {
  for (const Case& c : std::initializer_list<Case>{
           {"SELECT regexp_like('a', '(')",
            "sql.failed bad regular expression '(' at character 2: missing closing parenthesis"},
           {"SELECT json_extract_scalar('{}', '$.a-b')",
            "sql.failed Invalid JSON path: '$.a-b' (write $.name, $[0] or $[\"any name\"]; "
            "wildcards are not possible)"},
           {"SELECT from_iso8601_timestamp('yesterday')",
            "sql.failed Invalid format: \"yesterday\" (wanted: 2023-07-10T11:42:31Z)"},
           {"SELECT contains('10.1.2.3/8', IPADDRESS '10.9.9.9')",
            "sql.failed Invalid CIDR: '10.1.2.3/8' (an address, '/', a length, no bits set behind "
            "it)"},
           {"SELECT is_in_cidr('10.1.2.3', '10.0.0.0')",
            "sql.failed is_in_cidr: '10.0.0.0' is no network; write 10.0.0.0/8 or 2001:db8::/32"}})
    EXPECT_EQ(error_of(c.query), c.error) << c.query;
}

TEST_F(Errors, AreFreeOfTheLayersOwnNames) {
  for (const std::string_view query :
       {"SELECT date_add('day', 'x', now())", "SELECT date_add('eon', 1, now())",
        "SELECT split_part('a', '', -1)", "SELECT regexp_extract('a', 'a', 3)",
        "SELECT json_extract(1, 2, 3)", "SELECT CAST(now() AS integer)", "SELECT format('%d', 'x')",
        "SELECT contains(1, 2)", "SELECT is_in_cidr(1, 2)"}) {
    const std::string error = error_of(query);
    EXPECT_NE(error, "") << query;
    EXPECT_EQ(error.find("trino_"), std::string::npos) << error;
    EXPECT_EQ(error.find("exception_message"), std::string::npos) << error;
  }
}

TEST_F(Errors, ReadPlainMessagesToo) {
  const auto rewritten = rewrite("SELECT 1").value();
  const Error error = explain_error("SELECT 1", rewritten, "INTERRUPT Error: Interrupted!", names_);
  EXPECT_EQ(error.code, ErrorCode::cancelled);
  EXPECT_EQ(error.id, "interrupted");
  for (const std::string_view odd :
       {"", "{", "{}", "x Error: ", R"({"exception_message":1})",
        R"({"exception_message":"m","position":"99999999999999999999"})"})
    EXPECT_FALSE(explain_error("SELECT 1", rewritten, odd, names_).id.empty()) << odd;
}

TEST_F(Errors, ReadingIsAllowed) {
  for (const std::string_view query :
       {"SELECT 1", "WITH a AS (SELECT 1 AS x) SELECT x FROM a", "VALUES 1, 2", "(SELECT 1)",
        "SHOW TABLES", "DESCRIBE cloudtrail_logs", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1;", "SELECT * FROM UNNEST(ARRAY[1]) AS t(x)",
        "SELECT eventname AS \"update\" FROM cloudtrail_logs",
        "SELECT extract(day FROM now()), trim(BOTH 'x' FROM 'xax')",
        "SELECT 'read_csv(', 'DROP TABLE x; SELECT'",
        "SELECT table_name FROM information_schema.tables"})
    EXPECT_EQ(error_of(query), "") << query;
}

TEST_F(Errors, EverythingElseIsForbidden) {
  for (const std::string_view query :
       {"SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE cloudtrail_logs",
        "DROP TABLE cloudtrail_logs",
        "INSERT INTO cloudtrail_logs (eventname) VALUES ('x')",
        "UPDATE cloudtrail_logs SET eventname = 'x'",
        "DELETE FROM cloudtrail_logs",
        "TRUNCATE cloudtrail_logs",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW x AS SELECT 1",
        "CREATE MACRO f(a) AS a",
        "ALTER TABLE cloudtrail_logs RENAME TO x",
        "COPY cloudtrail_logs TO 'x'",
        "COPY (SELECT 1) TO 'x'",
        "EXPORT DATABASE 'x'",
        "ATTACH 'x'",
        "DETACH x",
        "USE x",
        "PRAGMA version",
        "SET threads = 1",
        "RESET threads",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "BEGIN",
        "CHECKPOINT",
        "VACUUM",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "EXPLAIN INSERT INTO cloudtrail_logs (eventname) VALUES ('x')",
        "EXPLAIN ANALYZE DELETE FROM cloudtrail_logs",
        "EXPLAIN ANALYZE WITH x AS (SELECT 1) INSERT INTO cloudtrail_logs (eventname) SELECT '1' "
        "FROM x",
        "WITH x AS (SELECT 1) DELETE FROM cloudtrail_logs",
        "SELECT * FROM read_csv('x')",
        "SELECT * FROM read_text('x')",
        "SELECT * FROM \"read_blob\"('x')",
        "SELECT * FROM system.main.read_text('x')",
        "SELECT * FROM glob('*')",
        "SELECT * FROM 'x.csv'",
        "SELECT * FROM a JOIN 'x.csv' ON true",
        "SELECT * FROM cloudtrail_logs, 'x.csv'",
        "FROM 'x.csv'",
        "SELECT (SELECT content FROM read_text('x'))",
        "SELECT getenv('HOME')",
        "SELECT current_setting('threads')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM query('DROP TABLE x')",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM parquet_metadata('x')",
        "SELECT * FROM pragma_database_list()",
        "SELECT * FROM sniff_csv('x')",
        "SELECT * FROM LATERAL (SELECT * FROM read_text('x'))",
        "SELECT * FROM some_table_function(1)"}) {
    const std::string error = error_of(query);
    EXPECT_TRUE(error.starts_with("sql.forbidden ")) << query << "\n" << error;
  }
  EXPECT_TRUE(error_of("").starts_with("sql.empty"));
  EXPECT_TRUE(error_of(" -- nothing\n;").starts_with("sql.empty"));
}

TEST_F(Errors, ForbiddenNamesThePlace) {
  EXPECT_EQ(error_of("SELECT 1;\nDROP TABLE cloudtrail_logs"),
            "sql.forbidden line 1, column 9: one statement at a time; these are 2");
  EXPECT_TRUE(error_of("SELECT arbitrary(x),\n  1 FROM read_csv('x')")
                  .starts_with("sql.forbidden line 2, column 10: read_csv is not available"));
}

TEST_F(Errors, AMisspeltKeywordIsASyntaxErrorThatNamesIt) {
  EXPECT_EQ(error_of("SELEC 1"),
            "sql.syntax line 1, column 1: 'SELEC' begins no query; did you mean 'SELECT'?");
  EXPECT_EQ(error_of("explain selct 1"),
            "sql.syntax line 1, column 9: 'selct' begins no query; did you mean 'SELECT'?");
  EXPECT_EQ(error_of("hello there"),
            "sql.syntax line 1, column 1: 'hello' begins no query; it would with SELECT or WITH");
  EXPECT_TRUE(error_of("17").starts_with("sql.syntax line 1, column 1: "));
  EXPECT_EQ(error_of("SELECT 1 FORM cloudtrail_logs"),
            "sql.syntax line 1, column 15: 'cloudtrail_logs' does not fit here; did you mean FROM "
            "for 'FORM'?");
  EXPECT_TRUE(error_of("DELETE FROM cloudtrail_logs").starts_with("sql.forbidden "));
}

}  // namespace
}  // namespace backtrail::store::trino
