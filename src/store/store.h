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

/// Writes one row's cells into a table; columns by their number in the table given to `load`.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void text(std::size_t column, std::string_view value) = 0;
  virtual void integer(std::size_t column, std::int64_t value) = 0;
  virtual void boolean(std::size_t column, bool value) = 0;
  virtual void time(std::size_t column, Timestamp value) = 0;
  virtual void uuid(std::size_t column, std::uint64_t high, std::uint64_t low) = 0;
};

enum class Access : std::uint8_t { read_only, read_write };

struct OpenOptions {
  Access access = Access::read_only;
  unsigned threads = 0;                              // 0: all cores
  std::uint64_t memory_limit_bytes = std::uint64_t{320} << 20;
  std::filesystem::path temporary_directory{};       // spills; empty: beside the file
};

class Store {
 public:
  virtual ~Store() = default;

  /// SQL of the program itself: DuckDB's dialect, no function layer, parameters bound.
  [[nodiscard]] virtual Engine& engine() = 0;
  /// SQL of users: Athena's dialect (function layer, rewriter), no writes, no files, no network, no
  /// settings. Made on first use.
  [[nodiscard]] virtual Result<Engine*> user_engine() = 0;
  /// Runs statements that return no rows. Read-write stores only.
  [[nodiscard]] virtual Result<void> execute(std::string_view sql) = 0;
  [[nodiscard]] virtual Result<void> execute(const Query& query) = 0;
  [[nodiscard]] virtual Result<void> begin() = 0;
  [[nodiscard]] virtual Result<void> commit() = 0;
  [[nodiscard]] virtual Result<void> rollback() = 0;
  /// Writes everything into the one file.
  [[nodiscard]] virtual Result<void> checkpoint() = 0;
  /// Appends small tables row by row: cells in the table's column order.
  [[nodiscard]] virtual Result<void> append(std::string_view table,
                                            std::span<const std::vector<Cell>> rows) = 0;
};

/// The version of tables and views; a file with a higher one is refused (`store.newer`).
inline constexpr int kSchemaVersion = 1;

/// Opens the file; read-write creates it and its tables when missing. Errors: `store.newer`,
/// `store.older` (read-only open of a file that needs migration), `store.locked`, `store.broken`.
[[nodiscard]] Result<std::unique_ptr<Store>> open(const std::filesystem::path& path,
                                                  const OpenOptions& options);

}  // namespace backtrail::store
