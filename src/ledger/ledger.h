#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

struct evp_pkey_st;

/// Append-only files of hash-chained, signed entries. Format: docs/formats/ledger.md.
namespace backtrail::ledger {

/// An Ed25519 public key. Copies share one immutable key; thread-safe.
class PublicKey {
 public:
  /// Error `key.invalid`: not the PEM of an Ed25519 public key.
  [[nodiscard]] static Result<PublicKey> from_pem(std::string_view pem);
  /// SHA-256 of the DER SubjectPublicKeyInfo, 64 hex digits.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
  [[nodiscard]] const std::string& pem() const { return pem_; }
  /// `signature`: 64 raw bytes.
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

 private:
  friend class SigningKey;
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key);
  std::shared_ptr<evp_pkey_st> key_;
  std::string fingerprint_;
  std::string pem_;
};

/// An Ed25519 private key; never printed. Copies share one immutable key; thread-safe.
class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate();
  /// Reads the key, or makes one (file 0600, folder 0700) when the file is missing.
  /// Errors: `key.permissions` (others may read it), `key.invalid`, `os.*`.
  [[nodiscard]] static Result<SigningKey> load_or_create(const std::filesystem::path& file);
  /// The user's key: `$XDG_DATA_HOME/backtrail/keys/ed25519.pem`, else below `~/.local/share`.
  /// Error `key.no_home` when neither variable names a folder.
  [[nodiscard]] static Result<std::filesystem::path> default_path();

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] const std::string& fingerprint() const { return public_.fingerprint(); }
  /// 64 raw bytes.
  [[nodiscard]] std::string sign(std::string_view message) const;

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key);
  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_;
};

/// One entry: a line of the file.
struct Entry {
  std::uint64_t seq = 0;  // 1, 2, …
  Timestamp time{};
  std::string type{};  // a–z, 0–9 and '_', at most 64 bytes
  Json body{};
  std::string prev{};  // hash of the entry before; 64 zeros in the first
  std::string hash{};  // SHA-256 of the entry without `hash` and `sig`
  std::string key{};   // fingerprint of the signing key
  std::string sig{};   // base64, over the hash
};

/// An entry to be: the ledger fills in the rest.
struct Draft {
  std::string type{};
  Json body{};
};

/// Count and head of a ledger, signed; written after each append.
struct Seal {
  std::uint64_t count = 0;
  std::string head{};
  std::string key{};
  std::string sig{};
};

/// An entry is at most this long (one line).
inline constexpr std::size_t kMaxEntryBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxLedgerBytes = std::size_t{1} << 30;

/// What the check found. `line` counts from 1; `offset` is that of the line's first byte in the
/// file; line 0: the seal.
struct Problem {
  std::string kind{};  // altered, chain, signature, truncated, missing, seal_behind, key_break
  bool fault = true;   // false: listed, but the ledger is sound
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::string field{};
  std::string detail{};
};

struct Report {
  std::uint64_t entries = 0;        // entries that could be read
  std::uint64_t last_seq = 0;       // of the last intact entry
  std::string head{};               // hash of the last intact entry
  std::vector<std::string> keys{};  // fingerprints, in order of first use
  std::uint64_t intact_bytes = 0;   // the file up to the first thing wrong in it
  std::uint64_t bytes = 0;
  /// The part past `intact_bytes` holds no intact entry and nothing sealed: an append was cut
  /// short.
  bool tail_is_torn = false;
  bool unreadable_lines = false;    // entries may be missing from what `each` was told
  std::vector<Problem> problems{};  // in file order
  [[nodiscard]] bool ok() const;
};

struct CheckInput {
  std::string_view text{};                 // the whole file
  std::optional<std::string_view> seal{};  // absent: there is no seal
  std::span<const PublicKey> keys{};
  bool signatures = true;  // false: hashes and chain only
  unsigned threads = 1;    // for signatures
  /// Fingerprints that may sign, each key they hand over to included; empty: any.
  std::span<const std::string> expected_keys{};
};

/// Checks a ledger held in memory; never fails, says what is wrong. `each` gets every entry that
/// can be read, in file order, also past damage.
[[nodiscard]] Report check(const CheckInput& input, FunctionRef<void(const Entry&)> each);

/// Where a ledger lives.
struct Files {
  std::filesystem::path ledger{};
  std::filesystem::path seal{};
  std::filesystem::path keys{};  // folder of `<fingerprint>.pub`
};
/// `ledger.jsonl`, `ledger.seal` and `keys` in a folder.
[[nodiscard]] Files files_in(const std::filesystem::path& folder);

/// The well-formed public keys of a folder, ordered by name; other files are ignored.
[[nodiscard]] std::vector<PublicKey> load_keys(const std::filesystem::path& folder);

/// The ledger file for appending. One per file and moment (the caller holds a lock). Thread-safe.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Appends the entries in one write; they and nothing less are durable when it returns. On an
  /// error none of them is in the ledger. Entries of other threads come before or after, not
  /// between. Errors: `ledger.bad_entry` (type, size, nesting), `ledger.failed` (an earlier write
  /// failed: open the ledger again), `ledger.changed` (someone else wrote to the file), `os.*`.
  [[nodiscard]] virtual Result<std::vector<Entry>> append(std::span<const Draft> drafts) = 0;
  /// Lets `next` sign from now on, by an entry that both keys sign.
  [[nodiscard]] virtual Result<void> hand_over(const SigningKey& next) = 0;
  [[nodiscard]] virtual std::uint64_t count() const = 0;
  [[nodiscard]] virtual std::string head() const = 0;
};

/// Starts a new ledger whose first entry is `first`. Error `os.exists` when the file is there.
[[nodiscard]] Result<std::unique_ptr<Ledger>> create(const Files& files, const SigningKey& key,
                                                     const Draft& first,
                                                     const Clock& clock = system_clock());
/// Opens a ledger for appending; `each` gets its entries. An append that was cut short is removed
/// and an entry `tail_cut` says how much. When the last entry was signed by another key, the first
/// append writes an entry `key_changed` before its own. Errors: `ledger.damaged` (see the message
/// for the first bad line), `os.*`.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open(const Files& files, const SigningKey& key,
                                                   FunctionRef<void(const Entry&)> each,
                                                   const Clock& clock = system_clock());
/// Reads a ledger without writing or checking signatures; a torn tail is left out. Error
/// `ledger.damaged`.
[[nodiscard]] Result<void> read(const Files& files, FunctionRef<void(const Entry&)> each);

}  // namespace backtrail::ledger
