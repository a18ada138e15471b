#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/progress.h"
#include "base/time.h"
#include "casefile/detail/copy.h"

struct archive;

namespace backtrail::casefile {

/// Writes a zip (zip64 where needed). What is compressed already is stored, the rest deflated.
class ZipWriter {
 public:
  /// A new file. Error `os.exists`.
  [[nodiscard]] static Result<ZipWriter> create(const std::filesystem::path& file);
  ZipWriter(ZipWriter&&) noexcept;
  ~ZipWriter();

  /// `path`: ASCII, with '/'.
  [[nodiscard]] Result<void> add(std::string_view path, std::string_view bytes, Timestamp modified);
  /// Copies the file and gives the hash of what was copied. Error `archive.altered` when its length
  /// changes meanwhile.
  [[nodiscard]] Result<Digest> add_file(std::string_view path, const std::filesystem::path& from,
                                        Progress& progress, const std::stop_token& stop);
  /// Ends the archive; it is durable then.
  [[nodiscard]] Result<void> finish();

 private:
  ZipWriter(FileHandle file, std::filesystem::path path);
  [[nodiscard]] Result<void> header(std::string_view path, std::uint64_t bytes, unsigned mode,
                                    Timestamp modified);
  [[nodiscard]] Result<void> data(std::string_view bytes);
  [[nodiscard]] Error failure(std::string_view what) const;

  FileHandle file_;
  std::filesystem::path path_;
  struct ::archive* archive_;
};

}  // namespace backtrail::casefile
