#include "casefile/detail/zip_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/cancel.h"
#include "base/hash.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

bool is_compressed(std::string_view path) {
  static constexpr std::array<std::string_view, 7> kEndings = {".gz",  ".zst", ".bz2",    ".zip",
                                                               ".tgz", ".xz",  ".parquet"};
  for (const std::string_view e : kEndings)
    if (path.ends_with(e)) return true;
  return false;
}

}  // namespace

Result<ZipWriter> ZipWriter::create(const fs::path& file) {
  FileHandle handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!handle) return system_error("create " + file.string(), errno);
  ZipWriter out(std::move(handle), file);
  if (archive_write_set_format_zip(out.archive_) != ARCHIVE_OK ||
      archive_write_open_fd(out.archive_, out.file_.get()) != ARCHIVE_OK)
    return out.failure("start");
  return out;
}

ZipWriter::ZipWriter(FileHandle file, fs::path path)
    : file_(std::move(file)), path_(std::move(path)), archive_(archive_write_new()) {}
ZipWriter::ZipWriter(ZipWriter&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      archive_(std::exchange(other.archive_, nullptr)) {}
ZipWriter::~ZipWriter() {
  if (archive_ != nullptr) archive_write_free(archive_);
}

Error ZipWriter::failure(std::string_view what) const {
  const int number = archive_errno(archive_);
  const std::string doing = std::string(what) + " " + path_.string();
  if (number > 0 && number < 4096)
    return system_error(doing, number);  // libarchive's own are others
  const char* text = archive_error_string(archive_);
  return internal_error("archive.failed",
                        doing + ": " + (text != nullptr ? text : "libarchive failed"));
}

Result<void> ZipWriter::header(std::string_view path, std::uint64_t bytes, unsigned mode,
                               Timestamp modified) {
  struct archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, std::string(path).c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, static_cast<__LA_MODE_T>(mode));
  archive_entry_set_size(entry, static_cast<la_int64_t>(bytes));
  archive_entry_set_mtime(
      entry, std::chrono::floor<std::chrono::seconds>(modified).time_since_epoch().count(), 0);
  const int compression = is_compressed(path) ? archive_write_zip_set_compression_store(archive_)
                                              : archive_write_zip_set_compression_deflate(archive_);
  const int status =
      compression == ARCHIVE_OK ? archive_write_header(archive_, entry) : compression;
  archive_entry_free(entry);
  if (status != ARCHIVE_OK) return failure("write");
  return {};
}

Result<void> ZipWriter::data(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t n = archive_write_data(archive_, bytes.data(), bytes.size());
    if (n <= 0) return failure("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> ZipWriter::add(std::string_view path, std::string_view bytes, Timestamp modified) {
  BACKTRAIL_RETURN_IF_ERROR(header(path, bytes.size(), 0644, modified));
  return data(bytes);
}

Result<Digest> ZipWriter::add_file(std::string_view path, const fs::path& from, Progress& progress,
                                   const std::stop_token& stop) {
  BACKTRAIL_ASSIGN(const Source source, open_source(from));
  BACKTRAIL_RETURN_IF_ERROR(
      header(path, source.bytes, path.starts_with("evidence/") ? 0444 : 0644, source.modified));
  Sha256Stream hash;
  Digest out;
  std::string buffer(std::size_t{1} << 18, '\0');
  for (;;) {
    if (stop.stop_requested()) return cancelled_error("archiving");
    auto n = read_some(source.file, buffer);
    if (!n) return n.error().with_context(from.string());
    if (*n == 0) break;
    out.bytes += *n;
    if (out.bytes > source.bytes) break;
    const std::string_view piece(buffer.data(), *n);
    hash.update(piece);
    BACKTRAIL_RETURN_IF_ERROR(data(piece));
    progress.bytes_done += piece.size();
  }
  if (out.bytes != source.bytes)
    return data_loss("archive.altered", from.string() + " changed while it was read");
  out.sha256 = to_hex(hash.finish());
  progress.files_done += 1;
  return out;
}

Result<void> ZipWriter::finish() {
  if (archive_write_close(archive_) != ARCHIVE_OK) return failure("finish");
  if (::fsync(file_.get()) != 0) return system_error("fsync " + path_.string(), errno);
  return {};
}

}  // namespace backtrail::casefile
