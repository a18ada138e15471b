#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <unordered_map>

#include "base/cancel.h"
#include "base/file.h"
#include "casefile/casefile.h"
#include "casefile/detail/container.h"
#include "casefile/detail/in_place_map.h"
#include "casefile/detail/layout.h"
#include "casefile/detail/names.h"
#include "casefile/detail/zip_writer.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

/// A file that goes into the archive; evidence has the hash that it must have.
struct Member {
  fs::path from{};
  std::string sha256{};
};

struct Plan {
  std::map<std::string, Member> members{};  // by path in the archive
  InPlaceMap in_place{};
  std::vector<std::string> not_included{};
};

bool is_left_out(std::string_view path, const ArchiveOptions& options) {
  const auto below = [&](std::string_view folder) {
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
  };
  if (path == kLockFile || path == kArchiveFile || below(kIncomingFolder)) return true;
  if (path == kStoreFile) return !options.keep_store;
  return path.starts_with(kStoreFile);  // its log and spill files
}

/// A path that some unzip programs cannot take; files of ours never have one.
bool is_awkward(std::string_view path) {
  return std::any_of(path.begin(), path.end(),
                     [](char c) { return c < 0x20 || c > 0x7e || c == '\\'; });
}

Plan make_plan(const Case& kase, const fs::path& target, const ArchiveOptions& options) {
  Plan plan;
  std::error_code error;
  const auto folder = open_folder(kase.directory());
  for (const auto& u : folder->unreadable()) plan.not_included.push_back(u.path);
  for (const auto& file : folder->files()) {
    const fs::path from = kase.directory() / file.path;
    if (is_left_out(file.path, options) || fs::equivalent(from, target, error)) continue;
    if (file.regular && !is_awkward(file.path))
      plan.members.emplace(file.path, Member{.from = from});
    else
      plan.not_included.push_back(file.path);
  }
  NameTable names;
  std::unordered_map<std::string, std::string> taken;  // sha256 → path in the archive
  for (const auto& [path, member] : plan.members)
    if (path.starts_with(std::string(kEvidenceFolder) + "/"))
      names.take(std::string_view(path).substr(kEvidenceFolder.size() + 1));
  for (const EvidenceItem& item : kase.items()) {
    const fs::path where = kase.path_of(item);
    if (!item.in_place()) {
      if (const auto at = plan.members.find(item.stored); at != plan.members.end())
        at->second.sha256 = item.sha256;
    } else if (const std::string known =
                   where.lexically_relative(kase.directory()).generic_string();
               plan.members.contains(known)) {  // came with an archive
      plan.in_place.taken.emplace(item.id, known);
      plan.members.at(known).sha256 = item.sha256;
    } else if (options.take_in_place) {
      const auto [at, is_new] = taken.try_emplace(item.sha256);
      if (is_new) {
        at->second = std::string(kEvidenceFolder) + "/" +
                     names.choose("in-place/" + fs::path(item.source).filename().string());
        plan.members.emplace(at->second, Member{.from = where, .sha256 = item.sha256});
      }
      plan.in_place.taken.emplace(item.id, at->second);
    } else {
      plan.in_place.not_included.push_back(item.id);
      plan.not_included.push_back(item.source);
    }
  }
  return plan;
}

Result<void> write_members(ZipWriter& zip, const Plan& plan, Progress& progress,
                           const std::stop_token& stop) {
  BACKTRAIL_RETURN_IF_ERROR(
      zip.add(kArchiveFile, plan.in_place.text(),
              std::chrono::floor<std::chrono::seconds>(system_clock().now())));
  for (const auto& [path, member] : plan.members) {
    BACKTRAIL_ASSIGN(const Digest digest, zip.add_file(path, member.from, progress, stop));
    if (!member.sha256.empty() && digest.sha256 != member.sha256)
      return data_loss(
          "archive.altered",
          fmt::format("{} is not the evidence that the ledger lists (expected SHA-256 {}, "
                      "found {}); run `backtrail case verify`",
                      member.from.string(), member.sha256, digest.sha256));
  }
  return zip.finish();
}

/// Puts the finished file under its name unless something has that name by now.
Result<void> put_in_place(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0 ||
      (errno == EINVAL && !backtrail::exists(to) && ::rename(from.c_str(), to.c_str()) == 0))
    return sync_directory(to.parent_path().empty() ? "." : to.parent_path());
  return system_error("create " + to.string(), errno);
}

}  // namespace

Result<ArchiveResult> archive(Case& kase, const fs::path& target, const ArchiveOptions& options,
                              Progress& progress, std::stop_token stop) {
  if (backtrail::exists(target))
    return make_error(ErrorCode::already_exists, "archive.exists",
                      target.string() + " is there already; name another file");
  if (kase.mode() != Mode::write)
    return failed_precondition("case.read_only",
                               "an archive is entered in the ledger, but the case " +
                                   kase.directory().string() + " was opened for reading");
  if (options.keep_store) {
    BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
    BACKTRAIL_RETURN_IF_ERROR(store->checkpoint());
  }
  progress.phase = "archiving";
  const fs::path partial = target.string() + ".partial";
  std::error_code ignored;
  fs::remove(partial, ignored);  // of an interrupted run
  BACKTRAIL_ASSIGN(ZipWriter zip, ZipWriter::create(partial));
  const Plan plan = make_plan(kase, partial, options);
  progress.files_total += plan.members.size();
  ArchiveResult out{.path = target, .not_included = plan.not_included};
  const auto finish = [&]() -> Result<void> {
    BACKTRAIL_RETURN_IF_ERROR(write_members(zip, plan, progress, stop));
    BACKTRAIL_ASSIGN(const Source written, open_source(partial));
    BACKTRAIL_ASSIGN(Digest digest, hash_file(written.file, stop));
    out.sha256 = std::move(digest.sha256);
    out.bytes = digest.bytes;
    return put_in_place(partial, target);
  };
  if (auto done = finish(); !done) {
    fs::remove(partial, ignored);
    return done.error();
  }
  Json left_out = Json::array();
  for (const std::string& source : out.not_included) left_out.push(source);
  BACKTRAIL_RETURN_IF_ERROR(kase.record("archived", Json::object()
                                                        .set("bytes", out.bytes)
                                                        .set("not_included", std::move(left_out))
                                                        .set("path", fs::absolute(target).string())
                                                        .set("sha256", out.sha256)));
  return out;
}

}  // namespace backtrail::casefile
