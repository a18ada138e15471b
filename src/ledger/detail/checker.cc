#include "ledger/detail/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "ledger/detail/base64.h"
#include "ledger/detail/entry.h"

namespace backtrail::ledger {
namespace {

constexpr std::size_t kMaxProblems = 1000;
constexpr std::string_view kEntryStart = R"({"body":)";

}  // namespace

Checker::Checker(const CheckInput& input) : input_(input), prev_(kNoHash) {
  for (const PublicKey& k : input.keys) keys_.emplace(k.fingerprint(), &k);
}

const PublicKey* Checker::key(const std::string& fingerprint) const {
  const auto at = keys_.find(fingerprint);
  return at == keys_.end() ? nullptr : at->second;
}

void Checker::add(Problem p) {
  if (report_.problems.size() < kMaxProblems)
    report_.problems.push_back(std::move(p));
  else
    ++not_listed_;
}

void Checker::fault(std::string kind, std::string field, std::string detail) {
  if (!broken_) report_.intact_bytes = offset_;
  broken_ = true;
  add({.kind = std::move(kind),
       .line = line_,
       .offset = offset_,
       .field = std::move(field),
       .detail = std::move(detail)});
}

Report Checker::run(FunctionRef<void(const Entry&)> each) {
  if (input_.seal)
    if (auto seal = parse_seal(*input_.seal)) seal_ = *seal;
  std::string_view rest = input_.text;
  report_.bytes = rest.size();
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    ++line_;
    take_line(rest.substr(0, end), each);
    rest.remove_prefix(end + 1);
    offset_ += end + 1;
  }
  if (!rest.empty()) {
    ++line_;
    take_tail(rest);
  }
  if (!broken_) report_.intact_bytes = input_.text.size();
  report_.tail_is_torn = tail_is_torn();
  take_seal();
  if (input_.signatures) check_signatures();
  if (!input_.expected_keys.empty()) check_expected_keys();
  std::stable_sort(
      report_.problems.begin(), report_.problems.end(), [](const auto& a, const auto& b) {
        return (a.line == 0 ? UINT64_MAX : a.line) < (b.line == 0 ? UINT64_MAX : b.line);
      });
  if (not_listed_ > 0)
    report_.problems.push_back(
        {.kind = "altered",
         .detail = fmt::format("{} further problems are not listed", not_listed_)});
  return std::move(report_);
}

void Checker::take_line(std::string_view line, FunctionRef<void(const Entry&)> each) {
  const ReadLine read = read_line(line);
  if (read.entry) {
    ++report_.entries;
    each(*read.entry);
  } else {
    report_.unreadable_lines = true;
  }
  if (!read.field.empty()) {
    fault("altered", read.field, read.detail);
    prev_.reset();
    ++next_seq_;
    return;
  }
  take_entry(*read.entry);
}

void Checker::take_entry(const Entry& e) {
  if (broken_) intact_after_break_ = true;
  if (prev_ && e.prev != *prev_) {
    fault("chain", "prev",
          fmt::format("the entry continues {} and the one before it is {}: an entry was removed, "
                      "inserted or moved",
                      e.prev, *prev_));
    intact_after_break_ = true;
  } else if (prev_ && e.seq != next_seq_) {
    fault("chain", "seq", fmt::format("the entry has number {} in place of {}", e.seq, next_seq_));
    intact_after_break_ = true;
  }
  prev_ = e.hash;
  next_seq_ = e.seq + 1;
  report_.last_seq = e.seq;
  report_.head = e.hash;
  if (seal_ && e.seq == seal_->count) sealed_hash_ = e.hash;
  take_key(e);
  signatures_.push_back({.message = entry_message(e.hash),
                         .signature = e.sig,
                         .key = e.key,
                         .line = line_,
                         .offset = offset_,
                         .field = "sig"});
}

void Checker::take_key(const Entry& e) {
  auto& used = report_.keys;
  if (std::find(used.begin(), used.end(), e.key) == used.end()) used.push_back(e.key);
  const bool changes = e.type == "key_changed";
  const std::string& from = e.body["from"].as_string();
  const std::string& to = e.body["to"].as_string();
  if (!key_in_charge_.empty() && e.key != key_in_charge_) {
    if (changes && e.body["mode"] == Json("break") && from == key_in_charge_ && to == e.key)
      add({.kind = "key_break",
           .fault = false,
           .line = line_,
           .offset = offset_,
           .field = "key",
           .detail = fmt::format("from here on key {} signs, without a word of key {}", to, from)});
    else if (!broken_)
      add({.kind = "signature",
           .line = line_,
           .offset = offset_,
           .field = "key",
           .detail = fmt::format("signed by key {} although key {} is in charge", e.key,
                                 key_in_charge_)});
  }
  key_in_charge_ = e.key;
  if (changes && e.body["mode"] == Json("hand_over") && from == e.key) {
    hand_overs_.emplace_back(from, to);
    signatures_.push_back({.message = hand_over_message(e.prev, from, to),
                           .signature = e.body["cosignature"].as_string(),
                           .key = to,
                           .line = line_,
                           .offset = offset_,
                           .field = "body.cosignature"});
    key_in_charge_ = to;
    if (std::find(used.begin(), used.end(), to) == used.end()) used.push_back(to);
  }
}

void Checker::take_tail(std::string_view tail) {
  const std::string_view start = tail.substr(0, kEntryStart.size());
  if (const ReadLine read = read_line(tail.substr(0, tail.size() - 1));
      read.entry && read.field.empty()) {
    fault("altered", "entry", "the line end after a whole entry was changed into another byte");
    ++next_seq_;
  } else if (start == kEntryStart.substr(0, start.size())) {
    const bool sealed = seal_ && next_seq_ <= seal_->count;
    fault("truncated", "entry",
          fmt::format("the last line stops after {} bytes{}", tail.size(),
                      sealed ? fmt::format("; the seal counts {} entries", seal_->count)
                             : "; an append was interrupted, every sealed entry is there"));
    report_.problems.back().fault = sealed;
    if (sealed) next_seq_ = seal_->count + 1;
  } else {
    fault("altered", "entry", fmt::format("{} bytes at the end are no entry", tail.size()));
  }
}

bool Checker::tail_is_torn() const {
  return broken_ && !intact_after_break_ && seal_ && report_.last_seq >= seal_->count;
}

void Checker::take_seal() {
  const auto seal_fault = [this](std::string kind, std::string field, std::string detail) {
    add({.kind = std::move(kind), .field = std::move(field), .detail = std::move(detail)});
  };
  if (!input_.seal) return seal_fault("missing", "", "there is no seal");
  if (!seal_) return seal_fault("altered", "seal", parse_seal(*input_.seal).error().message);
  signatures_.push_back({.message = seal_message(seal_->count, seal_->head),
                         .signature = seal_->sig,
                         .key = seal_->key,
                         .field = "sig"});
  if (next_seq_ <= seal_->count) {
    line_ += 1;
    add({.kind = "truncated",
         .line = line_,
         .offset = input_.text.size(),
         .field = "entry",
         .detail = fmt::format("the seal counts {} entries, the ledger ends after {}", seal_->count,
                               next_seq_ - 1)});
  } else if (!sealed_hash_.empty() && sealed_hash_ != seal_->head) {
    seal_fault("chain", "head",
               fmt::format("the seal names {} as entry {}, the ledger has {}", seal_->head,
                           seal_->count, sealed_hash_));
  } else if (seal_->count == 0) {
    seal_fault("altered", "count", "the seal counts no entry");
  } else if (report_.last_seq > seal_->count) {
    add({.kind = "seal_behind",
         .fault = false,
         .field = "count",
         .detail = fmt::format("the ledger goes on to entry {} past the seal's {}: a program was "
                               "interrupted between the two",
                               report_.last_seq, seal_->count)});
  }
}

void Checker::check_signatures() {
  std::vector<char> good(signatures_.size(), 0);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < signatures_.size(); i = next++) {
      const Signature& s = signatures_[i];
      const PublicKey* k = key(s.key);
      const auto raw = from_base64(s.signature);
      good[i] = k != nullptr && raw && k->verify(s.message, *raw) ? 1 : 0;
    }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t useful = std::min<std::size_t>(input_.threads, signatures_.size() / 16 + 1);
    for (std::size_t i = 1; i < useful; ++i) helpers.emplace_back(work);
    work();
  }
  std::set<std::string> absent;
  for (std::size_t i = 0; i < signatures_.size(); ++i) {
    const Signature& s = signatures_[i];
    if (good[i] != 0) continue;
    const bool unknown = key(s.key) == nullptr;
    if (unknown && !absent.insert(s.key).second) continue;
    add({.kind = s.line == 0 && !unknown ? "altered" : "signature",
         .line = s.line,
         .offset = s.offset,
         .field = s.field,
         .detail = unknown
                       ? fmt::format("the public key {} is not there, so what it signed cannot be "
                                     "checked",
                                     s.key)
                       : fmt::format("the signature is not one of key {}", s.key)});
  }
}

void Checker::check_expected_keys() {
  std::set<std::string> allowed(input_.expected_keys.begin(), input_.expected_keys.end());
  for (const auto& [from, to] : hand_overs_)
    if (allowed.contains(from)) allowed.insert(to);
  for (const std::string& k : report_.keys)
    if (!allowed.contains(k))
      add({.kind = "signature",
           .field = "key",
           .detail = fmt::format("key {} signed entries and is not the key that was expected", k)});
}

}  // namespace backtrail::ledger
