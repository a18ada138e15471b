#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace backtrail::store {

/// Rows of Parquet files, one file after another, each as one compact JSON object on a line of its own.
/// Columns and members that are NULL are left out. A database of its own in memory reads them, with one
/// thread and bounded memory; it is given one fixed statement and the file at hand: no text of a user or of
/// a log, no extension, no network. Rows come in the file's order. Not thread-safe; one object per thread, reused.
class ParquetRows {
 public:
  ParquetRows();
  ~ParquetRows();
  ParquetRows(const ParquetRows&) = delete;
  ParquetRows& operator=(const ParquetRows&) = delete;

  /// Starts on the file that `descriptor` is open on (for reading; duplicated). Errors: `parquet_corrupt`
  /// (`data_loss`) when the footer is cut or does not hold together, `parquet.unavailable`.
  [[nodiscard]] Result<void> start(int descriptor);
  /// Appends the next rows to `lines`; false: there are no more. An error (`parquet_corrupt`) ends the
  /// file: rows given before it are good.
  [[nodiscard]] Result<bool> next(std::string& lines);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Appends compact JSON without the object members whose value is null; what is inside texts stays as it is.
void append_without_nulls(std::string_view json, std::string& out);

}  // namespace backtrail::store
