#include "ingest/detail/parquet_stream.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace backtrail::ingest::detail {
namespace {

Result<FileHandle> unnamed_file() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  FileHandle file(::open(error ? "/tmp" : folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  return make_error(ErrorCode::unavailable, "parquet_spool",
                    "no temporary file in " + folder.string() + " (" + std::strerror(errno) +
                        "); set TMPDIR to a folder with room, or unpack the archive by hand");
}

/// All of `in`, in a file that goes away with its handle.
Result<FileHandle> spooled(ByteStream& in) {
  BACKTRAIL_ASSIGN(FileHandle file, unnamed_file());
  std::vector<char> piece(kPieceBytes);
  for (;;) {
    BACKTRAIL_ASSIGN(const std::size_t n, in.read(piece));
    if (n == 0) return file;
    BACKTRAIL_RETURN_IF_ERROR(write_all(file, {piece.data(), n}));
  }
}

}  // namespace

void ParquetStream::start(const FileHandle& file) {
  if (auto started = rows_->start(file.get()); !started) error_ = started.error();
}

void ParquetStream::start(ByteStream& in) {
  const Result<FileHandle> file = spooled(in);
  if (!file)
    error_ = file.error();
  else
    start(*file);
}

Result<std::size_t> ParquetStream::read(std::span<char> buffer) {
  while (given_ == lines_.size() && !ended_ && !error_) {
    lines_.clear();
    given_ = 0;
    const Result<bool> more = rows_->next(lines_);
    if (!more) error_ = more.error();
    ended_ = more && !*more;
    if (auto sound = guard_->produce(lines_.size()); !sound) error_ = sound.error();
  }
  if (given_ == lines_.size() && error_) {
    ended_ = true;
    return *std::exchange(error_, std::nullopt);
  }
  const std::size_t n = std::min(buffer.size(), lines_.size() - given_);
  std::memcpy(buffer.data(), lines_.data() + given_, n);
  given_ += n;
  return n;
}

}  // namespace backtrail::ingest::detail
