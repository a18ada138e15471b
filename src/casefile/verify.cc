#include <sys/stat.h>

#include "base/file.h"
#include "casefile/casefile.h"
#include "casefile/detail/container.h"
#include "casefile/detail/verifier.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;

VerifyReport verify(const fs::path& path, const VerifyOptions& options, Progress& progress,
                    std::stop_token stop) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool is_folder = fs::is_directory(status);
  if (!is_folder && !fs::is_regular_file(status)) {
    VerifyReport report;
    report.problems.push_back({.kind = fs::exists(status) ? "unreadable" : "missing",
                               .subject = path.string(),
                               .detail = fs::exists(status) ? "neither a folder nor an archive"
                                                            : "there is no such case or archive"});
    return report;
  }
  const auto container = is_folder ? open_folder(path) : open_zip(path);
  return Verifier(*container, options, is_folder, progress, std::move(stop)).run();
}

}  // namespace backtrail::casefile
