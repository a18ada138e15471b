#include <set>

#include "base/file.h"
#include "cli/commands/query_output.h"
#include "report/mask.h"

namespace backtrail::cli {
namespace {

constexpr std::size_t kBatch = 4096;

std::string quote_text(std::string_view name, char quote) {
  std::string out(1, quote);
  for (const char c : name) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

/// The type of the Parquet column: what a cell can carry as it is, else text.
std::string stored_type(const std::string& type) {
  static const std::set<std::string, std::less<>> kKept = {
      "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "TIMESTAMP"};
  return kKept.contains(type) ? type : "VARCHAR";
}

/// Gathers rows in a scratch database, which then writes the file.
class Gather final : public store::RowSink {
 public:
  Gather(store::Store& store, const QueryOutput::Options& options)
      : store_(store), options_(options) {}

  void columns(std::span<const store::Column> columns) override {
    std::string sql = "CREATE TABLE answer (";
    const std::vector<std::string> unique = unique_names(columns);  // a Parquet file needs it
    for (const store::Column& c : columns) {
      sql += (names_.empty() ? "" : ", ") + quote_text(unique[names_.size()], '"') + " " +
             stored_type(c.type);
      names_.push_back(c.name);
      texts_.push_back(stored_type(c.type) == "VARCHAR");
    }
    keep(store_.execute(sql + ")"));
  }

  void note(std::string_view text) override { totals_.notes.emplace_back(text); }

  bool row(std::span<const store::Cell> cells) override {
    if (error_) return false;
    if (options_.limit != 0 && totals_.rows >= options_.limit) {
      totals_.truncated = true;
      return false;
    }
    ++totals_.rows;
    std::vector<store::Cell> kept(cells.begin(), cells.end());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!texts_[i] || store::is_null(kept[i])) continue;
      std::string text = store::to_text(kept[i]);
      if (std::string shown = shown_text(options_, names_[i], text); shown != text) {
        ++totals_.masked;
        text = std::move(shown);
      }
      kept[i] = std::move(text);
    }
    batch_.push_back(std::move(kept));
    return batch_.size() < kBatch || flush();
  }

  Result<QueryTotals> finish() {
    flush();
    if (error_) return *error_;
    return totals_;
  }

 private:
  bool flush() {
    if (!batch_.empty() && !error_) keep(store_.append("answer", batch_));
    batch_.clear();
    return !error_;
  }
  void keep(const Result<void>& r) {
    if (!r && !error_) error_ = r.error();
  }

  store::Store& store_;
  const QueryOutput::Options& options_;
  std::vector<std::string> names_;
  std::vector<bool> texts_;
  std::vector<std::vector<store::Cell>> batch_;
  QueryTotals totals_;
  std::optional<Error> error_;
};

}  // namespace

Result<QueryTotals> write_parquet(store::Engine& engine, const std::string& sql,
                                  const std::filesystem::path& file,
                                  const QueryOutput::Options& options, std::stop_token stop) {
  BACKTRAIL_ASSIGN(const TemporaryDirectory scratch,
                   TemporaryDirectory::create("backtrail-export"));
  const std::string part = std::filesystem::absolute(file).string() + ".part";
  BACKTRAIL_ASSIGN(auto store,
                   store::open(scratch.path() / "export.duckdb",
                               {.access = store::Access::read_write, .writable = {part}}));
  Gather gather(*store, options);
  BACKTRAIL_RETURN_IF_ERROR(engine.run({.sql = sql}, gather, stop));
  BACKTRAIL_ASSIGN(const QueryTotals totals, gather.finish());
  const auto copied = store->execute("COPY answer TO " + quote_text(part, '\'') +
                                     " (FORMAT parquet, COMPRESSION zstd)");
  std::error_code failed;
  if (copied) std::filesystem::rename(part, file, failed);
  if (!copied || failed) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    if (!copied) return copied.error().with_context("write " + file.string());
    return system_error("write " + file.string(), failed.value());
  }
  return totals;
}

}  // namespace backtrail::cli
