#include "ingest/detail/discover.h"

#include <algorithm>

namespace backtrail::ingest {
namespace fs = std::filesystem;
namespace {

void add_folder(const fs::path& folder, Discovered& out) {
  std::vector<fs::path> pending = {folder};
  while (!pending.empty()) {
    const fs::path current = std::move(pending.back());
    pending.pop_back();
    std::error_code error;
    fs::directory_iterator it(current, error);
    if (error) {
      out.unreadable.push_back({current.string(), error.message()});
      continue;
    }
    for (const fs::directory_iterator end; it != end; it.increment(error)) {
      if (error) break;
      std::error_code ignored;
      // The entry knows its type from the listing: no call for each file.
      if (!it->is_symlink(ignored) && it->is_directory(ignored)) {
        pending.push_back(it->path());
      } else if (it->is_regular_file(ignored)) {
        out.files.push_back(it->path());
      } else {
        out.unreadable.push_back({it->path().string(), "not a regular file"});
      }
    }
    if (error) out.unreadable.push_back({current.string(), error.message()});
  }
}

fs::path common_folder(const std::vector<fs::path>& files) {
  if (files.empty()) return {};
  fs::path common = files.front().parent_path();
  for (const fs::path& f : files) {
    const fs::path parent = f.parent_path();
    fs::path shared;
    for (auto a = common.begin(), b = parent.begin();
         a != common.end() && b != parent.end() && *a == *b; ++a, ++b)
      shared /= *a;
    common = shared;
  }
  return common;
}

}  // namespace

Result<Discovered> discover(const std::vector<std::string>& paths) {
  Discovered out;
  for (const std::string& text : paths) {
    if (text == "-") {
      out.standard_input = true;
      continue;
    }
    std::error_code error;
    const fs::path path = fs::absolute(text, error).lexically_normal();
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
      return not_found("ingest.not_found",
                       "'" + text + "' does not exist" +
                           (error && error != std::errc::no_such_file_or_directory
                                ? " (" + error.message() + ")"
                                : "") +
                           ". Give files, folders, or - for standard input.");
    if (fs::is_directory(status)) {
      add_folder(path, out);
    } else if (fs::is_regular_file(status)) {
      out.files.push_back(path);
    } else {
      out.unreadable.push_back({path.string(), "not a regular file"});
    }
  }
  std::sort(out.files.begin(), out.files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  out.files.erase(std::unique(out.files.begin(), out.files.end()), out.files.end());
  std::sort(out.unreadable.begin(), out.unreadable.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  out.base = common_folder(out.files);
  return out;
}

}  // namespace backtrail::ingest
