#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ingest/detail/streams.h"

struct archive;

namespace backtrail::ingest::detail {

/// The files of a zip or tar archive, in their order, by libarchive. Folders, links and devices are
/// passed over.
class ArchiveReader {
 public:
  explicit ArchiveReader(Guard& guard);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// An archive in memory. A zip's directory is used while it is of a reasonable size (libarchive keeps
  /// it in memory); else, and for `open(in)`, entries are read as they come.
  [[nodiscard]] Result<void> open(std::string_view bytes);
  [[nodiscard]] Result<void> open(ByteStream& in);

  /// The next file; false at the end. `content` lives until the next call.
  [[nodiscard]] Result<bool> next(std::string& name, ByteStream*& content);

 private:
  class Content;
  class Source;
  [[nodiscard]] Result<void> prepare(bool seekable_zip);
  [[nodiscard]] Error error(std::string_view what) const;

  Guard* guard_;
  ::archive* archive_ = nullptr;
  std::unique_ptr<Source> source_{};
  std::unique_ptr<Content> content_{};
  bool done_ = false;
  bool cut_zip_ = false;  // a zip without its end record
};

}  // namespace backtrail::ingest::detail
