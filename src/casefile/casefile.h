#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/progress.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

/// The case folder: layout, lock, evidence items, context, lifecycle. Layout: DESIGN.md section 3.
namespace backtrail::casefile {

/// What tells own from foreign; set by `case set`, replayed from the ledger.
struct Context {
  std::vector<std::string> accounts{};  // own accounts; empty: every recipientAccountId seen
  std::vector<std::pair<std::string, std::string>> account_names{};  // id, name
  std::vector<std::string> networks{};                               // own networks, CIDR
  std::vector<std::string> scanners{};     // known scanners: address, CIDR or principal
  std::vector<std::string> break_glass{};  // principals
  std::vector<std::string> responders{};   // principals
  friend bool operator==(const Context&, const Context&) = default;
};

struct Info {
  CaseId id{};
  std::string name{};
  Timestamp created{};
  int schema_version = 1;
  Context context{};
};

/// One item of evidence as the ledger holds it.
struct EvidenceItem {
  std::uint32_t id = 0;  // 1, 2, … in ledger order
  std::string sha256{};  // of the bytes as delivered
  std::uint64_t bytes = 0;
  std::string source{};  // path as the user named it (absolute), "-" for standard input
  std::string stored{};  // path in the case ("evidence/…"); empty: in place
  [[nodiscard]] bool in_place() const { return stored.empty(); }
};

enum class Mode : std::uint8_t { read, write };

struct OpenOptions {
  Mode mode = Mode::read;
  /// How long to wait for the lock; the holder (pid, command, since) is named in the error
  /// `case.locked` and in `on_wait`, which is called once when waiting begins.
  std::chrono::milliseconds wait{0};
  std::optional<FunctionRef<void(std::string_view holder)>> on_wait{};
  std::string command{};  // what the lock file says of us: "import", "query", …
  unsigned threads = 0;
};

/// What to do with the files of one `import`.
struct AddOptions {
  bool in_place = false;
  unsigned threads = 0;
  std::string base{};  // common folder: evidence keeps paths below it (the S3 key layout)
};

/// A file that could not become an item.
struct AddFailure {
  std::string path{};
  Error error{};
};

struct AddResult {
  std::vector<std::uint32_t> added{};    // new items, in the order of the paths given
  std::vector<std::uint32_t> already{};  // same path, same hash: nothing was done
  std::vector<AddFailure> failed{};
};

/// Kinds: altered, missing, added, truncated, chain (entries removed or moved), signature, head,
/// unreadable, interrupted. Listed without being faults: seal_behind, truncated (an append cut
/// short past the seal), incoming (an import was interrupted), key_break (another user's key goes
/// on), unused_key, not_included (in-place items that an archive left out), head (the expected head
/// is an earlier entry).
struct VerifyProblem {
  std::string kind{};
  std::string subject{};  // path in the case, ledger line ("ledger.jsonl:12"), …
  std::string detail{};   // what was expected and found; first bad line or byte
  bool fault = true;      // false: listed, but `ok` stays
  bool refused = false;   // unreadable for want of permission: nothing is known of the subject
};

struct VerifyReport {
  bool ok = false;          // no problem is a fault
  std::uint64_t items = 0;  // evidence items that the ledger lists; each was checked
  std::string key{};        // fingerprints of the signing keys, ","-joined in order of first use
  std::string head{};       // hash of the last intact ledger entry
  std::vector<VerifyProblem> problems{};  // the ledger's first, then by path

  /// Not `ok` for want of permission alone: nothing was found wrong, but not all could be looked
  /// at.
  [[nodiscard]] bool refused() const {
    return !ok && std::all_of(problems.begin(), problems.end(),
                              [](const VerifyProblem& p) { return p.refused || !p.fault; });
  }
};

/// An open case. One writer or many readers; closing gives the lock back.
class Case {
 public:
  virtual ~Case() = default;

  [[nodiscard]] virtual const std::filesystem::path& directory() const = 0;
  [[nodiscard]] virtual const Info& info() const = 0;
  [[nodiscard]] virtual Mode mode() const { return Mode::write; }
  /// The older format version that the case had when it was opened; a writer has brought it up to
  /// `info().schema_version`, a reader sees it so.
  [[nodiscard]] virtual std::optional<int> migrated_from() const { return std::nullopt; }
  [[nodiscard]] virtual const std::vector<EvidenceItem>& items() const = 0;
  /// Where the item's bytes lie now.
  [[nodiscard]] virtual std::filesystem::path path_of(const EvidenceItem& item) const = 0;

  /// The database; opened on first use with the access that the mode allows.
  [[nodiscard]] virtual Result<store::Store*> store() = 0;

  // --- writers only ---

  /// Hashes and copies (or references) files and writes their custody entries, in the order given.
  /// A path with the hash that it had before is `already`. Durable when it returns.
  [[nodiscard]] virtual Result<AddResult> add_evidence(
      const std::vector<std::filesystem::path>& files, const AddOptions& options,
      Progress& progress, std::stop_token stop) = 0;
  /// Standard input as an item named "-".
  [[nodiscard]] virtual Result<AddResult> add_stdin(int fd, const AddOptions& options,
                                                    Progress& progress, std::stop_token stop) = 0;
  /// Appends a ledger entry (type, body), signed, chained, durable when it returns.
  [[nodiscard]] virtual Result<void> record(std::string_view type, Json body) = 0;
  /// The bodies of all ledger entries of these types, in order, with type and time.
  struct Entry {
    std::string type{};
    Timestamp time{};
    Json body{};
  };
  [[nodiscard]] virtual Result<std::vector<Entry>> entries() const = 0;
  [[nodiscard]] virtual Result<void> set_context(const Context& context) = 0;
  /// Copies an external rule file into `rules/` of the case; gives its name there.
  [[nodiscard]] virtual Result<std::string> keep_rule_file(std::string_view name,
                                                           std::string_view text) = 0;
  /// Throws the database away and opens an empty one (for rebuild).
  [[nodiscard]] virtual Result<store::Store*> reset_store() = 0;
};

struct CreateOptions {
  std::string name{};  // default: the folder's name
};

[[nodiscard]] Result<std::unique_ptr<Case>> create(const std::filesystem::path& directory,
                                                   const CreateOptions& options,
                                                   const OpenOptions& open);
/// Errors: `case.not_a_case`, `case.locked`, `case.newer` (made by a newer program),
/// `case.damaged`.
[[nodiscard]] Result<std::unique_ptr<Case>> open(const std::filesystem::path& directory,
                                                 const OpenOptions& options);
/// Cases below the folder (`case list`): directory, and Info where it can be read.
struct Listed {
  std::filesystem::path directory{};
  std::optional<Info> info{};
  std::string problem{};
};
[[nodiscard]] std::vector<Listed> list(const std::filesystem::path& folder);

/// Offline, never writes, needs no lock and no key; `expect_*` compare when not empty.
struct VerifyOptions {
  std::string
      expect_key{};  // fingerprints that may have signed (","-joined), and whom they handed over to
  std::string expect_head{};  // hash of the last entry, or of one that others follow
  unsigned threads = 0;
};
[[nodiscard]] VerifyReport verify(const std::filesystem::path& case_or_archive,
                                  const VerifyOptions& options, Progress& progress,
                                  std::stop_token stop);

struct ArchiveResult {
  std::filesystem::path path{};
  std::string sha256{};
  std::uint64_t bytes = 0;
  std::vector<std::string> not_included{};  // in-place items left out
};
struct ArchiveOptions {
  bool take_in_place = false;  // copy in-place items into the archive
  bool keep_store = false;     // take store.duckdb along; else the receiver rebuilds it
};
/// Writes the case as one zip; the case itself only gets a ledger entry. Needs a writer. Errors:
/// `archive.exists`, `archive.altered` (evidence is not what the ledger says), `os.*`.
[[nodiscard]] Result<ArchiveResult> archive(Case& kase, const std::filesystem::path& target,
                                            const ArchiveOptions& options, Progress& progress,
                                            std::stop_token stop);

}  // namespace backtrail::casefile
