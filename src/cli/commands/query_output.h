#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "report/rows.h"
#include "store/store.h"

/// Results of user SQL in the form that was asked for.
namespace backtrail::cli {

struct QueryTotals {
  std::uint64_t rows = 0;
  std::uint64_t masked = 0;          // cells in which something was masked
  bool truncated = false;            // there were more rows than the limit
  std::vector<std::string> notes{};  // what the engine says of the query
};

/// The columns' names with each name once, whatever its case: a later one of the same name gets _2,
/// _3, … `taken`: names that none may have.
[[nodiscard]] std::vector<std::string> unique_names(std::span<const store::Column> columns,
                                                    std::set<std::string> taken = {});

/// The query reads a member by a name that tells of a secret: json_extract_scalar(x, '$.password'),
/// element_at(m, 'sessionToken'). What it makes of it has no name to be masked by.
[[nodiscard]] bool takes_secrets_out(std::string_view sql);

/// Writes rows as they come: table, csv, markdown, jsonl (an object a row) or json
/// (`{schema, columns, rows, truncated}`).
class QueryOutput final : public store::RowSink {
 public:
  struct Options {
    std::string format = "table";
    std::uint64_t limit = 0;  // 0: all
    bool unmasked = false;
    /// Set when the query takes secrets out by name: the columns whose values are still known by
    /// theirs; texts of all others are masked whole.
    std::optional<std::set<std::string>> named_columns{};
    bool header = true;
    report::TableOptions table{};
  };
  QueryOutput(std::ostream& out, Options options);
  ~QueryOutput() override;
  void columns(std::span<const store::Column> columns) override;
  void note(std::string_view text) override { totals_.notes.emplace_back(text); }
  [[nodiscard]] bool row(std::span<const store::Cell> cells) override;
  QueryTotals finish();

 private:
  void json_cell(const store::Cell& cell, const std::string& column);
  void json_nested(const std::string& text);
  [[nodiscard]] std::string shown(const std::string& text, const std::string& column);
  [[nodiscard]] std::string shown(const store::Cell& cell, const std::string& column);

  std::ostream& out_;
  Options options_;
  std::vector<store::Column> columns_;
  std::vector<std::string> keys_;  // jsonl
  std::unique_ptr<report::RowWriter> rows_;
  JsonWriter json_;
  QueryTotals totals_;
};

/// A text of this column as it may be shown.
[[nodiscard]] std::string shown_text(const QueryOutput::Options& options, const std::string& column,
                                     const std::string& text);

/// Runs the query into a Parquet file that appears only when it is whole. Nested values become JSON
/// text.
[[nodiscard]] Result<QueryTotals> write_parquet(store::Engine& engine, const std::string& sql,
                                                const std::filesystem::path& file,
                                                const QueryOutput::Options& options,
                                                std::stop_token stop);

}  // namespace backtrail::cli
