#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/file.h"
#include "ingest/detail/guard.h"
#include "ingest/detail/streams.h"
#include "store/parquet_rows.h"

namespace backtrail::ingest::detail {

/// The rows of a Parquet file as lines of JSON. Their size counts as output against bombs.
class ParquetStream final : public ByteStream {
 public:
  ParquetStream(store::ParquetRows& rows, Guard& guard) : rows_(&rows), guard_(&guard) {}

  /// A file that lies on disk as it is.
  void start(const FileHandle& file);
  /// Content that a container gives: Parquet is read from its end, so it goes into a temporary file without
  /// a name first. The container's bounds are the file's bounds.
  void start(ByteStream& in);

  /// What `start` met too is told here.
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override;

 private:
  store::ParquetRows* rows_;
  Guard* guard_;
  std::optional<Error> error_{};
  std::string lines_{};
  std::size_t given_ = 0;
  bool ended_ = false;
};

}  // namespace backtrail::ingest::detail
