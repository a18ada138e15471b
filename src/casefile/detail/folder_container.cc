#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "casefile/detail/container.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

class FolderContainer final : public Container {
 public:
  explicit FolderContainer(fs::path folder) : folder_(std::move(folder)) {
    walk("");
    std::sort(files_.begin(), files_.end(),
              [](const File& a, const File& b) { return a.path < b.path; });
    std::sort(unreadable_.begin(), unreadable_.end(),
              [](const Unreadable& a, const Unreadable& b) { return a.path < b.path; });
  }

  const std::vector<File>& files() const override { return files_; }
  const std::vector<Unreadable>& unreadable() const override { return unreadable_; }

  Result<std::string> read(const std::string& path, std::uint64_t max_bytes) const override {
    BACKTRAIL_ASSIGN(const Source source, open_source(folder_ / path));  // no FIFO, no link
    static_cast<void>(source);
    return read_file(folder_ / path, max_bytes);
  }

  void hash(const std::map<std::string, std::uint64_t>& max_bytes, unsigned threads,
            Progress& progress, std::stop_token stop,
            FunctionRef<void(const std::string&, const Result<Digest>&)> each) const override {
    std::vector<const std::string*> paths;
    for (const auto& [path, max] : max_bytes) paths.push_back(&path);
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    const auto work = [&] {
      for (std::size_t i = next++; i < paths.size() && !stop.stop_requested(); i = next++) {
        const auto found = hash_one(*paths[i], stop);
        if (!found && found.error().id == "os.not_found") continue;
        if (!found && found.error().id == "interrupted") return;
        progress.files_done += 1;
        if (found) progress.bytes_done += found->bytes;
        const std::lock_guard lock(mutex);
        each(*paths[i], found);
      }
    };
    std::vector<std::jthread> helpers;
    for (std::size_t t = 1; t < std::min<std::size_t>(threads, paths.size()); ++t)
      helpers.emplace_back(work);
    work();
  }

 private:
  Result<Digest> hash_one(const std::string& path, const std::stop_token& stop) const {
    // A path in an in-place item is absolute and stays so.
    BACKTRAIL_ASSIGN(const Source source, open_source(folder_ / path));
    return hash_file(source.file, stop);
  }

  void walk(const std::string& below) {
    std::error_code error;
    for (fs::directory_iterator it(folder_ / below, error), end; !error && it != end;
         it.increment(error)) {
      const std::string path = below + it->path().filename().string();
      struct stat s {};
      if (::lstat(it->path().c_str(), &s) != 0) continue;  // gone by now
      if (S_ISDIR(s.st_mode))
        walk(path + "/");
      else
        files_.push_back({.path = path,
                          .bytes = static_cast<std::uint64_t>(s.st_size),
                          .regular = S_ISREG(s.st_mode)});
    }
    if (error)
      unreadable_.push_back({.path = below.empty() ? "." : below,
                             .reason = error.message(),
                             .refused = error == std::errc::permission_denied});
  }

  fs::path folder_;
  std::vector<File> files_{};
  std::vector<Unreadable> unreadable_{};
};

}  // namespace

std::unique_ptr<Container> open_folder(const fs::path& folder) {
  return std::make_unique<FolderContainer>(folder);
}

}  // namespace backtrail::casefile
