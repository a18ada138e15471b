#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/hash.h"
#include "casefile/detail/case_folder.h"
#include "casefile/detail/document.h"
#include "casefile/detail/in_place_map.h"
#include "casefile/detail/layout.h"
#include "casefile/detail/open.h"

/// Making, opening and listing cases.
namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxCaseFile = std::uint64_t{64} << 20;

Error not_a_case(const fs::path& folder) {
  return not_found("case.not_a_case",
                   fmt::format("{} is not a case; make one with: backtrail case new '{}'",
                               folder.string(), folder.string()));
}

Error damaged(const fs::path& folder, std::string_view why) {
  return data_loss("case.damaged", fmt::format("{}: {}; run: backtrail case verify '{}'",
                                               folder.string(), why, folder.string()));
}

Result<CaseId> random_id() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return system_error("getrandom", errno);
  return CaseId(to_hex(bytes));
}

Result<ledger::SigningKey> user_key() {
  BACKTRAIL_ASSIGN(const fs::path file, ledger::SigningKey::default_path());
  return ledger::SigningKey::load_or_create(file);
}

/// A ledger that holds nothing but the start of a case: `create` was interrupted before case.json.
bool is_only_begun(const fs::path& folder) {
  const auto text = read_file(folder / kLedgerFile, kMaxCaseFile);
  if (!text) return text.error().id == "os.not_found";
  bool other = false;
  const ledger::Report report =
      ledger::check({.text = *text, .signatures = false},
                    [&](const ledger::Entry& e) { other = other || e.type != "case_created"; });
  std::error_code error;
  return report.entries <= 1 && !other && fs::is_empty(folder / kEvidenceFolder, error);
}

/// Clears the way for a new case in a folder that is empty or holds one that was only begun.
Result<void> clear_begun(const fs::path& folder) {
  static constexpr std::array<std::string_view, 12> kOwn = {
      kLockFile,    kLedgerFile,    kSealFile,       kStoreFile, kKeysFolder, kEvidenceFolder,
      kRulesFolder, kJournalFolder, kIncomingFolder, "reports",  "exports",   "store.duckdb.wal"};
  std::error_code error;
  if (backtrail::exists(folder / kCaseFile))
    return make_error(ErrorCode::already_exists, "case.exists",
                      folder.string() + " is a case already");
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const bool half_written = name == "case.json.new" || name == "ledger.seal.new";
    if (std::find(kOwn.begin(), kOwn.end(), name) == kOwn.end() && !half_written)
      return failed_precondition(
          "case.not_empty", fmt::format("{} holds other things ({}); name a new or empty folder",
                                        folder.string(), name));
  }
  if (error) return system_error("read " + folder.string(), error.value());
  if (!is_only_begun(folder)) return damaged(folder, "there is a ledger but no case.json");
  for (const std::string_view name :
       {kLedgerFile, kSealFile, kStoreFile, std::string_view("store.duckdb.wal")})
    if (!fs::remove(folder / name, error) && error)
      return system_error("remove " + (folder / name).string(), error.value());
  return {};
}

Result<Json> read_document(const fs::path& folder, std::string& text) {
  auto read = read_file(folder / kCaseFile, kMaxCaseFile);
  if (!read) {
    if (read.error().id != "os.not_found") return read.error();
    return is_only_begun(folder)
               ? not_a_case(folder)
               : damaged(folder, "case.json is missing although there is a ledger");
  }
  text = *std::move(read);
  auto document = Json::parse(text);
  if (!document || !document->is_object())
    return damaged(folder, "case.json is not readable: " +
                               (document ? "not an object" : document.error().message));
  return document;
}

}  // namespace

Result<std::unique_ptr<Case>> create(const fs::path& directory, const CreateOptions& options,
                                     const OpenOptions& open_options) {
  BACKTRAIL_RETURN_IF_ERROR(make_directories(directory));
  OpenOptions writing = open_options;
  writing.mode = Mode::write;
  BACKTRAIL_ASSIGN(Lock lock, Lock::acquire(directory, writing));
  BACKTRAIL_RETURN_IF_ERROR(clear_begun(directory));
  BACKTRAIL_ASSIGN(const ledger::SigningKey key, user_key());
  CaseFolder::Parts parts{.directory = fs::absolute(directory), .options = writing};
  for (const std::string_view name :
       {kEvidenceFolder, kRulesFolder, kJournalFolder, kIncomingFolder, std::string_view("reports"),
        std::string_view("exports")})
    BACKTRAIL_RETURN_IF_ERROR(make_directories(directory / name));
  BACKTRAIL_ASSIGN(parts.info.id, random_id());
  const fs::path named = parts.directory.lexically_normal();
  parts.info.name = !options.name.empty()  ? options.name
                    : named.has_filename() ? named.filename().string()
                                           : named.parent_path().filename().string();
  parts.info.created = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  parts.info.schema_version = kCaseSchemaVersion;
  const std::string text = case_text(parts.info);
  const ledger::Draft first{
      .type = "case_created",
      .body = Json::object().set("case", to_json(parts.info)).set("case_sha256", sha256_hex(text))};
  BACKTRAIL_ASSIGN(parts.ledger, ledger::create(ledger::files_in(directory), key, first));
  parts.state.apply({.type = first.type, .body = first.body});
  auto out = std::make_unique<CaseFolder>(std::move(parts), std::move(lock));
  BACKTRAIL_ASSIGN(store::Store* const store, out->store());
  static_cast<void>(store);
  // Last: a folder without it is no case yet, and making the case again starts over.
  BACKTRAIL_RETURN_IF_ERROR(write_file_atomically(directory / kCaseFile, text));
  return std::unique_ptr<Case>(std::move(out));
}

Result<std::unique_ptr<Case>> open_with(const fs::path& directory, const OpenOptions& options,
                                        std::span<const Migration> steps, int version) {
  std::error_code error;
  const bool is_folder = fs::is_directory(directory, error);
  if (error == std::errc::permission_denied) return system_error(directory.string(), EACCES);
  if (!is_folder) return not_a_case(directory);
  if (!backtrail::exists(directory / kCaseFile)) {  // without making a lock file in just any folder
    std::string ignored;
    return read_document(directory, ignored).error();
  }
  BACKTRAIL_ASSIGN(Lock lock, Lock::acquire(directory, options));
  CaseFolder::Parts parts{.directory = fs::absolute(directory), .options = options};
  std::string text;
  BACKTRAIL_ASSIGN(Json document, read_document(directory, text));
  // Before anything else: a newer program's ledger may be unreadable here.
  if (auto newer = migrate(document, {}, version); !newer && newer.error().id == "case.newer")
    return newer.error().with_context(directory.string());

  const auto apply = [&](const ledger::Entry& e) { parts.state.apply(e); };
  const ledger::Files files = ledger::files_in(directory);
  if (options.mode == Mode::write) {
    BACKTRAIL_ASSIGN(const ledger::SigningKey key, user_key());
    auto ledger = ledger::open(files, key, apply);
    if (!ledger)
      return ledger.error().id == "ledger.damaged" || ledger.error().id == "os.not_found"
                 ? damaged(directory, ledger.error().message)
                 : ledger.error();
    parts.ledger = *std::move(ledger);
  } else if (auto read = ledger::read(files, apply); !read) {
    return read.error().id == "ledger.damaged" || read.error().id == "os.not_found"
               ? damaged(directory, read.error().message)
               : read.error();
  }
  if (parts.state.ill_formed > 0)
    return damaged(directory, "the ledger has entries that this program does not understand");

  const auto waiting = find_incoming(directory, parts.state);
  if (sha256_hex(text) != parts.state.case_sha256) {
    if (!waiting.contains(std::string(kCaseFile)))
      return damaged(directory, "case.json is not what the ledger says");
    document = parts.state.document;  // its move into place was interrupted
  }
  if (options.mode == Mode::write) {
    BACKTRAIL_RETURN_IF_ERROR(Incoming(directory).recover(parts.state));
  } else {
    for (const EvidenceItem& item : parts.state.items)
      if (const auto at = waiting.find(item.stored); at != waiting.end() && !item.in_place())
        parts.elsewhere.emplace(item.id, at->second);
  }
  if (auto map = InPlaceMap::read(directory))
    for (const auto& [id, path] : map->taken) parts.elsewhere.emplace(id, directory / path);

  const std::int64_t had = document["schema_version"].as_int();
  BACKTRAIL_ASSIGN(document, migrate(std::move(document), steps, version));
  BACKTRAIL_ASSIGN(parts.info, info_from(document));
  if (had != version) parts.migrated_from = static_cast<int>(had);
  auto out = std::make_unique<CaseFolder>(std::move(parts), std::move(lock));
  if (had != version && options.mode == Mode::write)
    BACKTRAIL_RETURN_IF_ERROR(out->write_info(
        "case_migrated", Json::object().set("from", had).set("to", version), out->info()));
  return std::unique_ptr<Case>(std::move(out));
}

Result<std::unique_ptr<Case>> open(const fs::path& directory, const OpenOptions& options) {
  return open_with(directory, options, migrations(), kCaseSchemaVersion);
}

std::vector<Listed> list(const fs::path& folder) {
  std::vector<Listed> out;
  std::error_code error;
  const auto look = [&](const fs::path& path) {
    std::string text;
    if (!backtrail::exists(path / kCaseFile)) return false;
    Listed& found = out.emplace_back(Listed{.directory = path});
    auto document = read_document(path, text);
    if (document) document = migrate(*std::move(document), migrations(), kCaseSchemaVersion);
    if (!document) return found.problem = document.error().message, true;
    if (auto info = info_from(*document))
      found.info = *std::move(info);
    else
      found.problem = info.error().message;
    return true;
  };
  if (look(folder)) return out;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (std::error_code ignored; it->is_directory(ignored)) look(it->path());
  std::sort(out.begin(), out.end(),
            [](const Listed& a, const Listed& b) { return a.directory < b.directory; });
  return out;
}

}  // namespace backtrail::casefile
