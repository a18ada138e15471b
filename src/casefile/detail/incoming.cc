#include "casefile/detail/incoming.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "casefile/detail/copy.h"
#include "casefile/detail/layout.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

/// Up to here, an fsync each costs less than waiting for whatever else the file system has to
/// write.
constexpr std::size_t kFewFiles = 16;

/// What a folder holds.
std::vector<fs::path> leftovers(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    out.push_back(it->path());
  return out;
}

Result<std::string> hash_path(const fs::path& path) {
  BACKTRAIL_ASSIGN(const Source source, open_source(path));
  BACKTRAIL_ASSIGN(const Digest digest, hash_file(source.file, {}));
  return digest.sha256;
}

}  // namespace

Incoming::Incoming(fs::path case_folder)
    : case_folder_(std::move(case_folder)), folder_(case_folder_ / kIncomingFolder) {}

Result<void> Incoming::prepare() {
  if (::mkdir(folder_.c_str(), 0755) != 0 && errno != EEXIST)
    return system_error("create folder " + folder_.string(), errno);
  return {};
}

Result<fs::path> Incoming::write(std::string_view bytes) {
  BACKTRAIL_RETURN_IF_ERROR(prepare());
  const fs::path target = new_path();
  BACKTRAIL_RETURN_IF_ERROR(write_file_atomically(target, bytes));
  return target;
}

Result<void> Incoming::place(const fs::path& from, std::string_view to, bool replace) {
  const fs::path target = case_folder_ / to;
  if (const std::string folder = target.parent_path().string(); folder != made_) {
    BACKTRAIL_RETURN_IF_ERROR(make_directories(folder));
    made_ = folder;
  }
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, target.c_str(),
                  replace ? 0 : RENAME_NOREPLACE) == 0)
    return {};
  // File systems without RENAME_NOREPLACE (some network ones): the lock keeps other writers away.
  if (errno == EINVAL && !replace && !backtrail::exists(target) &&
      ::rename(from.c_str(), target.c_str()) == 0)
    return {};
  return system_error("move " + from.string() + " to " + target.string(), errno);
}

Result<void> Incoming::sync(std::span<const fs::path> files) const {
  if (files.empty()) return {};
  if (files.size() <= kFewFiles) {
    for (const fs::path& path : files) {
      BACKTRAIL_ASSIGN(const FileHandle file, open_for_reading(path));
      if (::fsync(file.get()) != 0) return system_error("fsync " + path.string(), errno);
    }
    return sync_directory(folder_);
  }
  const FileHandle folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error("open " + folder_.string(), errno);
  if (::syncfs(folder.get()) != 0) return system_error("syncfs " + folder_.string(), errno);
  return {};
}

std::map<std::string, fs::path> find_incoming(const fs::path& case_folder, const State& state) {
  const std::vector<fs::path> files = leftovers(case_folder / kIncomingFolder);
  std::map<std::string, fs::path> out;
  if (files.empty()) return out;
  std::map<std::string, std::vector<std::string>> wanted;  // hash → paths in the case
  for (const EvidenceItem& item : state.items)
    if (!item.in_place() && !backtrail::exists(case_folder / item.stored))
      wanted[item.sha256].push_back(item.stored);
  // Files that are replaced (case.json, a journal) are there in their old form, too.
  for (const auto& [path, covered] : state.kept) wanted[covered.sha256].push_back(path);
  wanted[state.case_sha256].emplace_back(kCaseFile);
  for (const fs::path& file : files) {
    const auto hash = hash_path(file);
    if (!hash) continue;
    const auto at = wanted.find(*hash);
    if (at == wanted.end()) continue;
    // Equal bytes are listed once for each place that misses them.
    for (const std::string& path : at->second)
      if (out.emplace(path, file).second) break;
  }
  return out;
}

Result<void> Incoming::recover(const State& state) {
  for (const auto& [path, file] : find_incoming(case_folder_, state))
    BACKTRAIL_RETURN_IF_ERROR(place(file, path, !is_path_below(path, kEvidenceFolder)));
  std::vector<fs::path> useless = leftovers(folder_);
  // What atomic writes of these leave when they are interrupted.
  for (const fs::path& file : leftovers(case_folder_ / kKeysFolder))
    if (file.extension() == ".new") useless.push_back(file);
  for (const std::string_view name : {kCaseFile, kSealFile})
    useless.push_back(case_folder_ / (std::string(name) + ".new"));
  for (const fs::path& file : useless) {
    std::error_code error;
    fs::remove_all(file, error);
    if (error) return system_error("remove " + file.string(), error.value());
  }
  return {};
}

}  // namespace backtrail::casefile
