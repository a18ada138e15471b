#include "casefile/detail/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/hash.h"
#include "base/text.h"
#include "casefile/detail/layout.h"
#include "ledger/ledger.h"

namespace backtrail::casefile {
namespace {

constexpr std::uint64_t kMaxSmallFile = std::uint64_t{64} << 20;

bool is_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string described(std::string_view sha256, std::uint64_t bytes) {
  return fmt::format("SHA-256 {} ({} bytes)", sha256, bytes);
}

}  // namespace

Verifier::Verifier(const Container& container, const VerifyOptions& options, bool is_folder,
                   Progress& progress, std::stop_token stop)
    : container_(container),
      options_(options),
      is_folder_(is_folder),
      progress_(progress),
      stop_(std::move(stop)),
      threads_(options.threads != 0 ? options.threads
                                    : std::max(1U, std::thread::hardware_concurrency())) {}

void Verifier::add(std::string kind, std::string subject, std::string detail, bool fault) {
  report_.problems.push_back({.kind = std::move(kind),
                              .subject = std::move(subject),
                              .detail = std::move(detail),
                              .fault = fault});
}

void Verifier::add_unreadable(std::string subject, const Error& error) {
  add("unreadable", std::move(subject), error.message);
  report_.problems.back().refused = error.code == ErrorCode::permission_denied;
}

VerifyReport Verifier::run() {
  progress_.phase = "checking the ledger";
  check_ledger();
  const std::size_t of_ledger = report_.problems.size();
  for (const auto& u : container_.unreadable()) {
    add(u.truncated ? "truncated" : u.altered ? "altered" : "unreadable", u.path, u.reason);
    report_.problems.back().refused = u.refused;
  }
  if (const auto map = container_.read(std::string(kArchiveFile), kMaxSmallFile)) {
    if (auto parsed = InPlaceMap::parse(*map))
      in_place_ = *std::move(parsed);
    else
      add("altered", std::string(kArchiveFile), parsed.error().message);
  }
  want_files();
  progress_.phase = "checking evidence";
  check_incoming();
  check_case_file();
  check_files();
  std::stable_sort(report_.problems.begin() + static_cast<std::ptrdiff_t>(of_ledger),
                   report_.problems.end(),
                   [](const auto& a, const auto& b) { return a.subject < b.subject; });
  if (stop_.stop_requested()) add("interrupted", ".", "the check was interrupted; run it again");
  report_.ok = std::none_of(report_.problems.begin(), report_.problems.end(),
                            [](const VerifyProblem& p) { return p.fault; });
  return std::move(report_);
}

void Verifier::check_ledger() {
  const auto text = container_.read(std::string(kLedgerFile), ledger::kMaxLedgerBytes);
  const auto seal = container_.read(std::string(kSealFile), kMaxSmallFile);
  std::vector<ledger::PublicKey> keys;
  for (const auto& file : container_.files())
    if (is_below(file.path, kKeysFolder))
      if (const auto pem = container_.read(file.path, 4096))
        if (auto key = ledger::PublicKey::from_pem(*pem)) keys.push_back(*std::move(key));
  std::vector<std::string> expected;
  for (const std::string_view key : split(options_.expect_key, ','))
    if (!trim(key).empty()) expected.emplace_back(trim(key));

  ledger::CheckInput input{.keys = keys, .threads = threads_, .expected_keys = expected};
  if (text) input.text = *text;
  if (seal) input.seal = *seal;
  if (!text) {
    const bool absent = text.error().id == "os.not_found";
    ledger_has_gaps_ = true;
    if (absent)
      add("missing", std::string(kLedgerFile),
          "there is no ledger, so nothing says what the evidence was");
    else
      add_unreadable(std::string(kLedgerFile), text.error());
  }
  const bool seal_refused = !seal && seal.error().code == ErrorCode::permission_denied;
  if (seal_refused) add_unreadable(std::string(kSealFile), seal.error());
  const ledger::Report found = check(input, [&](const ledger::Entry& e) {
    if (e.hash == options_.expect_head) expected_head_seq_ = e.seq;
    state_.apply(e);
  });
  for (const ledger::Problem& p : found.problems) {
    if (!text && p.kind == "truncated") continue;  // said already
    if (seal_refused && p.line == 0 && p.kind == "missing") continue;
    std::string detail = p.line == 0 ? p.detail
                                     : fmt::format("at byte {}, field '{}': {}", p.offset,
                                                   p.field.empty() ? "entry" : p.field, p.detail);
    add(p.kind, p.line == 0 ? std::string(kSealFile) : fmt::format("{}:{}", kLedgerFile, p.line),
        std::move(detail), p.fault);
  }
  ledger_has_gaps_ = ledger_has_gaps_ || found.unreadable_lines;
  if (state_.ill_formed > 0)
    add("altered", std::string(kLedgerFile),
        fmt::format("{} entries or items are not understood", state_.ill_formed));
  report_.head = found.head;
  report_.key = join(found.keys, ",");
  report_.items = state_.items.size();
  check_keys(found.keys);
  check_expected_head();
}

void Verifier::check_keys(const std::vector<std::string>& used) {
  std::set<std::string> missing(used.begin(), used.end());
  for (const auto& file : container_.files()) {
    if (!is_below(file.path, kKeysFolder)) continue;
    const std::string name = file.path.substr(kKeysFolder.size() + 1);
    const bool named_like_one = name.size() == 68 && name.ends_with(".pub");
    const std::string fingerprint = name.substr(0, 64);
    if (name.size() == 72 && name.ends_with(".pub.new")) {
      add("incoming", file.path, "left by an interrupted command", false);
      continue;
    }
    const auto pem = container_.read(file.path, 4096);
    const auto key =
        pem ? ledger::PublicKey::from_pem(*pem) : Result<ledger::PublicKey>(pem.error());
    if (named_like_one && key && key->fingerprint() == fingerprint) {
      if (missing.erase(fingerprint) == 0)
        add("unused_key", file.path, "no entry is signed with this key", false);
    } else if (named_like_one && missing.erase(fingerprint) > 0) {
      add("altered", file.path, "not the public key that its name says");
    } else {
      add("added", file.path, "not a public key that belongs to the case");
    }
  }
  for (const std::string& fingerprint : missing)
    add("missing", fmt::format("{}/{}.pub", kKeysFolder, fingerprint),
        "the public key of entries in the ledger");
}

void Verifier::check_expected_head() {
  if (options_.expect_head.empty() || report_.head == options_.expect_head) return;
  if (expected_head_seq_ != 0)
    add("head", std::string(kLedgerFile),
        fmt::format("the expected head is entry {}; others follow, up to {}", expected_head_seq_,
                    report_.head),
        false);
  else
    add("head", std::string(kLedgerFile),
        fmt::format("the head is {}; the expected {} is not in the ledger",
                    report_.head.empty() ? "missing" : report_.head, options_.expect_head));
}

void Verifier::want_files() {
  for (const EvidenceItem& item : state_.items) {
    if (item.in_place())
      want_in_place(item);
    else
      wanted_.emplace(item.stored, Wanted{.sha256 = item.sha256, .bytes = item.bytes});
  }
  for (const auto& [path, covered] : state_.kept)
    wanted_.emplace(path, Wanted{.sha256 = covered.sha256, .bytes = covered.bytes});
}

void Verifier::want_in_place(const EvidenceItem& item) {
  const Wanted wanted{.sha256 = item.sha256, .bytes = item.bytes};
  if (in_place_) {
    if (const auto at = in_place_->taken.find(item.id); at != in_place_->taken.end()) {
      wanted_.emplace(at->second, wanted);
      return;
    }
    const auto& left = in_place_->not_included;
    if (std::find(left.begin(), left.end(), item.id) != left.end())
      return add("not_included", item.source,
                 fmt::format("item {} was imported in place and left out of the archive", item.id),
                 false);
  }
  if (!is_folder_)
    return add("missing", item.source,
               fmt::format("item {} was imported in place and is not in the archive", item.id));
  wanted_.emplace(item.source, wanted);
}

void Verifier::check_case_file() {
  const std::string path(kCaseFile);
  const auto text = container_.read(path, kMaxSmallFile);
  if (!text && text.error().id == "os.not_found") return add("missing", path, text.error().message);
  if (!text) return add_unreadable(path, text.error());
  const std::string found = sha256_hex(*text);
  if (found == state_.case_sha256) return;
  if (incoming_.contains(state_.case_sha256))
    return add("incoming", path,
               "a change was interrupted; the next command that writes finishes it", false);
  add("altered", path,
      state_.case_sha256.empty()
          ? "the ledger does not say what it should be"
          : fmt::format("expected SHA-256 {}, found {}", state_.case_sha256, found));
}

void Verifier::check_incoming() {
  std::map<std::string, std::uint64_t> files;
  for (const auto& file : container_.files())
    if (is_below(file.path, kIncomingFolder) && file.regular) files.emplace(file.path, file.bytes);
  if (files.empty()) return;
  container_.hash(files, threads_, progress_, stop_,
                  [&](const std::string& path, const Result<Digest>& digest) {
                    if (digest) incoming_.emplace(digest->sha256, path);
                  });
  add("incoming", std::string(kIncomingFolder),
      fmt::format("{} files of an interrupted command; the next command that writes clears them",
                  files.size()),
      false);
}

void Verifier::check_files() {
  std::set<std::string> seen;
  for (const auto& file : container_.files()) {
    const bool guarded = is_below(file.path, kEvidenceFolder) ||
                         is_below(file.path, kRulesFolder) || is_below(file.path, kJournalFolder);
    if (!seen.insert(file.path).second) {
      add("added", file.path, "the archive holds this path twice");
    } else if (guarded && !wanted_.contains(file.path)) {
      add("added", file.path,
          ledger_has_gaps_ ? "not in the ledger, as far as the ledger can be read"
                           : "not in the ledger");
    } else if (guarded && !file.regular) {
      add("altered", file.path, "not a regular file");
    }
  }
  std::map<std::string, std::uint64_t> limits;
  for (const auto& [path, wanted] : wanted_) {
    limits.emplace(path, wanted.bytes);
    progress_.bytes_total += wanted.bytes;
  }
  progress_.files_total += limits.size();
  container_.hash(limits, threads_, progress_, stop_,
                  [&](const std::string& path, const Result<Digest>& found) {
                    check_wanted(path, wanted_.at(path), found);
                  });
  if (stop_.stop_requested()) return;
  for (const auto& [path, wanted] : wanted_) {
    if (wanted.found) continue;
    if (const auto at = incoming_.find(wanted.sha256); at != incoming_.end() && path.front() != '/')
      add("incoming", path, "still in " + at->second + "; the next command that writes moves it",
          false);
    else
      add("missing", path, "expected " + described(wanted.sha256, wanted.bytes));
  }
}

void Verifier::check_wanted(const std::string& path, Wanted& wanted, const Result<Digest>& found) {
  wanted.found = true;
  if (!found) {
    const bool altered =
        found.error().code == ErrorCode::data_loss || found.error().id.starts_with("evidence.");
    if (altered)
      add("altered", path, found.error().message);
    else
      add_unreadable(path, found.error());
  } else if (found->sha256 != wanted.sha256) {
    add("altered", path,
        fmt::format("expected {}, found {}", described(wanted.sha256, wanted.bytes),
                    described(found->sha256, found->bytes)));
  }
}

}  // namespace backtrail::casefile
