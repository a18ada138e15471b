#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "casefile/detail/container.h"
#include "casefile/detail/layout.h"
#include "ledger/ledger.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

struct ArchiveFree {
  void operator()(struct archive* a) const { archive_read_free(a); }
};
using Reader = std::unique_ptr<struct archive, ArchiveFree>;

std::string message_of(struct archive* a) {
  const char* text = archive_error_string(a);
  return text != nullptr ? text : "unknown error";
}

std::string name_of(struct archive_entry* entry) {
  if (const char* utf8 = archive_entry_pathname_utf8(entry)) return utf8;
  if (const char* raw = archive_entry_pathname(entry)) return raw;
  return "(unreadable name)";
}

Reader open_reader(const fs::path& file) {
  Reader a(archive_read_new());
  archive_read_support_format_zip(a.get());
  if (archive_read_open_filename(a.get(), file.c_str(), std::size_t{1} << 16) != ARCHIVE_OK)
    archive_read_close(a.get());
  return a;
}

bool is_small(std::string_view path) {
  return path == kCaseFile || path == kLedgerFile || path == kSealFile || path == kArchiveFile ||
         path.starts_with(std::string(kKeysFolder) + "/");
}

/// What is wrong with the end of the file, where a zip's directory is. libarchive goes on without
/// one.
std::optional<Container::Unreadable> bad_end(const fs::path& path) {
  constexpr std::size_t kRecord = 22, kMaxComment = 65535;
  constexpr std::string_view kSignature = "PK\5\6";
  const Container::Unreadable cut{.path = path.filename().string(),
                                  .reason = "the archive's directory is missing from its end",
                                  .truncated = true};
  const auto file = open_for_reading(path);
  if (!file) return Container::Unreadable{.path = cut.path, .reason = file.error().message};
  const off_t size = ::lseek(file->get(), 0, SEEK_END);
  std::string tail(std::min<std::size_t>(static_cast<std::size_t>(std::max<off_t>(size, 0)),
                                         kRecord + kMaxComment),
                   '\0');
  if (::pread(file->get(), tail.data(), tail.size(), size - static_cast<off_t>(tail.size())) !=
      static_cast<ssize_t>(tail.size()))
    return cut;
  const std::size_t at = tail.rfind(kSignature);
  if (at == std::string::npos || tail.size() - at < kRecord) return cut;
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(tail[i])}; };
  const std::size_t comment = byte(at + 20) | byte(at + 21) << 8;
  if (tail.size() - at - kRecord == comment) return std::nullopt;
  return Container::Unreadable{
      .path = cut.path, .reason = "bytes were added to its end", .altered = true};
}

/// Streams the archive, once to list it and once to hash; nothing is unpacked to disk.
class ZipContainer final : public Container {
 public:
  explicit ZipContainer(fs::path file) : file_(std::move(file)) {
    if (auto bad = bad_end(file_)) unreadable_.push_back(*std::move(bad));
    find_prefix();
    pass(&unreadable_,
         [&](const std::string& path, struct archive* a, struct archive_entry* entry) {
           const bool regular = archive_entry_filetype(entry) == AE_IFREG;
           if (!regular && archive_entry_filetype(entry) == AE_IFDIR) return;
           files_.push_back({.path = path,
                             .bytes = static_cast<std::uint64_t>(archive_entry_size(entry)),
                             .regular = regular});
           if (regular && is_small(path)) small_.emplace(path, read_entry(a, path));
         });
    std::sort(files_.begin(), files_.end(),
              [](const File& x, const File& y) { return x.path < y.path; });
  }

  const std::vector<File>& files() const override { return files_; }
  const std::vector<Unreadable>& unreadable() const override { return unreadable_; }

  Result<std::string> read(const std::string& path, std::uint64_t max_bytes) const override {
    const auto at = small_.find(path);
    if (at == small_.end()) return not_found("os.not_found", path + " is not in the archive");
    if (at->second.size() > max_bytes)
      return make_error(ErrorCode::resource_exhausted, "file.too_large", path + " is too large");
    return at->second;
  }

  void hash(const std::map<std::string, std::uint64_t>& max_bytes, unsigned, Progress& progress,
            std::stop_token stop,
            FunctionRef<void(const std::string&, const Result<Digest>&)> each) const override {
    pass(nullptr, [&](const std::string& path, struct archive* a, struct archive_entry*) {
      const auto at = max_bytes.find(path);
      if (at == max_bytes.end() || stop.stop_requested()) return;
      const auto found = hash_entry(a, at->second, stop);
      if (!found && found.error().id == "interrupted") return;
      progress.files_done += 1;
      if (found) progress.bytes_done += found->bytes;
      each(path, found);
    });
  }

 private:
  /// Archives made by hand have the case's folder in front of every path.
  void find_prefix() {
    std::optional<std::string> best;
    pass(nullptr, [&](const std::string& path, struct archive*, struct archive_entry*) {
      const std::size_t slash = path.rfind('/');
      const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
      const std::string_view name = std::string_view(path).substr(start);
      if (name != kCaseFile && name != kLedgerFile && name != kSealFile) return;
      if (!best || start < best->size()) best = path.substr(0, start);
    });
    prefix_ = best.value_or("");
  }

  template <typename Each>
  void pass(std::vector<Unreadable>* problems, Each each) const {
    const Reader a = open_reader(file_);
    for (;;) {
      struct archive_entry* entry = nullptr;
      const int status = archive_read_next_header(a.get(), &entry);
      if (status == ARCHIVE_EOF) return;
      if (status == ARCHIVE_RETRY) continue;
      if (status < ARCHIVE_WARN) {
        if (problems != nullptr)
          problems->push_back({.path = file_.filename().string(),
                               .reason = message_of(a.get()),
                               .truncated = true});
        return;
      }
      const std::string name = name_of(entry);
      if (!name.starts_with(prefix_)) {
        if (problems != nullptr) files_outside(name, *problems);
        continue;
      }
      each(name.substr(prefix_.size()), a.get(), entry);
    }
  }

  static void files_outside(const std::string& name, std::vector<Unreadable>& problems) {
    if (!name.ends_with('/'))
      problems.push_back({.path = name, .reason = "lies outside the case in the archive"});
  }

  std::string read_entry(struct archive* a, const std::string& path) {
    std::string out;
    std::string buffer(std::size_t{1} << 16, '\0');
    for (;;) {
      const la_ssize_t n = archive_read_data(a, buffer.data(), buffer.size());
      if (n == 0) return out;
      if (n < 0 || out.size() > ledger::kMaxLedgerBytes) {
        unreadable_.push_back({.path = path, .reason = n < 0 ? message_of(a) : "too large"});
        return out;
      }
      out.append(buffer, 0, static_cast<std::size_t>(n));
    }
  }

  static Result<Digest> hash_entry(struct archive* a, std::uint64_t max_bytes,
                                   const std::stop_token& stop) {
    Sha256Stream hash;
    Digest out;
    std::string buffer(std::size_t{1} << 16, '\0');
    for (;;) {
      if (stop.stop_requested()) return make_error(ErrorCode::cancelled, "interrupted", "");
      const la_ssize_t n = archive_read_data(a, buffer.data(), buffer.size());
      if (n < 0) return data_loss("archive.unreadable", message_of(a));
      if (n == 0) break;
      out.bytes += static_cast<std::uint64_t>(n);
      if (out.bytes > max_bytes)  // a bomb is read no further
        return data_loss("archive.too_long", fmt::format("longer than {} bytes", max_bytes));
      hash.update({buffer.data(), static_cast<std::size_t>(n)});
    }
    out.sha256 = to_hex(hash.finish());
    return out;
  }

  fs::path file_;
  std::string prefix_{};
  std::vector<File> files_{};
  std::vector<Unreadable> unreadable_{};
  std::map<std::string, std::string> small_{};
};

}  // namespace

std::unique_ptr<Container> open_zip(const fs::path& file) {
  return std::make_unique<ZipContainer>(file);
}

}  // namespace backtrail::casefile
