#include <sys/stat.h>

#include <charconv>
#include <thread>

#include "base/content.h"
#include "base/file.h"
#include "store/detail/engine.h"
#include "store/detail/load.h"
#include "store/detail/log_tables.h"
#include "store/detail/user_engine.h"
#include "store/functions/rule_functions.h"
#include "store/store.h"

namespace backtrail::store {
namespace fs = std::filesystem;
namespace {

Result<Database> open_database(const fs::path& path, const OpenOptions& options) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) == DuckDBError)
    return internal_error("store.config", "the database gave no configuration");
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  const fs::path temporary = options.temporary_directory.empty()
                                 ? fs::path(path.string() + ".tmp")
                                 : options.temporary_directory;
  const std::pair<const char*, std::string> settings[] = {
      {"access_mode", options.access == Access::read_only ? "READ_ONLY" : "READ_WRITE"},
      {"threads", std::to_string(threads)},
      {"memory_limit", std::to_string(options.memory_limit_bytes >> 20) + "MiB"},
      {"temp_directory", temporary.string()},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      // zstd and dictionary columns of the newer storage; 1.5 and later open it
      {"storage_compatibility_version", "v1.5.0"},
      {"preserve_insertion_order", "false"},
      // A large commit goes straight into the file instead of through the write-ahead log first.
      {"checkpoint_threshold", "1MiB"},
      // Merging the two half-full row groups that threads leave at the end of a load reads and compresses
      // them all again: a fifth of an import of 0.5 GB. Small imports fill up the last row group anyway.
      {"max_vacuum_tasks", "0"},
  };
  for (const auto& [key, value] : settings)
    if (duckdb_set_config(config, key, value.c_str()) == DuckDBError) {
      duckdb_destroy_config(&config);
      return internal_error("store.config", std::string("the database refused ") + key);
    }
  duckdb_database raw = nullptr;
  char* message = nullptr;
  const duckdb_state state = duckdb_open_ext(path.c_str(), &raw, config, &message);
  duckdb_destroy_config(&config);
  Database database(raw);
  if (state == DuckDBError) {
    const std::string text = take_text(message);
    if (text.find("lock") != std::string::npos)
      return make_error(ErrorCode::unavailable, "store.locked",
                        path.string() + " is in use by another program: " + text);
    if (text.find("No space left") != std::string::npos)
      return make_error(ErrorCode::resource_exhausted, "store.disk_full", text);
    return data_loss("store.broken", path.string() +
                                         " cannot be opened; `backtrail case rebuild` makes it anew "
                                         "from the evidence: " +
                                         text);
  }
  return database;
}

class DuckStore final : public Store {
 public:
  DuckStore(Database database, Connection connection, OpenOptions options)
      : database_(std::move(database)), engine_(std::move(connection)), options_(std::move(options)) {}

  /// No file or network access from SQL from here on, and no way back.
  [[nodiscard]] Result<void> harden() {
    std::string sql = "SET GLOBAL TimeZone = 'UTC';";
    if (!options_.writable.empty()) {
      std::string list;
      for (const fs::path& p : options_.writable)
        list += (list.empty() ? "" : ", ") + sql_text(p.string());
      sql += "SET GLOBAL allowed_paths = [" + list + "];";
    }
    sql += "SET GLOBAL enable_external_access = false;";
    return run_statements(engine_.connection(), sql);
  }

  [[nodiscard]] Result<void> add_functions() { return add_rule_functions(engine_.connection()); }

  Engine& engine() override { return engine_; }

  Result<Engine*> user_engine() override {
    if (!user_engine_) {
      BACKTRAIL_ASSIGN(Connection connection, connect(database_.get()));
      BACKTRAIL_ASSIGN(user_engine_, UserEngine::create(std::move(connection)));
    }
    return user_engine_.get();
  }

  Result<void> execute(std::string_view sql) override {
    return run_statements(engine_.connection(), sql);
  }
  Result<void> execute(const Query& query) override {
    class Drop final : public RowSink {
      void columns(std::span<const Column>) override {}
      bool row(std::span<const Cell>) override { return true; }
    } drop;
    return engine_.run(query, drop, {});
  }
  Result<void> begin() override { return execute("BEGIN TRANSACTION"); }
  Result<void> commit() override { return execute("COMMIT"); }
  Result<void> rollback() override { return execute("ROLLBACK"); }
  Result<void> checkpoint() override { return execute("CHECKPOINT"); }

  Result<std::uint64_t> load(std::string_view table, std::span<const std::string> leaves,
                             RowFeed& feed, unsigned threads, std::stop_token stop) override {
    return bulk_load(engine_.connection(), table, leaves, feed, threads, std::move(stop));
  }

  Result<void> append(std::string_view table, std::span<const std::vector<Cell>> rows) override;
  Result<void> refresh_events() override;

  Result<std::uint64_t> export_parquet(const Query& query, const fs::path& path,
                                       std::stop_token stop) override {
    BACKTRAIL_ASSIGN(Engine* const engine, user_engine());
    return static_cast<UserEngine*>(engine)->export_parquet(query, path, std::move(stop));
  }

 private:
  Database database_;
  ProgramEngine engine_;
  OpenOptions options_;
  std::unique_ptr<UserEngine> user_engine_;
};

Result<void> DuckStore::append(std::string_view table, std::span<const std::vector<Cell>> rows) {
  // Many rows a statement: each statement costs the open transaction memory of its own.
  constexpr std::size_t kRowsAtOnce = 64;
  while (!rows.empty()) {
    const auto batch = rows.first(std::min(kRowsAtOnce, rows.size()));
    rows = rows.subspan(batch.size());
    std::string sql = "INSERT INTO " + std::string(table) + " ";
    std::vector<Cell> parameters;
    for (const std::vector<Cell>& row : batch) {
      sql += parameters.empty() ? "SELECT " : " UNION ALL SELECT ";
      for (std::size_t c = 0; c < row.size(); ++c) {
        parameters.push_back(row[c]);
        const std::string parameter = "$" + std::to_string(parameters.size());
        // Lists arrive as JSON text and become what the column is.
        const bool nested = std::holds_alternative<JsonText>(row[c]);
        sql += (c == 0 ? "" : ", ") + (nested ? "CAST(" + parameter + " AS JSON)" : parameter);
      }
    }
    BACKTRAIL_RETURN_IF_ERROR(execute(Query{.sql = sql, .parameters = std::move(parameters)}));
  }
  return {};
}

Result<void> DuckStore::refresh_events() {
  std::vector<const model::LogType*> filled;
  for (const model::LogType* type : options_.log_types) {
    if (type->fields.empty()) continue;
    BACKTRAIL_ASSIGN(const Table any,
                     fetch(engine_, {.sql = "SELECT 1 FROM main." + quoted_name(type->table) + " LIMIT 1"}));
    if (!any.rows.empty()) filled.push_back(type);
  }
  return execute(events_sql(filled));
}

/// nullopt: a file without tables.
Result<std::optional<int>> schema_version(Engine& engine) {
  BACKTRAIL_ASSIGN(const Table tables,
                   fetch(engine, {.sql = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta' "
                                         "AND schema_name = 'main'"}));
  if (to_int(tables.rows[0][0]) == 0) return std::optional<int>();
  BACKTRAIL_ASSIGN(const Table rows,
                   fetch(engine, {.sql = "SELECT value FROM meta WHERE key = 'schema_version'"}));
  const std::string text = rows.rows.empty() ? std::string() : to_text(rows.rows[0][0]);
  int version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return std::optional(version);
}

Result<void> create_schema(DuckStore& store, std::span<const model::LogType* const> types) {
  std::string sql = "BEGIN TRANSACTION;";
  for (const char* file : {"src/store/schema.sql", "src/store/events_view.sql", "src/store/views.sql"})
    if (const auto text = shipped_file(file)) sql.append(*text).append("\n");
  for (const model::LogType* type : types) {
    sql += table_sql(*type);
    // the further names and shapes under which AWS publishes the table
    if (const auto text = shipped_file("src/store/views/" + type->table + ".sql")) sql.append(*text).append("\n");
  }
  sql += events_sql({}) + "CREATE VIEW \"default\".events AS SELECT * FROM main.events;\n";
  sql += "INSERT INTO meta VALUES ('schema_version', '" + std::to_string(kSchemaVersion) + "');COMMIT;";
  return store.execute(sql);
}

}  // namespace

Result<std::unique_ptr<Store>> open(const fs::path& path, const OpenOptions& options) {
  const bool fresh = !backtrail::exists(path);
  if (fresh && options.access == Access::read_only)
    return not_found("store.missing", path.string() + " does not exist");
  BACKTRAIL_ASSIGN(Database database, open_database(path, options));
  BACKTRAIL_ASSIGN(Connection connection, connect(database.get()));
  auto store = std::make_unique<DuckStore>(std::move(database), std::move(connection), options);
  BACKTRAIL_ASSIGN(const std::optional<int> version, schema_version(store->engine()));
  if (version > kSchemaVersion)
    return failed_precondition("store.newer",
                               path.string() + " was written by a newer backtrail (tables of version " +
                                   std::to_string(*version) + ", this program knows " +
                                   std::to_string(kSchemaVersion) + "). Use the newer program.");
  const bool can_create = !version && options.access == Access::read_write;
  if (version.value_or(0) < kSchemaVersion && !can_create)
    return failed_precondition(
        "store.older", path.string() + " holds no tables of version " + std::to_string(kSchemaVersion) +
                           ", which this program works with; `backtrail case rebuild` makes them from "
                           "evidence and ledger");
  if (!version) BACKTRAIL_RETURN_IF_ERROR(create_schema(*store, options.log_types));
  BACKTRAIL_RETURN_IF_ERROR(store->add_functions());
  BACKTRAIL_RETURN_IF_ERROR(store->harden());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace backtrail::store
