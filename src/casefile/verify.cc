#include <sys/stat.h>

#include "base/file.h"
#include "casefile/casefile.h"
#include "casefile/detail/container.h"
#include "casefile/detail/layout.h"
#include "casefile/detail/verifier.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;

VerifyReport verify(const fs::path& path, const VerifyOptions& options, Progress& progress,
                    std::stop_token stop) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const bool is_folder = fs::is_directory(status);
  VerifyReport report;
  if (error == std::errc::permission_denied) {
    report.problems.push_back({.kind = "unreadable",
                               .subject = path.string(),
                               .detail = error.message(),
                               .refused = true});
    return report;
  }
  if (!is_folder && !fs::is_regular_file(status)) {
    report.problems.push_back({.kind = fs::exists(status) ? "unreadable" : "missing",
                               .subject = path.string(),
                               .detail = fs::exists(status) ? "neither a folder nor an archive"
                                                            : "there is no such case or archive"});
    return report;
  }
  // Without the ledger or the archive every file would look wrong: say the one thing that is.
  const fs::path first = is_folder ? path / kLedgerFile : path;
  if (const auto file = open_source(first);
      !file && file.error().code == ErrorCode::permission_denied) {
    report.problems.push_back({.kind = "unreadable",
                               .subject = is_folder ? std::string(kLedgerFile) : path.string(),
                               .detail = file.error().message,
                               .refused = true});
    return report;
  }
  const auto container = is_folder ? open_folder(path) : open_zip(path);
  return Verifier(*container, options, is_folder, progress, std::move(stop)).run();
}

}  // namespace backtrail::casefile
