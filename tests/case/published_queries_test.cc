// The queries that AWS publishes for its logs' tables, in our wording, over small logs of each kind. Each file of
// testdata/published/queries holds one library's: a query, then what it gives, on a line that begins with `-->`, as
// JSON rows or as the error that names the fix. UPDATE_GOLDEN=1 writes what they give now.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "base/progress.h"
#include "base/text.h"
#include "casefile/casefile.h"
#include "ingest/ingest.h"
#include "store/store.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(BACKTRAIL_SOURCE_DIR) / "tests/case/testdata/published";

struct Published {
  std::string comment{}, sql{}, expected{};
  std::size_t line = 0;
};

/// A query ends with a line that ends with `;`.
std::vector<Published> read_queries(const fs::path& path) {
  const auto read = read_file(path);
  EXPECT_TRUE(read) << path;
  const std::string text = read ? *read : std::string();
  std::vector<Published> out;
  Published next;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.starts_with("--> ")) {
      if (!out.empty()) out.back().expected += std::string(line.substr(4)) + "\n";
    } else if (next.sql.empty() && (line.empty() || line.starts_with("--"))) {
      next.comment += std::string(line) + "\n";
    } else {
      if (next.sql.empty()) next.line = number;
      next.sql += std::string(line) + "\n";
      if (!trim(line).ends_with(';')) continue;
      out.push_back(std::move(next));
      next = {};
    }
  }
  EXPECT_TRUE(trim(next.sql).empty()) << path << " ends within a query";
  return out;
}

Json json_of(const store::Cell& cell) {
  if (const auto* b = std::get_if<bool>(&cell)) return Json(*b);
  if (const auto* i = std::get_if<std::int64_t>(&cell)) return Json(*i);
  if (const auto* d = std::get_if<double>(&cell)) return Json(*d);
  if (const auto* j = std::get_if<store::JsonText>(&cell))
    if (auto parsed = Json::parse(j->text)) return *parsed;
  return store::is_null(cell) ? Json() : Json(store::to_text(cell));
}

/// One case into which logs of every kind have been imported.
class PublishedQueries : public ::testing::TestWithParam<std::string> {
 public:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryDirectory>(*TemporaryDirectory::create("published_queries"));
    ::setenv("XDG_DATA_HOME", (folder_->path() / "home").c_str(), 1);
    auto made = casefile::create(folder_->path() / "case", {}, {.mode = casefile::Mode::write});
    ASSERT_TRUE(made) << made.error().message;
    case_ = std::move(*made);
    Progress progress;
    const auto done = ingest::import(*case_, {(kData / "logs").string()}, {.threads = 1}, progress, {});
    ASSERT_TRUE(done) << done.error().message;
    auto opened = case_->store();
    ASSERT_TRUE(opened) << opened.error().message;
    auto engine = (*opened)->user_engine();
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *engine;
  }
  static void TearDownTestSuite() {
    engine_ = nullptr;
    case_.reset();
    folder_.reset();
  }

 protected:
  /// Rows in an order of their own where the query wants none.
  static std::string outcome(const std::string& sql) {
    const auto table = store::fetch(*engine_, {.sql = sql});
    if (!table) return "error " + table.error().id + ": " + table.error().message + "\n";
    std::vector<std::string> rows;
    for (const auto& row : table->rows) {
      Json cells = Json::array();
      for (const store::Cell& cell : row) cells.push(json_of(cell));
      rows.push_back(cells.dump());
    }
    if (to_lower_ascii(sql).find("order") == std::string::npos) std::sort(rows.begin(), rows.end());
    std::string out = rows.empty() ? "no rows\n" : "";
    for (std::string& row : rows) {
      for (std::size_t at; (at = row.find(kData.string())) != std::string::npos;) row.erase(at, kData.string().size());
      out += row + "\n";
    }
    return out;
  }

  static std::unique_ptr<TemporaryDirectory> folder_;
  static std::unique_ptr<casefile::Case> case_;
  static store::Engine* engine_;
};
std::unique_ptr<TemporaryDirectory> PublishedQueries::folder_;
std::unique_ptr<casefile::Case> PublishedQueries::case_;
store::Engine* PublishedQueries::engine_ = nullptr;

TEST_P(PublishedQueries, GiveWhatTheLogsHold) {
  ASSERT_NE(engine_, nullptr);
  const fs::path path = kData / "queries" / (GetParam() + ".sql");
  const std::vector<Published> queries = read_queries(path);
  ASSERT_FALSE(queries.empty());
  std::string written;
  for (const Published& q : queries) {
    const std::string got = outcome(q.sql);
    written += q.comment + q.sql;
    const std::vector<std::string_view> lines = split(got, '\n');
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) written += "--> " + std::string(lines[i]) + "\n";
    if (std::getenv("UPDATE_GOLDEN") == nullptr) {
      EXPECT_EQ(got, q.expected) << path.filename().string() << ":" << q.line << "\n" << q.sql;
    }
  }
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << written;
}

INSTANTIATE_TEST_SUITE_P(Of, PublishedQueries,
                         ::testing::Values("athena_cloudtrail", "athena_network", "athena_access", "athena_edge", "athena_security",
                                           "bootstrap", "lake", "playbooks", "security_lake"),
                         [](const auto& p) { return p.param; });

/// What AWS's published queries call, and clauses they have, occur here.
TEST(PublishedQueriesText, HoldsEachFunctionAndClause) {
  std::string all;
  for (const auto& entry : fs::directory_iterator(kData / "queries"))
    for (const Published& q : read_queries(entry.path())) all += to_lower_ascii(q.sql);
  for (const char* part :
       {"cast(", "element_at(", "count(", "json_extract(", "sum(", "from_unixtime(", "contains(", "array_agg(",
        "transform(", "filter(", "json_extract_scalar(", "regexp_like(", "date_format(", "lower(", "date_add(",
        "replace(", "unnest(", "min(", "max(", "array_distinct(", "cardinality(", "split(", "split_part(",
        "parse_datetime(", "map_values(", "json_parse(", "from_iso8601_timestamp(", "json_array_get(", "date_diff(",
        "date_trunc(", "to_iso8601(", "day_of_week(", "now()", "any_match(", "substr(", "round(", "rank(", "avg(",
        "approx_percentile(", "nullif(", "regexp_extract(", "format_datetime(", "minute(", " in (", " like ",
        " escape ", " between ", " is null", " is not null", "case when", "select distinct", "group by", "order by",
        "limit ", "with ", "inner join", "cross join", "union all", " -> ", "interval '7' day", "current_timestamp",
        "over (", "as json)", "ipaddress '", "/*", "map(", "as array("})
    EXPECT_NE(all.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace backtrail
