#include <gtest/gtest.h>

#include "store/detail/address_number.h"
#include "store/trino/functions/addresses.h"
#include "store/trino/functions/json_reader.h"
#include "store/trino/functions/patterns.h"
#include "store/trino/functions/text_format.h"
#include "store/trino/functions/time_pattern.h"
#include "store/trino/test_database.h"

namespace backtrail::store::trino {
namespace {

TEST(Address, ReadsAndWritesBothFamilies) {
  for (const std::string_view text : {"10.0.0.1", "255.255.255.255", "::1", "2001:db8::1"})
    EXPECT_EQ(address_text(address_number(text).value()), text);
  EXPECT_EQ(address_text(address_number("::ffff:10.1.2.3").value()), "10.1.2.3");
  for (const std::string_view text : {"", "10.0.0", "10.0.0.256", "10.0.0.1 ", "AWS Internal",
                                      "ec2.amazonaws.com", "::g", "1:2:3:4:5:6:7:8:9"})
    EXPECT_FALSE(address_number(text)) << text;
  EXPECT_FALSE(address_number(std::string_view("10.0.0.1\0", 9)));
}

TEST(Address, NetworksHoldWhatTheirPrefixSays) {
  struct Case {
    std::string_view network, address;
    bool inside;
  };
  for (const Case& c : std::initializer_list<Case>{{"10.0.0.0/8", "10.255.255.255", true},
                                                   {"10.0.0.0/8", "11.0.0.0", false},
                                                   {"0.0.0.0/0", "255.1.1.1", true},
                                                   {"0.0.0.0/0", "2001:db8::1", false},
                                                   {"1.2.3.4/32", "1.2.3.4", true},
                                                   {"1.2.3.4/32", "1.2.3.5", false},
                                                   {"10.0.0.0/8", "::ffff:10.1.1.1", true},
                                                   {"2001:db8::/32", "2001:db8:ffff::", true},
                                                   {"2001:db8::/32", "2001:db9::", false},
                                                   {"::/0", "1.1.1.1", true}})
    EXPECT_EQ(parse_network(c.network).value().contains(address_number(c.address).value()), c.inside)
        << c.network << ' ' << c.address;
  for (const std::string_view bad : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8",
                                     "x/8", "::/129", "10.0.0.0/8 ", "10.0.0.0/+8"})
    EXPECT_FALSE(parse_network(bad)) << bad;
  EXPECT_TRUE(parse_network("10.1.0.0/8").value().host_bits);
}

TEST(JsonPath, ReadsTrinosForms) {
  for (const std::string_view good : {"$", "$.a", "$.a.b[0]", "$[\"a b\"].c", "$.aws:x", "$[0][1]",
                                      "lax $.a", "strict $.a", "$[\"q\\\"u\"]", "$.l.0"})
    EXPECT_TRUE(parse_json_path(good)) << good;
  for (const std::string_view bad : {"", "a", "$.", "$.a-b", "$['a']", "$.l[*]", "$.l[-1]", "$[",
                                     "$[\"a", "$[\"a\\", "$[]", "$..a", "$ .a"})
    EXPECT_FALSE(parse_json_path(bad)) << bad;
}

TEST(JsonReader, ReadsOnlyWhatLiesOnThePath) {
  JsonReader reader;
  const auto at = [&](std::string_view path) { return parse_json_path(path).value(); };
  EXPECT_EQ(reader.scalar(R"({"a":{"b":[1,"x"]}})", at("$.a.b[1]")), "x");
  EXPECT_EQ(reader.scalar(R"({"n":1.50})", at("$.n")), "1.50");
  EXPECT_EQ(reader.scalar(R"({"n":12345678901234567890123})", at("$.n")),
            "12345678901234567890123");
  EXPECT_EQ(reader.scalar(R"({"a":1,"a":2})", at("$.a")), "1");
  EXPECT_EQ(reader.scalar(R"({"\u0061":"\u00e9"})", at("$.a")), "é");
  EXPECT_EQ(reader.value(R"({"o": {"k" : [ 1 , null ]}})", at("$.o")), R"({"k":[1,null]})");
  EXPECT_EQ(reader.size(R"({"o":{"k":1,"l":2}})", at("$.o")), 2);
  for (const std::string_view bad :
       {"", " ", "not json", "{", "{\"a\"", "{\"a\":", "[1", "nul", "tru", "1x", "\"a"})
    EXPECT_FALSE(reader.scalar(bad, at("$"))) << bad;
  for (const std::string_view none :
       {R"({"a":null})", R"({"a":{}})", R"({"a":[]})", R"({"b":1})", R"([1])", "5"})
    EXPECT_FALSE(reader.scalar(none, at("$.a"))) << none;
}

TEST(JsonReader, CanonicalSortsAndChecksTheWhole) {
  JsonReader reader;
  EXPECT_EQ(reader.canonical(R"( {"b":1, "a":[1, 2]} )"), R"({"a":[1,2],"b":1})");
  EXPECT_EQ(reader.canonical("1.50"), "1.50");
  for (const std::string_view bad :
       {"", "{bad", "1,2", "1 2", "{\"a\":1}}", "[1,]", "{\"a\":01}", "{\"a\":nul}", "]", "] ["})
    EXPECT_FALSE(reader.canonical(bad)) << bad;
  EXPECT_FALSE(reader.canonical(std::string(5000, '[') + std::string(5000, ']')));
}

TEST(Pattern, HasWhatJavasExpressionsHave) {
  for (const auto& [pattern, text, matches] :
       std::initializer_list<std::tuple<std::string_view, std::string_view, bool>>{
           {"a(?=b)", "abc", true},
           {"a(?!b)", "abc", false},
           {"(a)\\1", "aa", true},
           {"(?i)ABC", "xabc", true},
           {"^\\d+$", "12", true},
           {"é.", "éx", true},
           {"(?<=x)y", "xy", true}})
    EXPECT_EQ(Pattern::compile(pattern).value()->matches(text).value(), matches) << pattern;
  const auto bad = Pattern::compile("a(");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("character 3"), std::string::npos) << bad.error().message;
}

TEST(Pattern, GivesUpOnHostilePatterns) {
  auto pattern = Pattern::compile("(a+)+$").value();
  const auto result = pattern->matches(std::string(60, 'a') + "b");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().id, "sql.regex_limit");
}

TEST(TimePattern, PrintsAndReadsBothLanguages) {
  constexpr std::int64_t kAt = 1'688'989'351'123'000;  // 2023-07-10 11:42:31.123
  EXPECT_EQ(
      print_time(compile_mysql_pattern("%Y-%m-%d %H:%i:%s.%f %p %W %j %v %x %%").value(), kAt),
      "2023-07-10 11:42:31.123000 AM Monday 191 28 2023 %");
  EXPECT_EQ(
      print_time(compile_joda_pattern("EEE, d MMM yyyy HH:mm:ss.SSS Z 'o''clock'").value(), kAt),
      "Mon, 10 Jul 2023 11:42:31.123 +0000 o'clock");
  EXPECT_EQ(read_time(compile_joda_pattern("dd/MMM/yyyy:HH:mm:ss Z").value(),
                      "10/Jul/2023:13:42:31 +0200"),
            kAt - 123'000);
  EXPECT_EQ(read_time(compile_mysql_pattern("%Y%m%d%H%i%s").value(), "20230710114231"),
            kAt - 123'000);
  EXPECT_EQ(read_time(compile_mysql_pattern("%Y-%m-%d").value(), "1969-12-31"), -86'400'000'000);
  EXPECT_EQ(read_time(compile_joda_pattern("yyyy-MM-dd hh:mm a").value(), "2023-07-10 12:42 PM"),
            kAt - 31'123'000 + 3'600'000'000);
}

TEST(TimePattern, RefusesWhatDoesNotFit) {
  const auto day = compile_mysql_pattern("%Y-%m-%d").value();
  for (const std::string_view bad :
       {"", "2023", "2023-13-01", "2023-02-30", "2023-07-10 ", "2023-07-10x", "x", "2023-07-"})
    EXPECT_FALSE(read_time(day, bad)) << bad;
  EXPECT_FALSE(read_time(compile_mysql_pattern("%H:%i").value(), "24:00"));
  for (const std::string_view bad : {"%", "%Y-%", "%D", "%U"})
    EXPECT_FALSE(compile_mysql_pattern(bad)) << bad;
  for (const std::string_view bad : {"yyyy-ff", "QQQ"})
    EXPECT_FALSE(compile_joda_pattern(bad)) << bad;
}

TEST(TextFormat, FormatsAsJava) {
  struct Case {
    std::string_view format;
    std::vector<std::string_view> arguments;
    std::string_view text;
  };
  for (const Case& c :
       std::initializer_list<Case>{{"%s-%d", {"a", "5"}, "a-5"},
                                   {"%05d|%-4s|%4s", {"42", "a", "é"}, "00042|a   |   é"},
                                   {"%,d", {"-1234567"}, "-1,234,567"},
                                   {"%.2f%%", {"12.345"}, "12.35%"},
                                   {"%2$s %1$s", {"a", "b"}, "b a"},
                                   {"%x %X", {"255", "255"}, "ff FF"}})
    EXPECT_EQ(format_text(c.format, c.arguments).value(), c.text) << c.format;
  for (const Case& c : std::initializer_list<Case>{{"%", {}, ""},
                                                   {"%d", {"x"}, ""},
                                                   {"%s", {}, ""},
                                                   {"%q", {"a"}, ""},
                                                   {"%99999999999s", {"a"}, ""},
                                                   {"%9$s", {"a"}, ""},
                                                   {"%.f", {"x"}, ""}})
    EXPECT_FALSE(format_text(c.format, c.arguments)) << c.format;
}

struct Answer {
  std::string_view expression, value;
};

void expect_answers(std::initializer_list<Answer> answers) {
  TestDatabase db;
  for (const Answer& a : answers)
    EXPECT_EQ(db.value("SELECT " + std::string(a.expression)), a.value) << a.expression;
}

TEST(TrinoFunctions, Text) {
  expect_answers({{"concat('a', NULL)", "null"},
                  {"concat('a','b','c','d','e','f','g','h','i')", "abcdefghi"},
                  {"split('a,b,c', ',', 2)", R"(["a","b,c"])"},
                  {"split_part('a/b', '/', 3)", "null"},
                  {"strpos('a.é.c', '.', 2)", "4"},
                  {"substr('abc', 0, 2)", ""},
                  {"substring('abcdef' FROM 2 FOR 3)", "bcd"},
                  {"replace('a-b', '-')", "ab"},
                  {"regexp_extract('ab', '(a)|(b)', 2)", "null"},
                  {"regexp_replace('john smith', '(\\w+) (\\w+)', '$2 $1')", "smith john"},
                  {"regexp_split('a1b2c', '\\d')", R"(["a","b","c"])"},
                  {"regexp_count('a1b2', '\\d')", "2"},
                  {"url_extract_parameter('http://x/?a=1&b=c+d', 'b')", "c d"},
                  {"from_base('ff', 16)", "255"},
                  {"to_base(-255, 16)", "-ff"},
                  {"split_to_map('a=1&b=2', '&', '=')", R"({"a":"1","b":"2"})"},
                  {"greatest(1, 2, NULL)", "null"},
                  {"greatest(1, 2, 3, 4, 5)", "5"}});
}

TEST(TrinoFunctions, ArraysAndMaps) {
  expect_answers({{"any_match(ARRAY[1, NULL], x -> x > 1)", "null"},
                  {"all_match(ARRAY[2, NULL], x -> x > 1)", "null"},
                  {"all_match(ARRAY[0, NULL], x -> x > 1)", "false"},
                  {"none_match(ARRAY[1, 2], x -> x > 5)", "true"},
                  {"any_match(CAST(NULL AS array(integer)), x -> x > 1)", "null"},
                  {"reduce(ARRAY['a', 'b'], 0, (s, x) -> s + length(x), s -> s * 10)", "20"},
                  {"transform_values(map(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1)", R"({"a":2})"},
                  {"transform_keys(map(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k))", R"({"A":1})"},
                  {"map_filter(map(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)", R"({"b":2})"},
                  {"zip_with(ARRAY[1], ARRAY[10], (x, y) -> x + y)", "[11]"},
                  {"contains(ARRAY['a', NULL], 'z')", "null"},
                  {"array_distinct(ARRAY[2, NULL, 2, NULL])", "[2,null]"},
                  {"slice(ARRAY[1, 2, 3], -2, 2)", "[2,3]"},
                  {"element_at('{\"a\":{\"b\":1},\"c\":\"x\"}', 'a')", R"({"b":1})"},
                  {"element_at('{\"a\":1,\"c\":\"x\"}', 'c')", "x"},
                  {"element_at('no json', 'c')", "null"},
                  {"element_at('{\"a\":{\"b\":1},\"c\":\"x\"}', 'a.b')", "1"},
                  {"element_at('{\"a\":\"{\\\"b\\\":{\\\"d\\\":2}}\",\"a.b.e\":3}', 'a.b.d')", "2"},
                  {"element_at('{\"a\":{\"b\":1},\"a.b\":3}', 'a.b')", "3"},
                  {"element_at('{\"a\":{\"b\":1}}', 'a.c')", "null"},
                  {"element_at('{\"a\":{\"b\":1}}', 'x.b')", "null"},
                  {"ARRAY[1] || 2 || ARRAY[3]", "[1,2,3]"},
                  {"cardinality(map(ARRAY['a'], ARRAY[1])) + cardinality(ARRAY[1, 2])", "3"}});
}

TEST(TrinoFunctions, ZonesShowTheirClockAndKeepTheMoment) {
  expect_answers(
      {{"date_format(from_unixtime(1688989351) AT TIME ZONE 'America/New_York', '%H:%i')", "07:42"},
       {"date_format(from_unixtime(1688989351, 'America/New_York'), '%H:%i')", "07:42"},
       {"to_unixtime(timestamp '2023-07-10 11:42:31' AT TIME ZONE 'America/New_York')",
        "1688989351.0"},
       {"hour(from_unixtime(0) AT TIME ZONE 'Asia/Tokyo')", "9"},
       {"extract(hour FROM from_unixtime(0) AT TIME ZONE 'Asia/Tokyo')", "9"},
       {"CAST(from_unixtime(0) AT TIME ZONE 'America/New_York' AS date)", "1969-12-31"},
       {"to_unixtime(date_trunc('day', from_unixtime(1688989351) AT TIME ZONE 'America/New_York'))",
        "1688961600.0"},
       {"CAST(from_unixtime(1688989351) AT TIME ZONE 'America/New_York' AS varchar)",
        "2023-07-10 07:42:31.000 America/New_York"},
       {"from_unixtime(0) AT TIME ZONE 'Asia/Tokyo' = from_unixtime(0)", "true"}});
}

TEST(TrinoFunctions, DatesStayDates) {
  expect_answers(
      {{"date '2023-07-10' - interval '7' day", "2023-07-03"},
       {"CAST(date '2023-03-31' + interval '1' month AS varchar)", "2023-04-30"},
       {"date_trunc('month', date '2023-07-10')", "2023-07-01"},
       {"typeof(current_date - interval '1' day)", "date"},
       {"(SELECT d - interval '1' day FROM (SELECT date '2023-01-10' AS d))", "2023-01-09"},
       {"date_add('quarter', 1, timestamp '2023-01-31 00:00:00')", "2023-04-30 00:00:00"},
       {"date_trunc('week', date '1969-12-31')", "1969-12-29"}});
}

TEST(TrinoFunctions, CastsSpellAsTrino) {
  expect_answers({{"CAST(1e10 AS varchar)", "1.0E10"},
                  {"CAST(0.1e0 AS varchar)", "1.0E-1"},
                  {"CAST(2.5e0 AS integer)", "3"},
                  {"CAST(-2.5e0 AS bigint)", "-3"},
                  {"TRY_CAST('1.5' AS integer)", "null"},
                  {"TRY_CAST(' 1' AS integer)", "null"},
                  {"CAST('+7' AS bigint)", "7"},
                  {"TRY_CAST('yes' AS boolean)", "null"},
                  {"CAST('T' AS boolean)", "true"},
                  {"CAST(json_parse('\"5\"') AS bigint)", "5"},
                  {"CAST(json_parse('\"a\"') AS varchar)", "a"},
                  {"CAST(json_parse('null') AS varchar)", "null"},
                  {"CAST('abcdé' AS varchar(5)) || '.'", "abcdé."},
                  {"1e0 / 0", "Infinity"},
                  {"7 / 2", "3"}});
}

TEST(TrinoFunctions, AddressesAndNetworks) {
  expect_answers({{"is_in_cidr('10.1.2.3', '10.0.0.0/8')", "true"},
                  {"is_in_cidr('::ffff:10.1.2.3', '10.0.0.0/8')", "true"},
                  {"is_in_cidr('2001:db8::1', '2001:db8::/32')", "true"},
                  {"is_in_cidr('11.1.2.3', '10.0.0.0/8')", "false"},
                  {"is_in_cidr('AWS Internal', '10.0.0.0/8')", "null"},
                  {"is_in_cidr(CAST(NULL AS varchar), '10.0.0.0/8')", "null"},
                  {"is_in_cidr(IPADDRESS '10.1.2.3', '10.0.0.0/8')", "true"},
                  {"CAST(TRY_CAST('x' AS ipaddress) AS varchar)", "null"},
                  {"CAST(IPADDRESS '2001:DB8::1' AS varchar)", "2001:db8::1"}});
}

TEST(TrinoFunctions, Aggregates) {
  TestDatabase db;
  const std::string from = " FROM (VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, NULL)) AS t(n, s)";
  for (const Answer& a :
       std::initializer_list<Answer>{{"map_agg(s, n)", R"({"a":1,"b":2})"},
                                     {"multimap_agg(s, n)", R"({"a":[1,3],"b":[2]})"},
                                     {"map_agg(s, n) FILTER (WHERE n > 1)", R"({"a":3,"b":2})"},
                                     {"map_agg(s, n) FILTER (WHERE n > 9)", "null"},
                                     {"listagg(s, ',') WITHIN GROUP (ORDER BY n DESC)", "a,b,a"},
                                     {"max_by(s, n)", "null"},
                                     {"arbitrary(n) FILTER (WHERE n > 3)", "4"},
                                     {"approx_distinct(s)", "2"},
                                     {"approx_percentile(n, ARRAY[0.5, 1.0])", "[2,4]"},
                                     {"count(*) FILTER (WHERE s = 'a')", "2"},
                                     {"every(n > 0)", "true"}})
    EXPECT_EQ(db.value("SELECT " + std::string(a.expression) + from), a.value) << a.expression;
}

TEST(Install, TwoConnectionsOfOneDatabase) {
  TestDatabase db;
  duckdb_connection second = nullptr, plain = nullptr;
  ASSERT_EQ(duckdb_connect(db.database(), &second), DuckDBSuccess);
  ASSERT_EQ(duckdb_connect(db.database(), &plain), DuckDBSuccess);
  EXPECT_TRUE(install(second));
  // The program's own connection keeps DuckDB's meaning: contains of text, division.
  duckdb_result result;
  ASSERT_EQ(
      duckdb_query(plain, "SELECT contains('abc', 'b') AND 7 / 2 = 3.5 AND concat('a', NULL) = 'a'",
                   &result),
      DuckDBSuccess);
  EXPECT_TRUE(duckdb_value_boolean(&result, 0, 0));
  duckdb_destroy_result(&result);
  ASSERT_EQ(duckdb_query(plain, "SELECT date_format(now(), '%Y')", &result), DuckDBError);
  duckdb_destroy_result(&result);
  duckdb_disconnect(&second);
  duckdb_disconnect(&plain);
}

TEST(Install, ViewsKeepTheirMeaning) {
  TestDatabase db;
  ASSERT_EQ(db.execute(
                "CREATE VIEW v AS SELECT contains('abc', 'b') AS a, regexp_extract('x', 'y') AS b, "
                "concat('a', NULL) AS c"),
            "");
  const auto rows = db.rows("SELECT a, b, c FROM v");
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ((*rows)[0].dump(), R"([true,"","a"])");
}

}  // namespace
}  // namespace backtrail::store::trino
