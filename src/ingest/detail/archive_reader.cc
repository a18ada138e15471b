#include "ingest/detail/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace backtrail::ingest::detail {
namespace {

constexpr std::uint32_t kInZip64 = 0xFFFF;  // the number of entries stands in another record

/// Of a zip's end record: the number of entries or kInZip64; nothing when the record is missing.
std::optional<std::uint32_t> zip_entries(std::string_view bytes) {
  constexpr std::size_t kRecord = 22;
  constexpr std::size_t kLongestComment = 65535;
  if (bytes.size() < kRecord) return std::nullopt;
  const std::string_view tail =
      bytes.substr(bytes.size() - std::min(bytes.size(), kRecord + kLongestComment));
  const std::size_t at = tail.rfind("PK\x05\x06");
  if (at == std::string_view::npos || at + kRecord > tail.size()) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(tail[at + i]); };
  return byte(10) | (std::uint32_t{byte(11)} << 8);
}

constexpr std::uint32_t kMostListedEntries = 50'000;

}  // namespace

/// Feeds libarchive: from a stream in pieces, or a whole text with seeking.
class ArchiveReader::Source {
 public:
  Source(std::string_view whole, Guard& guard) : whole_(whole), guard_(&guard) {}
  explicit Source(ByteStream& in) : in_(&in), buffer_(kPieceBytes) {}

  static la_ssize_t read(::archive* a, void* self, const void** out) {
    return static_cast<Source*>(self)->read(a, out);
  }
  static la_int64_t seek(::archive*, void* self, la_int64_t offset, int whence) {
    auto* s = static_cast<Source*>(self);
    const auto size = static_cast<la_int64_t>(s->whole_.size());
    const la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_END ? size
                                                   : static_cast<la_int64_t>(s->pos_);
    s->pos_ = static_cast<std::size_t>(std::clamp<la_int64_t>(from + offset, 0, size));
    return static_cast<la_int64_t>(s->pos_);
  }
  static la_int64_t skip(::archive*, void* self, la_int64_t bytes) {
    auto* s = static_cast<Source*>(self);
    const std::size_t n = std::min<std::size_t>(static_cast<std::size_t>(bytes),
                                                s->whole_.size() - s->pos_);
    s->advance(n);
    return static_cast<la_int64_t>(n);
  }
  [[nodiscard]] bool is_whole() const { return in_ == nullptr; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  la_ssize_t read(::archive* a, const void** out) {
    if (in_ == nullptr) {
      const std::size_t n = std::min(kPieceBytes, whole_.size() - pos_);
      *out = whole_.data() + pos_;
      advance(n);
      return static_cast<la_ssize_t>(n);
    }
    Result<std::size_t> n = in_->read(buffer_);
    if (!n) {
      error_ = n.error();
      archive_set_error(a, EIO, "%s", n.error().message.c_str());
      return -1;
    }
    *out = buffer_.data();
    return static_cast<la_ssize_t>(*n);
  }
  /// Consumption is what lies before the furthest place reached: seeking does not count twice.
  void advance(std::size_t n) {
    pos_ += n;
    if (pos_ > furthest_) {
      guard_->consume(pos_ - furthest_);
      furthest_ = pos_;
    }
  }

  std::string_view whole_{};
  Guard* guard_ = nullptr;
  std::size_t pos_ = 0;
  std::size_t furthest_ = 0;
  ByteStream* in_ = nullptr;
  std::vector<char> buffer_{};
  std::optional<Error> error_{};
};

class ArchiveReader::Content final : public ByteStream {
 public:
  explicit Content(ArchiveReader& reader) : reader_(&reader) {}
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override {
    if (ended_ || buffer.empty()) return std::size_t{0};
    const la_ssize_t n = archive_read_data(reader_->archive_, buffer.data(),
                                           std::min(buffer.size(), kPieceBytes));
    ended_ = n <= 0;
    if (n < 0) return reader_->error("the file in the archive");
    if (Result<void> good = reader_->guard_->produce(static_cast<std::uint64_t>(n)); !good) {
      ended_ = true;
      return good.error();
    }
    return static_cast<std::size_t>(n);
  }

 private:
  ArchiveReader* reader_;
  bool ended_ = false;
};

ArchiveReader::ArchiveReader(Guard& guard) : guard_(&guard) {}

ArchiveReader::~ArchiveReader() {
  if (archive_ != nullptr) archive_read_free(archive_);
}

Error ArchiveReader::error(std::string_view what) const {
  if (source_->error().has_value()) return *source_->error();
  const char* why = archive_error_string(archive_);
  const std::string_view text = why != nullptr ? why : "unknown error";
  if (text.find("ncrypt") != std::string_view::npos || text.find("assphrase") != std::string_view::npos)
    return data_loss("archive_encrypted",
                     fmt::format("{} is encrypted; unpack it by hand with its password", what));
  const bool cut = text.find("runcated") != std::string_view::npos ||
                   text.find("end of file") != std::string_view::npos;
  return data_loss(cut ? "archive_truncated" : "archive_corrupt",
                   fmt::format("{} cannot be read: {}", what, text));
}

Result<void> ArchiveReader::prepare(bool seekable_zip) {
  archive_ = archive_read_new();
  if (archive_ == nullptr) return internal_error("archive_init", "libarchive could not be set up");
  archive_read_support_format_tar(archive_);
  if (seekable_zip)
    archive_read_support_format_zip_seekable(archive_);
  else
    archive_read_support_format_zip_streamable(archive_);
  archive_read_set_read_callback(archive_, &Source::read);
  archive_read_set_callback_data(archive_, source_.get());
  if (source_->is_whole()) {
    archive_read_set_seek_callback(archive_, &Source::seek);
    archive_read_set_skip_callback(archive_, &Source::skip);
  }
  if (archive_read_open1(archive_) != ARCHIVE_OK) return error("the archive");
  content_ = std::make_unique<Content>(*this);
  return {};
}

Result<void> ArchiveReader::open(std::string_view bytes) {
  source_ = std::make_unique<Source>(bytes, *guard_);
  const auto entries = zip_entries(bytes);
  cut_zip_ = bytes.starts_with("PK\x03\x04") && !entries.has_value();
  // none: an empty archive, which libarchive knows by its end record only when it does not seek
  return prepare(entries.has_value() && *entries > 0 && *entries <= kMostListedEntries);
}

Result<void> ArchiveReader::open(ByteStream& in) {
  source_ = std::make_unique<Source>(in);
  return prepare(false);
}

Result<bool> ArchiveReader::next(std::string& name, ByteStream*& content) {
  while (!done_) {
    archive_entry* entry = nullptr;
    const int rc = archive_read_next_header(archive_, &entry);
    if (rc == ARCHIVE_EOF) {
      done_ = true;
      if (cut_zip_)
        return data_loss("archive_truncated",
                         "the zip ends before its directory does: files may be missing from it");
      break;
    }
    if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
      done_ = true;
      return error("the archive");
    }
    BACKTRAIL_RETURN_IF_ERROR(guard_->add_member());
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
      continue;
    const char* path = archive_entry_pathname_utf8(entry);
    if (path == nullptr) path = archive_entry_pathname(entry);
    name = to_valid_utf8(path != nullptr ? path : "?");
    *content_ = Content(*this);
    content = content_.get();
    return true;
  }
  return false;
}

}  // namespace backtrail::ingest::detail
