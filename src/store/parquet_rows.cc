#include "store/parquet_rows.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/file.h"
#include "store/detail/handles.h"

namespace backtrail::store {
namespace {

Error corrupt(std::string_view message) {
  // The path that the database was given means nothing to the user.
  std::string text(message.substr(0, message.find('\n')));
  for (std::size_t at; (at = text.find("/proc/self/fd/")) != std::string::npos;) {
    std::size_t end = at + std::string_view("/proc/self/fd/").size();
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    text.replace(at, end - at, "the file");
  }
  return data_loss("parquet_corrupt", text);
}

/// What the statement calls a row: a column of this name would stand for the whole.
const std::string kRow = "backtrail_whole_row_7f3ac2d1";

/// A database that no SQL but ours reaches: the one statement below, over one descriptor. (Its list of
/// allowed paths would be of no use: it resolves them, and the descriptor means another file each time.)
Result<Database> open_reader_database() {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) == DuckDBError)
    return internal_error("parquet.unavailable", "the database gave no configuration");
  const std::pair<const char*, std::string> settings[] = {
      {"threads", "1"},
      {"memory_limit", "192MiB"},
      {"temp_directory", ""},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_unsigned_extensions", "false"},
      {"preserve_insertion_order", "true"},
  };
  for (const auto& [key, value] : settings)
    if (duckdb_set_config(config, key, value.c_str()) == DuckDBError) {
      duckdb_destroy_config(&config);
      return internal_error("parquet.unavailable", std::string("the database refused ") + key);
    }
  duckdb_database raw = nullptr;
  char* message = nullptr;
  const duckdb_state state = duckdb_open_ext(nullptr, &raw, config, &message);
  duckdb_destroy_config(&config);
  Database database(raw);
  if (state == DuckDBError) return internal_error("parquet.unavailable", take_text(message));
  BACKTRAIL_ASSIGN(const Connection connection, connect(database.get()));
  BACKTRAIL_RETURN_IF_ERROR(run_statements(
      connection.get(), "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_external_file_cache = false; "
                        "SET GLOBAL lock_configuration = true;"));
  return database;
}

}  // namespace

/// All files are read under one descriptor's name, so that the text of a path never gets into SQL, and
/// files without a name are read like others.
struct ParquetRows::State {
  FileHandle slot{};
  std::string path{};
  Database database{};
  Connection connection{};
  std::optional<ResultHandle> result{};

  Result<void> open() {
    if (connection) return {};
    if (!slot) {
      slot = FileHandle(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!slot)
        return make_error(ErrorCode::unavailable, "parquet.unavailable", "no file descriptor is to be had");
      path = "/proc/self/fd/" + std::to_string(slot.get());
    }
    BACKTRAIL_ASSIGN(database, open_reader_database());
    BACKTRAIL_ASSIGN(connection, connect(database.get()));
    return {};
  }
  /// A database that has met what it did not expect may refuse all that follows.
  void close() {
    result.reset();
    connection.reset();
    database.reset();
  }
};

ParquetRows::ParquetRows() : state_(std::make_unique<State>()) {}
ParquetRows::~ParquetRows() { state_->result.reset(); }

Result<void> ParquetRows::start(int descriptor) {
  State& s = *state_;
  s.result.reset();
  BACKTRAIL_RETURN_IF_ERROR(s.open());
  if (::dup3(descriptor, s.slot.get(), O_CLOEXEC) < 0)
    return make_error(ErrorCode::unavailable, "parquet.unavailable", "the file cannot be passed on");
  const std::string sql = "SELECT CAST(to_json(" + kRow + ") AS VARCHAR) FROM read_parquet('" + s.path +
                          "', hive_partitioning = false) AS " + kRow;
  duckdb_prepared_statement raw = nullptr;
  const duckdb_state good = duckdb_prepare(s.connection.get(), sql.c_str(), &raw);
  const Prepared prepared(raw);
  if (good == DuckDBError) {
    const char* const message = duckdb_prepare_error(prepared.get());
    const Error error = corrupt(message != nullptr ? message : "the footer cannot be read");
    s.close();
    return error;
  }
  s.result.emplace();
  if (duckdb_execute_prepared_streaming(prepared.get(), s.result->get()) == DuckDBError) {
    const char* const message = duckdb_result_error(s.result->get());
    const Error error = corrupt(message != nullptr ? message : "the rows cannot be read");
    s.close();
    return error;
  }
  return {};
}

Result<bool> ParquetRows::next(std::string& lines) {
  State& s = *state_;
  if (!s.result) return false;
  const Chunk chunk(duckdb_fetch_chunk(*s.result->get()));
  if (!chunk) {
    if (const char* const message = duckdb_result_error(s.result->get());
        message != nullptr && *message != '\0') {
      const Error error = corrupt(message);
      s.close();
      return error;
    }
    s.result.reset();
    return false;
  }
  const idx_t rows = duckdb_data_chunk_get_size(chunk.get());
  const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
  auto* const texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  for (idx_t row = 0; row < rows; ++row) {
    const std::string_view json(duckdb_string_t_data(&texts[row]), duckdb_string_t_length(texts[row]));
    append_without_nulls(json, lines);
    lines.push_back('\n');
  }
  return true;
}

namespace {

/// How long the value is that means nothing: null, or a number that JSON does not have; 0: it means something.
std::size_t nothing_at(std::string_view rest) {
  for (const std::string_view word : {"null", "NaN", "-NaN", "nan", "-nan", "Infinity", "-Infinity", "inf", "-inf"}) {
    if (!rest.starts_with(word)) continue;
    const char next = rest.size() > word.size() ? rest[word.size()] : '}';
    if (next == ',' || next == '}' || next == ']') return word.size();
  }
  return 0;
}

}  // namespace

void append_without_nulls(std::string_view json, std::string& out) {
  const std::size_t before = out.size();
  std::size_t key = std::string::npos;  // where in `out` the member at hand begins
  for (std::size_t i = 0; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      std::size_t end = i + 1;
      while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, json.size());
      const bool is_key = end < json.size() && json[end] == ':';
      if (is_key) key = out.size();
      out.append(json, i, end - i);
      i = end;
      if (!is_key) continue;
      const std::size_t nothing = nothing_at(json.substr(i + 1));
      if (nothing == 0) {
        out.push_back(':');
        ++i;
        continue;
      }
      out.resize(key);
      i += 1 + nothing;
      // the comma on one side goes with it
      if (out.size() > before && out.back() == ',')
        out.pop_back();
      else if (i < json.size() && json[i] == ',')
        ++i;
      continue;
    }
    // in a list, where its place counts
    if (c != 'n')
      if (const std::size_t nothing = nothing_at(json.substr(i)); nothing != 0) {
        out.append("null");
        i += nothing;
        continue;
      }
    out.push_back(c);
    ++i;
  }
}

}  // namespace backtrail::store
