#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

/// What the answers share when they talk to the store.
namespace backtrail::analysis {

/// The texts of a list column (they arrive as a JSON array); NULL members become "".
[[nodiscard]] std::vector<std::string> to_list(const store::Cell& cell);
[[nodiscard]] store::Cell list_cell(const std::vector<std::string>& texts);
/// Empty text becomes NULL.
[[nodiscard]] store::Cell text_cell(std::string_view text);
[[nodiscard]] store::Cell time_cell(std::optional<Timestamp> t);
[[nodiscard]] std::uint64_t to_count(const store::Cell& cell);

/// Calls `row` for each row of the result until it returns false.
[[nodiscard]] Result<void> each_row(store::Engine& engine, const store::Query& query,
                                    FunctionRef<bool(std::span<const store::Cell>)> row,
                                    std::stop_token stop);

/// Conditions joined by AND, with their parameters numbered as they come.
class Where {
 public:
  /// In `condition`, each `?` stands for `value`, bound once.
  void add(std::string_view condition, store::Cell value);
  void add(std::string_view condition);
  /// [from, to) on column `time`; a row without a time is outside of every bounded window.
  void window(std::string_view column, const TimeWindow& window);
  /// "" or "WHERE …".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::vector<store::Cell>& parameters() const { return parameters_; }
  /// Binds one more parameter; gives its "$n".
  [[nodiscard]] std::string bind(store::Cell value);

 private:
  std::vector<std::string> conditions_;
  std::vector<store::Cell> parameters_;
};

/// Inserts rows given as JSON objects, in pieces of bounded size.
class RowInserter {
 public:
  /// `shape`: the columns and their types as DuckDB's from_json takes them:
  /// `{"id":"VARCHAR","l":["VARCHAR"]}`.
  RowInserter(store::Store& store, std::string_view table, std::string_view shape);
  /// Begins a row: write its members (key and value), then call `end_row`.
  [[nodiscard]] JsonWriter& begin_row();
  [[nodiscard]] Result<void> end_row();
  /// Writes what is left.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> flush();

  store::Store& store_;
  std::string sql_;
  JsonWriter row_{};
  std::string rows_{};
};
/// A member that is null when the text is empty.
void text_member(JsonWriter& w, std::string_view key, std::string_view text);
void time_member(JsonWriter& w, std::string_view key, std::optional<Timestamp> t);
void list_member(JsonWriter& w, std::string_view key, const std::vector<std::string>& texts);

/// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(store::Store& store);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(store::Store* store) : store_(store) {}
  store::Store* store_;
};

}  // namespace backtrail::analysis
