#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "base/file.h"
#include "base/hash.h"
#include "ledger/detail/base64.h"
#include "ledger/detail/entry.h"
#include "ledger/ledger.h"

namespace backtrail::ledger {
namespace fs = std::filesystem;
namespace {

Result<FileHandle> open_ledger(const fs::path& path, int flags) {
  FileHandle file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0644));
  if (!file) return system_error("open " + path.string(), errno);
  return file;
}

Result<void> sync(const FileHandle& file) {
  if (::fsync(file.get()) != 0) return system_error("fsync", errno);
  return {};
}

Draft key_break(const std::string& from, const std::string& to) {
  return {.type = "key_changed",
          .body = Json::object().set("from", from).set("mode", "break").set("to", to)};
}

/// The public key must be in the case before an entry refers to it.
Result<void> keep_public_key(const fs::path& folder, const PublicKey& key) {
  const fs::path file = folder / (key.fingerprint() + ".pub");
  if (const auto there = read_file(file, 4096); there && *there == key.pem()) return {};
  BACKTRAIL_RETURN_IF_ERROR(make_directories(folder));
  return write_file_atomically(file, key.pem());
}

class FileLedger final : public Ledger {
 public:
  FileLedger(Files files, FileHandle file, SigningKey key, const Clock& clock)
      : files_(std::move(files)), file_(std::move(file)), key_(std::move(key)), clock_(clock) {}
  ~FileLedger() override {
    if (seal_is_behind_) seal_is_behind_ = !write_seal_locked();
  }

  Result<std::vector<Entry>> append(std::span<const Draft> drafts) override {
    const std::lock_guard lock(mutex_);
    std::vector<Draft> all;
    if (!last_key_.empty() && last_key_ != key_.fingerprint()) {
      BACKTRAIL_RETURN_IF_ERROR(keep_public_key(files_.keys, key_.public_key()));
      all.push_back(key_break(last_key_, key_.fingerprint()));
    }
    const std::size_t own = all.size();
    all.insert(all.end(), drafts.begin(), drafts.end());
    BACKTRAIL_ASSIGN(std::vector<Entry> written, append_locked(all));
    written.erase(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(own));
    return written;
  }

  Result<void> hand_over(const SigningKey& next) override {
    const std::lock_guard lock(mutex_);
    BACKTRAIL_RETURN_IF_ERROR(keep_public_key(files_.keys, next.public_key()));
    const std::string& from = key_.fingerprint();
    const std::string& to = next.fingerprint();
    if (last_key_ != from || from == to)
      return failed_precondition("ledger.not_in_charge",
                                 "only the key that signed last can hand over to another one");
    const Draft draft{
        .type = "key_changed",
        .body = Json::object()
                    .set("cosignature", to_base64(next.sign(hand_over_message(head_, from, to))))
                    .set("from", from)
                    .set("mode", "hand_over")
                    .set("to", to)};
    auto written = append_locked({&draft, 1});
    if (!written) return written.error();
    key_ = next;
    last_key_ = to;
    return {};
  }

  std::uint64_t count() const override {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  std::string head() const override {
    const std::lock_guard lock(mutex_);
    return head_;
  }

  /// Continues a ledger whose first `intact_bytes` bytes are good; what follows is cut off and the
  /// cut is an entry of its own, written over the tail, so that no crash loses both.
  Result<void> resume(const Report& report, std::string last_key, std::string_view tail,
                      std::uint64_t sealed) {
    const std::lock_guard lock(mutex_);
    count_ = report.last_seq;
    head_ = report.head;
    last_key_ = std::move(last_key);
    size_ = report.intact_bytes;
    seal_is_behind_ = sealed < count_;
    if (tail.empty()) return {};
    BACKTRAIL_RETURN_IF_ERROR(keep_public_key(files_.keys, key_.public_key()));
    std::vector<Draft> drafts;
    if (last_key_ != key_.fingerprint()) drafts.push_back(key_break(last_key_, key_.fingerprint()));
    drafts.push_back({.type = "tail_cut",
                      .body = Json::object()
                                  .set("bytes", std::uint64_t{tail.size()})
                                  .set("sha256", sha256_hex(tail))});
    old_size_ = size_ + tail.size();
    auto written = append_locked(drafts);
    if (!written) return written.error();
    return {};
  }

  Result<void> start(const Draft& first) {
    const std::lock_guard lock(mutex_);
    auto written = append_locked({&first, 1});
    if (!written) return written.error();
    if (seal_is_behind_) return write_seal_locked();
    return {};
  }

 private:
  Result<std::vector<Entry>> append_locked(std::span<const Draft> drafts) {
    if (failed_)
      return failed_precondition("ledger.failed",
                                 "an earlier write to " + files_.ledger.string() + " failed");
    std::vector<Entry> entries;
    std::string text;
    std::string prev = head_;
    for (const Draft& d : drafts) {
      Entry& e = entries.emplace_back(Entry{.seq = count_ + entries.size() + 1,
                                            .time = clock_.now(),
                                            .type = d.type,
                                            .body = d.body});
      BACKTRAIL_ASSIGN(const std::string line, seal_entry(e, prev, key_));
      text += line;
      prev = e.hash;
    }
    if (entries.empty()) return entries;
    BACKTRAIL_RETURN_IF_ERROR(write_locked(text));
    count_ = entries.back().seq;
    head_ = entries.back().hash;
    last_key_ = key_.fingerprint();
    // The entries are durable by now. A seal that cannot be written stays behind until the next
    // time.
    seal_is_behind_ = !write_seal_locked();
    return entries;
  }

  Result<void> write_locked(const std::string& text) {
    struct stat s {};
    if (::fstat(file_.get(), &s) != 0) return system_error("stat " + files_.ledger.string(), errno);
    if (static_cast<std::uint64_t>(s.st_size) != std::max(size_, old_size_))
      return data_loss("ledger.changed", files_.ledger.string() + " was changed by someone else");
    if (size_ + text.size() > kMaxLedgerBytes)
      return make_error(
          ErrorCode::resource_exhausted, "ledger.full",
          fmt::format("{} would grow past {} bytes", files_.ledger.string(), kMaxLedgerBytes));
    Result<void> written;
    if (::lseek(file_.get(), static_cast<off_t>(size_), SEEK_SET) < 0)
      written = system_error("seek", errno);
    if (written) written = write_all(file_, text);
    if (written && old_size_ > size_ + text.size() &&
        ::ftruncate(file_.get(), static_cast<off_t>(size_ + text.size())) != 0)
      written = system_error("truncate", errno);
    if (written) written = sync(file_);
    if (!written) {
      // What a failed fsync left on the disk is unknown: nothing more is written through this
      // object.
      failed_ = true;
      if (::ftruncate(file_.get(), static_cast<off_t>(size_)) == 0 && sync(file_)) {
        failed_ = written.error().id != "os.disk_full";
        old_size_ = 0;
      }
      return written.error().with_context("append to " + files_.ledger.string());
    }
    size_ += text.size();
    old_size_ = 0;
    return {};
  }

  Result<void> write_seal_locked() {
    return write_file_atomically(files_.seal, seal_text(count_, head_, key_));
  }

  const Files files_;
  const FileHandle file_;
  SigningKey key_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards all below, and key_
  std::uint64_t count_ = 0;
  std::string head_ = kNoHash;
  std::string last_key_{};
  std::uint64_t size_ = 0;      // of the good part of the file
  std::uint64_t old_size_ = 0;  // with the torn tail that the next write replaces
  bool seal_is_behind_ = false;
  bool failed_ = false;
};

struct Loaded {
  std::string text{};
  Report report{};
  std::uint64_t sealed = 0;
  std::string last_key{};
};

Result<Loaded> load(const Files& files, FunctionRef<void(const Entry&)> each) {
  Loaded out;
  BACKTRAIL_ASSIGN(out.text, read_file(files.ledger, kMaxLedgerBytes));
  const auto seal = read_file(files.seal, 4096);
  CheckInput input{.text = out.text, .signatures = false};
  if (seal) {
    input.seal = *seal;
    if (const auto parsed = parse_seal(*seal)) out.sealed = parsed->count;
  } else if (seal.error().id != "os.not_found") {
    return seal.error();
  }
  std::vector<Entry> entries;
  out.report = check(input, [&](const Entry& e) { entries.push_back(e); });
  for (const Problem& p : out.report.problems) {
    if (!p.fault || (out.report.tail_is_torn && p.offset >= out.report.intact_bytes && p.line > 0))
      continue;
    return data_loss("ledger.damaged",
                     p.line == 0 ? fmt::format("{}: {}: {}", files.seal.string(), p.kind, p.detail)
                                 : fmt::format("{}:{}: {}: {}", files.ledger.string(), p.line,
                                               p.kind, p.detail));
  }
  entries.resize(std::min<std::size_t>(entries.size(), out.report.last_seq));  // no torn ones
  for (const Entry& e : entries) {
    out.last_key = e.type == "key_changed" && e.body["mode"] == Json("hand_over")
                       ? e.body["to"].as_string()
                       : e.key;
    each(e);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Ledger>> create(const Files& files, const SigningKey& key,
                                       const Draft& first, const Clock& clock) {
  BACKTRAIL_ASSIGN(FileHandle file, open_ledger(files.ledger, O_CREAT | O_EXCL));
  BACKTRAIL_RETURN_IF_ERROR(keep_public_key(files.keys, key.public_key()));
  auto out = std::make_unique<FileLedger>(files, std::move(file), key, clock);
  BACKTRAIL_RETURN_IF_ERROR(out->start(first));
  return std::unique_ptr<Ledger>(std::move(out));
}

Result<std::unique_ptr<Ledger>> open(const Files& files, const SigningKey& key,
                                     FunctionRef<void(const Entry&)> each, const Clock& clock) {
  BACKTRAIL_ASSIGN(FileHandle file, open_ledger(files.ledger, 0));
  BACKTRAIL_ASSIGN(const Loaded loaded, load(files, each));
  auto out = std::make_unique<FileLedger>(files, std::move(file), key, clock);
  BACKTRAIL_RETURN_IF_ERROR(
      out->resume(loaded.report, loaded.last_key,
                  std::string_view(loaded.text).substr(loaded.report.intact_bytes), loaded.sealed));
  return std::unique_ptr<Ledger>(std::move(out));
}

Result<void> read(const Files& files, FunctionRef<void(const Entry&)> each) {
  auto loaded = load(files, each);
  if (!loaded) return loaded.error();
  return {};
}

}  // namespace backtrail::ledger
