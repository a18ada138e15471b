#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "model/log_type.h"

/// The case's database behind one seam: DuckDB's C API never leaves this module.
namespace backtrail::store {

struct Column {
  std::string name{};
  std::string type{};  // SQL name: "VARCHAR", "BIGINT", "STRUCT(a VARCHAR)", "IPADDRESS", …
};

/// Text of a nested value (list, struct, map, JSON) as JSON.
struct JsonText {
  std::string text{};
  friend bool operator==(const JsonText&, const JsonText&) = default;
};

/// One cell of a result. Other types (DECIMAL, DATE, INTERVAL, UUID, …) arrive as their SQL text.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string, Timestamp, JsonText>;

[[nodiscard]] bool is_null(const Cell& c);
/// "" for NULL, RFC 3339 for times, JSON for nested values.
[[nodiscard]] std::string to_text(const Cell& c);
/// The cell as that type; the type's empty value for NULL or another type.
[[nodiscard]] std::int64_t to_int(const Cell& c);
[[nodiscard]] std::optional<Timestamp> to_time(const Cell& c);

/// Rows one after the other; returns false from `row` to stop early.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void columns(std::span<const Column> columns) = 0;
  [[nodiscard]] virtual bool row(std::span<const Cell> cells) = 0;
  /// What the user should know about a query that runs all the same, with its place; before `columns`.
  virtual void note(std::string_view) {}
};

/// A whole result in memory, for answers of bounded size.
struct Table {
  std::vector<Column> columns{};
  std::vector<std::vector<Cell>> rows{};
};

struct Query {
  std::string sql{};                   // one statement; parameters as $1, $2, …
  std::vector<Cell> parameters{};
};

/// Where SQL runs: DuckDB here; Trino and Athena speak the same interface.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Streams the result. Errors: `sql.syntax`, `sql.unknown_table`, `sql.unknown_column`, `sql.failed`
  /// (position and a near name in the message), `sql.forbidden`, `interrupted` after `stop`.
  [[nodiscard]] virtual Result<void> run(const Query& query, RowSink& sink, std::stop_token stop) = 0;
  [[nodiscard]] virtual std::string_view dialect() const = 0;  // "duckdb", "trino"
};

/// Runs a query and keeps its rows.
[[nodiscard]] Result<Table> fetch(Engine& engine, const Query& query, std::stop_token stop = {});

/// Writes the rows of a bulk load. Leaves are numbered as given to `Store::load`; a leaf not written in
/// a row is NULL there. Text must be valid UTF-8. A leaf named `<column>:json` takes sound JSON as text and
/// becomes what the nested column is: members that the column lacks are left out, missing ones are NULL.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void text(std::size_t leaf, std::string_view value) = 0;
  virtual void integer(std::size_t leaf, std::uint32_t value) = 0;       // INTEGER columns
  virtual void big_integer(std::size_t leaf, std::int64_t value) = 0;   // BIGINT columns
  virtual void real(std::size_t leaf, double value) = 0;                // DOUBLE columns
  virtual void date(std::size_t leaf, std::int32_t days) = 0;           // DATE columns, since 1970
  virtual void time(std::size_t leaf, Timestamp value) = 0;
  virtual void uuid(std::size_t leaf, std::uint64_t high, std::uint64_t low) = 0;
  /// Makes the struct, list or map at this leaf present although nothing is in it.
  virtual void present(std::size_t leaf) = 0;
  /// Appends an item to the list or map ("resources[]"); its leaves ("resources[].arn") then write into it.
  virtual void item(std::size_t list_leaf) = 0;
  virtual void next_row() = 0;
};

/// One thread's share of a bulk load.
class RowStream {
 public:
  virtual ~RowStream() = default;
  /// Writes at most `capacity` rows; 0 = this stream is at its end.
  [[nodiscard]] virtual Result<std::size_t> fill(RowWriter& writer, std::size_t capacity) = 0;
};

/// Where the rows come from: each of the database's threads opens a stream and drains it.
class RowFeed {
 public:
  virtual ~RowFeed() = default;
  [[nodiscard]] virtual std::unique_ptr<RowStream> open() = 0;
};

enum class Access : std::uint8_t { read_only, read_write };

struct OpenOptions {
  Access access = Access::read_only;
  unsigned threads = 0;                              // 0: all cores
  std::uint64_t memory_limit_bytes = std::uint64_t{320} << 20;
  std::filesystem::path temporary_directory{};       // spills; empty: beside the file
  std::vector<std::filesystem::path> writable{};     // files that `export_parquet` may write
  std::span<const model::LogType* const> log_types{};  // tables beside CloudTrail's; must outlive the store
};

class Store {
 public:
  virtual ~Store() = default;

  /// SQL of the program itself: DuckDB's dialect, no function layer, parameters bound.
  [[nodiscard]] virtual Engine& engine() = 0;
  /// SQL of users: Athena's dialect (function layer, rewriter), no writes, no files, no network, no
  /// settings. Made on first use.
  [[nodiscard]] virtual Result<Engine*> user_engine() = 0;
  /// Writes a user query's result as a Parquet file; `path` must be among OpenOptions::writable.
  [[nodiscard]] virtual Result<std::uint64_t> export_parquet(const Query& query,
                                                             const std::filesystem::path& path,
                                                             std::stop_token stop) = 0;
  /// Runs statements that return no rows. Read-write stores only.
  [[nodiscard]] virtual Result<void> execute(std::string_view sql) = 0;
  [[nodiscard]] virtual Result<void> execute(const Query& query) = 0;
  [[nodiscard]] virtual Result<void> begin() = 0;
  [[nodiscard]] virtual Result<void> commit() = 0;
  [[nodiscard]] virtual Result<void> rollback() = 0;
  /// Writes everything into the one file.
  [[nodiscard]] virtual Result<void> checkpoint() = 0;
  /// Bulk load: `leaves` are the columns written ("eventname", "useridentity.arn", "resources[]",
  /// "resources[].arn"), in the numbering that the writer uses. Rows land in no particular order.
  [[nodiscard]] virtual Result<std::uint64_t> load(std::string_view table,
                                                   std::span<const std::string> leaves,
                                                   RowFeed& feed, unsigned threads,
                                                   std::stop_token stop) = 0;
  /// Appends small tables row by row: cells in the table's column order.
  [[nodiscard]] virtual Result<void> append(std::string_view table,
                                            std::span<const std::vector<Cell>> rows) = 0;
  /// Makes view `events` (all that happened, of all log types) and view `records` (where each stored
  /// record lies) anew, of the tables that hold rows now: empty ones would cost every question time.
  [[nodiscard]] virtual Result<void> refresh_events() = 0;
};

/// The version of tables and views; a file with a higher one is refused (`store.newer`).
inline constexpr int kSchemaVersion = 5;

/// Opens the file; read-write creates it and its tables when missing. Errors: `store.newer`,
/// `store.older` (tables of an earlier version, or none and read-only: the tables are derived, so they are
/// made again rather than migrated), `store.locked`, `store.broken`.
[[nodiscard]] Result<std::unique_ptr<Store>> open(const std::filesystem::path& path,
                                                  const OpenOptions& options);

}  // namespace backtrail::store
