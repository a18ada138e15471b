#include "casefile/detail/case_folder.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"
#include "casefile/detail/adder.h"
#include "casefile/detail/document.h"
#include "casefile/detail/layout.h"
#include "sources/sources.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;

CaseFolder::CaseFolder(Parts parts, Lock lock)
    : lock_(std::move(lock)), parts_(std::move(parts)), incoming_(parts_.directory) {}

fs::path CaseFolder::path_of(const EvidenceItem& item) const {
  if (const auto at = parts_.elsewhere.find(item.id); at != parts_.elsewhere.end())
    return at->second;
  return item.in_place() ? fs::path(item.source) : parts_.directory / item.stored;
}

Result<void> CaseFolder::need_writer() const {
  if (parts_.ledger != nullptr) return {};
  return failed_precondition("case.read_only",
                             "the case " + parts_.directory.string() + " was opened for reading");
}

Result<store::Store*> CaseFolder::store() {
  if (store_ != nullptr) return store_.get();
  const fs::path file = parts_.directory / kStoreFile;
  const bool write = parts_.options.mode == Mode::write;
  if (!write && !backtrail::exists(file))
    return failed_precondition("case.no_store",
                               fmt::format("{} is missing; run: backtrail case rebuild '{}'",
                                           file.string(), parts_.directory.string()));
  BACKTRAIL_ASSIGN(store_, store::open(file, {.access = write ? store::Access::read_write
                                                              : store::Access::read_only,
                                              .threads = parts_.options.threads,
                                              .log_types = sources::log_types()}));
  return store_.get();
}

Result<store::Store*> CaseFolder::reset_store() {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  store_.reset();
  for (const std::string_view suffix : {"", ".wal", ".tmp"}) {
    std::error_code error;
    const fs::path file = parts_.directory / (std::string(kStoreFile) + std::string(suffix));
    fs::remove_all(file, error);
    if (error) return system_error("remove " + file.string(), error.value());
  }
  return store();
}

Result<void> CaseFolder::append(std::span<const ledger::Draft> drafts) {
  BACKTRAIL_ASSIGN(const std::vector<ledger::Entry> written, parts_.ledger->append(drafts));
  for (const ledger::Entry& e : written) parts_.state.apply(e);
  return {};
}

Result<void> CaseFolder::record(std::string_view type, Json body) {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  const ledger::Draft draft{.type = std::string(type), .body = std::move(body)};
  // Types that change what the case holds have their own calls; here they would make the ledger
  // claim what is not so.
  for (const std::string_view own : {"case_created", "case_migrated", "context_set",
                                     "evidence_added", "file_kept", "key_changed", "tail_cut"})
    if (type == own)
      return invalid_argument("case.reserved_type",
                              fmt::format("'{}' entries are not recorded so", type));
  auto written = parts_.ledger->append({&draft, 1});
  if (!written) return written.error();
  return {};
}

Result<std::vector<Case::Entry>> CaseFolder::entries() const {
  std::vector<Entry> out;
  BACKTRAIL_RETURN_IF_ERROR(
      ledger::read(ledger::files_in(parts_.directory), [&](const ledger::Entry& e) {
        out.push_back({.type = e.type, .time = e.time, .body = e.body});
      }));
  return out;
}

Result<void> CaseFolder::write_info(std::string_view type, Json body, Info info) {
  const std::string text = case_text(info);
  BACKTRAIL_ASSIGN(const fs::path staged, incoming_.write(text));
  body.set("case", to_json(info)).set("case_sha256", sha256_hex(text));
  const ledger::Draft draft{.type = std::string(type), .body = std::move(body)};
  BACKTRAIL_RETURN_IF_ERROR(append({&draft, 1}));
  parts_.info = std::move(info);
  BACKTRAIL_RETURN_IF_ERROR(incoming_.place(staged, kCaseFile, true));
  return sync_directory(parts_.directory);
}

Result<void> CaseFolder::set_context(const Context& context) {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  if (context == parts_.info.context) return {};
  Info info = parts_.info;
  info.context = context;
  return write_info("context_set", Json::object(), std::move(info));
}

Result<std::string> CaseFolder::keep_rule_file(std::string_view name, std::string_view text) {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  const std::string sha256 = sha256_hex(text);
  NameTable names;
  for (const auto& [path, covered] : parts_.state.kept) {
    if (!is_path_below(path, kRulesFolder)) continue;
    const std::string below = path.substr(kRulesFolder.size() + 1);
    // The same text under the same name (or one that was numbered) is kept once.
    if (covered.sha256 == sha256 && covered.bytes == text.size()) return below;
    names.take(below);
  }
  const std::string below = names.choose(name);
  const std::string path = std::string(kRulesFolder) + "/" + below;
  BACKTRAIL_ASSIGN(const fs::path staged, incoming_.write(text));
  const ledger::Draft draft{.type = "file_kept",
                            .body = Json::object()
                                        .set("bytes", std::uint64_t{text.size()})
                                        .set("name", name)
                                        .set("path", path)
                                        .set("sha256", sha256)};
  BACKTRAIL_RETURN_IF_ERROR(append({&draft, 1}));
  BACKTRAIL_RETURN_IF_ERROR(incoming_.place(staged, path, false));
  return below;
}

Result<AddResult> CaseFolder::add_evidence(const std::vector<fs::path>& files,
                                           const AddOptions& options, Progress& progress,
                                           std::stop_token stop) {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  return Adder(*this, options, progress, std::move(stop)).run(files);
}

Result<AddResult> CaseFolder::add_stdin(int fd, const AddOptions& options, Progress& progress,
                                        std::stop_token stop) {
  BACKTRAIL_RETURN_IF_ERROR(need_writer());
  return Adder(*this, options, progress, std::move(stop)).run_stdin(fd);
}

}  // namespace backtrail::casefile
