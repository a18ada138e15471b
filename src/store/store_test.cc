#include "store/store.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/file.h"
#include "store/detail/handles.h"

namespace backtrail::store {
namespace {

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = open(path(), {.access = Access::read_write, .threads = 2});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  std::filesystem::path path() const { return directory_.path() / "store.duckdb"; }
  Table run(std::string sql, std::vector<Cell> parameters = {}) {
    auto t = fetch(store_->engine(), {.sql = std::move(sql), .parameters = std::move(parameters)});
    EXPECT_TRUE(t) << t.error().message;
    return t ? *t : Table{};
  }
  std::string one(std::string sql, std::vector<Cell> parameters = {}) {
    const Table t = run(std::move(sql), std::move(parameters));
    return t.rows.empty() ? "(no row)" : to_text(t.rows[0][0]);
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("store_test");
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, CellsArriveInTheirTypes) {
  for (const auto& [sql, text, type] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"true", "true", "BOOLEAN"},
           {"42::UTINYINT", "42", "UTINYINT"},
           {"170141183460469231731687303715884105727::HUGEINT",
            "170141183460469231731687303715884105727", "HUGEINT"},
           {"-12.305::DECIMAL(9,3)", "-12.305", "DECIMAL(9,3)"},
           {"-0.05::DECIMAL(30,2)", "-0.05", "DECIMAL(30,2)"},
           {"1.5::DOUBLE", "1.5", "DOUBLE"},
           {"TIMESTAMP '2023-07-10 11:42:31.25'", "2023-07-10T11:42:31.250000Z", "TIMESTAMP"},
           {"DATE '2023-07-10'", "2023-07-10", "DATE"},
           {"INTERVAL '26 hours 3 days'", "3 days 26:00:00", "INTERVAL"},
           {"'9b2f0c1e-0000-4000-8000-000000000001'::UUID", "9b2f0c1e-0000-4000-8000-000000000001",
            "UUID"},
           {"'ab'::BLOB", "6162", "BLOB"},
           {"[1, NULL, 3]", "[1,null,3]", "INTEGER[]"},
           {"{'a': 'x\"y', 'b': [true]}", R"({"a":"x\"y","b":[true]})", "STRUCT(a VARCHAR, b BOOLEAN[])"},
           {"MAP {'k': 1}", R"({"k":1})", "MAP(VARCHAR, INTEGER)"},
           {"'{\"j\": 1}'::JSON", "{\"j\": 1}", "JSON"},
       }) {
    const Table t = run("SELECT " + sql + " AS v");
    ASSERT_EQ(t.rows.size(), 1u) << sql;
    EXPECT_EQ(to_text(t.rows[0][0]), text) << sql;
    EXPECT_EQ(t.columns[0].type, type) << sql;
  }
  EXPECT_TRUE(is_null(run("SELECT NULL::VARCHAR").rows[0][0]));
}

TEST_F(StoreTest, ParametersAreBoundNotPasted) {
  EXPECT_EQ(one("SELECT $1", {std::string("' OR 1=1 --")}), "' OR 1=1 --");
  EXPECT_EQ(one("SELECT $1 + 1", {std::int64_t{41}}), "42");
}

TEST_F(StoreTest, ErrorsNameTheirKind) {
  const auto id = [&](const char* sql) {
    auto t = fetch(store_->engine(), {.sql = sql});
    return t ? std::string("no error") : t.error().id;
  };
  EXPECT_EQ(id("SELEC 1"), "sql.syntax");
  EXPECT_EQ(id("SELECT * FROM nowhere"), "sql.unknown_table");
  EXPECT_EQ(id("SELECT nothing FROM meta"), "sql.unknown_column");
  EXPECT_EQ(id("SELECT CAST('x' AS INTEGER)"), "sql.failed");
}

TEST_F(StoreTest, FilesAndNetworkAreOutOfReachAndStaySo) {
  for (const char* sql : {"SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x.csv'",
                          "ATTACH '/tmp/other.duckdb'", "SET GLOBAL enable_external_access = true",
                          "INSTALL httpfs", "LOAD httpfs"})
    EXPECT_FALSE(fetch(store_->engine(), {.sql = sql})) << sql;
}

/// Two streams of numbered rows with nested columns.
class Numbers final : public RowFeed {
 public:
  std::unique_ptr<RowStream> open() override {
    class Stream final : public RowStream {
     public:
      explicit Stream(std::atomic<int>& next) : next_(next) {}
      Result<std::size_t> fill(RowWriter& w, std::size_t capacity) override {
        std::size_t n = 0;
        for (; n < capacity; ++n) {
          const int i = next_++;
          if (i >= 5000) break;
          w.text(0, "event" + std::to_string(i));
          if (i % 2 == 0) w.text(1, "arn" + std::to_string(i));
          for (int k = 0; k < i % 4; ++k) {
            w.item(2);
            w.text(3, "res" + std::to_string(k));
          }
          if (i % 5 == 0) {
            w.item(4);
            w.text(5, "k");
            w.text(6, "v" + std::to_string(i));
          }
          w.uuid(7, static_cast<std::uint64_t>(i), 1);
          w.time(8, Timestamp{std::chrono::seconds{i}});
          w.integer(9, static_cast<std::uint32_t>(i));
          w.next_row();
        }
        return n;
      }
      std::atomic<int>& next_;
    };
    return std::make_unique<Stream>(next_);
  }
  std::atomic<int> next_{0};
};

TEST_F(StoreTest, BulkLoadWritesNestedColumnsAndNulls) {
  Numbers feed;
  const std::vector<std::string> leaves = {
      "eventname", "useridentity.arn", "resources[]", "resources[].arn",
      "useridentity.sessioncontext.webidfederationdata.attributes[]",
      "useridentity.sessioncontext.webidfederationdata.attributes[].key",
      "useridentity.sessioncontext.webidfederationdata.attributes[].value", "uid", "_time", "_record"};
  auto loaded = store_->load("cloudtrail_logs", leaves, feed, 2, {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded, 5000u);
  EXPECT_EQ(one("SELECT count(DISTINCT eventname) FROM cloudtrail_logs"), "5000");
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs WHERE useridentity IS NULL"), "2000");
  EXPECT_EQ(one("SELECT useridentity.arn FROM cloudtrail_logs WHERE _record = 42"), "arn42");
  EXPECT_EQ(one("SELECT sum(len(resources)) FROM cloudtrail_logs"), "7500");
  EXPECT_EQ(one("SELECT resources FROM cloudtrail_logs WHERE _record = 6"),
            R"([{"arn":"res0","accountid":null,"type":null},{"arn":"res1","accountid":null,"type":null}])");
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs WHERE resources IS NULL"), "1250");
  EXPECT_EQ(one("SELECT useridentity.sessioncontext.webidfederationdata.attributes['k'] FROM "
                "cloudtrail_logs WHERE _record = 4995"),
            "v4995");
  EXPECT_EQ(one("SELECT uid FROM cloudtrail_logs WHERE _record = 255"),
            "00000000-0000-00ff-0000-000000000001");
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs WHERE epoch(_time) = _record"), "5000");
}

/// A text of `i` bytes of length classes around every border that the loader knows, told by its number.
std::string sized_text(int i) {
  constexpr std::array kSizes = {0, 1, 4, 11, 12, 13, 200, 16383, 16384, 16385, 65536, 300'000};
  const auto size = static_cast<std::size_t>(kSizes[static_cast<std::size_t>(i) % kSizes.size()]);
  std::string out(size, static_cast<char>('a' + i % 26));
  const std::string number = std::to_string(i);
  if (size > number.size()) out.replace(size - number.size(), number.size(), number);
  return out;
}

TEST_F(StoreTest, BulkLoadKeepsTextsOfEverySizeOverManyChunks) {
  constexpr int kRows = 480;
  class Texts final : public RowFeed {
   public:
    std::unique_ptr<RowStream> open() override {
      class Stream final : public RowStream {
       public:
        explicit Stream(std::atomic<int>& next) : next_(next) {}
        Result<std::size_t> fill(RowWriter& w, std::size_t) override {
          std::size_t n = 0;
          for (; n < 25; ++n) {
            const int i = next_++;
            if (i >= kRows) break;
            w.text(0, sized_text(i));
            w.text(1, sized_text(i + 1));
            w.integer(2, static_cast<std::uint32_t>(i));
            w.next_row();
          }
          return n;
        }
        std::atomic<int>& next_;
      };
      return std::make_unique<Stream>(next_);
    }
    std::atomic<int> next_{0};
  } feed;
  const std::vector<std::string> leaves = {"requestparameters", "useragent", "_record"};
  ASSERT_TRUE(store_->load("cloudtrail_logs", leaves, feed, 2, {}));
  auto rows = fetch(store_->engine(),
                    {.sql = "SELECT requestparameters, useragent FROM cloudtrail_logs ORDER BY _record"});
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->rows.size(), static_cast<std::size_t>(kRows));
  for (int i = 0; i < kRows; ++i) {
    const auto& row = rows->rows[static_cast<std::size_t>(i)];
    ASSERT_EQ(to_text(row[0]), sized_text(i)) << i;
    ASSERT_EQ(to_text(row[1]), sized_text(i + 1)) << i;
  }
}

TEST_F(StoreTest, ALoadThatFailsStoresNothing) {
  class Failing final : public RowFeed {
    std::unique_ptr<RowStream> open() override {
      class Stream final : public RowStream {
        Result<std::size_t> fill(RowWriter&, std::size_t) override {
          return data_loss("test.broken", "the disk is gone");
        }
      };
      return std::make_unique<Stream>();
    }
  } feed;
  const std::vector<std::string> leaves = {"eventname"};
  auto loaded = store_->load("cloudtrail_logs", leaves, feed, 2, {});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().id, "test.broken");
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs"), "0");
}

TEST_F(StoreTest, AppendTurnsJsonIntoLists) {
  const std::vector<std::vector<Cell>> rows = {
      {std::string("f-1"), std::string("t"), std::string("high"), JsonText{R"(["T1078","a\"b"])"},
       JsonText{"[]"}, std::int64_t{3}, Timestamp{}, Timestamp{}, JsonText{"[]"}, JsonText{"[]"},
       JsonText{"[]"}, JsonText{"[]"}, JsonText{"[]"}, JsonText{"[]"}, JsonText{"[]"}, JsonText{"[]"},
       std::int64_t{0}, std::string(), JsonText{"[]"}}};
  auto appended = store_->append("findings", rows);
  ASSERT_TRUE(appended) << appended.error().message;
  EXPECT_EQ(one("SELECT techniques[2] FROM findings"), "a\"b");
}

TEST_F(StoreTest, ANewerFileIsRefused) {
  ASSERT_TRUE(store_->execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'"));
  store_.reset();
  auto again = open(path(), {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().id, "store.newer");
}

TEST(DatabaseError, NamesTheCauseWhenAStatementFailsTwice) {
  const std::string twice =
      "Invalid Input Error: Attempting to execute an unsuccessful or closed pending query result\nError: ";
  EXPECT_EQ(database_error(DUCKDB_ERROR_INVALID_INPUT, twice + "INTERRUPT Error: Interrupted!").code,
            ErrorCode::cancelled);
  EXPECT_EQ(database_error(DUCKDB_ERROR_INVALID_INPUT, twice + "IO Error: x: No space left on device").id,
            "store.disk_full");
  const Error io = database_error(DUCKDB_ERROR_INVALID_INPUT, twice + "IO Error: x");
  EXPECT_EQ(io.id, "store.io");
  EXPECT_EQ(io.message, "IO Error: x");
}

TEST_F(StoreTest, AStopEndsALongQuery) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  auto t = fetch(store_->engine(),
                 {.sql = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range < b.range"},
                 stop.get_token());
  ASSERT_FALSE(t);
  EXPECT_EQ(t.error().code, ErrorCode::cancelled);
  EXPECT_EQ(one("SELECT 1"), "1");
}

}  // namespace
}  // namespace backtrail::store
