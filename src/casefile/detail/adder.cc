#include "casefile/detail/adder.h"

#include <algorithm>
#include <thread>

#include "base/cancel.h"
#include "casefile/detail/collector.h"
#include "casefile/detail/layout.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBatchFiles = 16384;
constexpr std::uint64_t kBatchBytes = std::uint64_t{1} << 30;
constexpr std::size_t kItemsPerEntry = 500;

Timestamp now() { return system_clock().now(); }

}  // namespace

Adder::Adder(CaseFolder& kase, const AddOptions& options, Progress& progress, std::stop_token stop)
    : case_(kase),
      options_(options),
      progress_(progress),
      stop_(std::move(stop)),
      base_(options.base.empty() ? std::string() : absolute_source(options.base)),
      started_(now()) {
  for (std::size_t i = 0; i < case_.items().size(); ++i) index(i);
}

void Adder::index(std::size_t i) {
  const EvidenceItem& item = case_.items()[i];
  by_source_.emplace(item.source, i);
  if (item.in_place()) return;
  if (stored_.emplace(item.sha256, item.stored).second)
    names_.take(std::string_view(item.stored).substr(kEvidenceFolder.size() + 1));
}

const EvidenceItem* Adder::known(std::string_view source, std::string_view sha256,
                                 std::uint64_t bytes) const {
  const auto [from, to] = by_source_.equal_range(std::string(source));
  for (auto it = from; it != to; ++it) {
    const EvidenceItem& item = case_.items()[it->second];
    if (item.bytes == bytes && (sha256.empty() || item.sha256 == sha256)) return &item;
  }
  return nullptr;
}

Result<AddResult> Adder::run(const std::vector<fs::path>& files) {
  progress_.phase = options_.in_place ? "hashing evidence" : "copying evidence";
  progress_.files_total += files.size();
  BACKTRAIL_RETURN_IF_ERROR(case_.incoming_.prepare());
  for (std::size_t first = 0; first < files.size();) {
    std::vector<Prepared> batch(std::min(files.size() - first, kBatchFiles));
    first = prepare(files, first, batch);
    auto committed = commit(batch);
    for (const Prepared& p : batch)  // copies that did not find a place
      if (std::error_code ignored; !p.copy.empty()) fs::remove(p.copy, ignored);
    if (!committed) return committed.error();
    if (stop_.stop_requested()) return cancelled_error("adding evidence");
  }
  return std::move(result_);
}

std::size_t Adder::prepare(const std::vector<fs::path>& files, std::size_t first,
                           std::vector<Prepared>& batch) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> fatal{false};
  const auto work = [&] {
    while (!stop_.stop_requested() && !fatal && bytes < kBatchBytes) {
      const std::size_t i = next++;
      if (i >= batch.size()) return;
      prepare_one(files[first + i], batch[i]);
      bytes += batch[i].digest.bytes;
      if (batch[i].outcome == Prepared::Outcome::fatal) fatal = true;
    }
  };
  {
    const unsigned wanted = options_.threads != 0
                                ? options_.threads
                                : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> helpers;
    for (unsigned t = 1; t < std::min<std::size_t>(wanted, batch.size()); ++t)
      helpers.emplace_back(work);
    work();
  }
  batch.resize(std::min(next.load(), batch.size()));
  return first + batch.size();
}

void Adder::prepare_one(const fs::path& file, Prepared& out) {
  out.source = absolute_source(file);
  auto source = open_source(file);
  if (!source) {
    out.outcome = Prepared::Outcome::failed;
    out.error = source.error();
  } else {
    out.modified = source->modified;
    // A file that is probably known is read without being copied first.
    const bool maybe_known = known(out.source, {}, source->bytes) != nullptr;
    if (options_.in_place || maybe_known) {
      if (auto digest = hash_file(source->file, stop_)) {
        out.digest = *std::move(digest);
        out.outcome = Prepared::Outcome::hashed;
      } else if (!stop_.stop_requested()) {
        out.outcome = Prepared::Outcome::failed;
        out.error = digest.error().with_context(file.string());
      }
    }
    if (!options_.in_place && out.outcome != Prepared::Outcome::failed && !stop_.stop_requested() &&
        (!maybe_known || known(out.source, out.digest.sha256, out.digest.bytes) == nullptr)) {
      ::lseek(source->file.get(), 0, SEEK_SET);
      copy_one(file, *source, out);
    }
  }
  progress_.files_done += 1;
  progress_.bytes_done += out.digest.bytes;
}

void Adder::copy_one(const fs::path& file, const Source& source, Prepared& out) {
  out.copy = case_.incoming_.new_path();
  const bool may_clone = no_clone_device_ != source.device;
  bool cloned = false;
  auto result = copy_file(source.file, out.copy, out.modified, may_clone, cloned, stop_);
  if (may_clone && !cloned) no_clone_device_ = source.device;
  if (auto* digest = std::get_if<Digest>(&result)) {
    out.digest = std::move(*digest);
    out.outcome = Prepared::Outcome::copied;
    return;
  }
  out.copy.clear();
  auto& failure = std::get<CopyError>(result);
  out.outcome = failure.at_target        ? Prepared::Outcome::fatal
                : stop_.stop_requested() ? Prepared::Outcome::pending
                                         : Prepared::Outcome::failed;
  out.error = failure.error.with_context(file.string());
}

Result<void> Adder::commit(std::vector<Prepared>& batch) {
  std::vector<EvidenceItem> items;
  std::vector<Timestamp> modified;
  std::vector<std::pair<fs::path, std::string>> moves;
  std::unordered_multimap<std::string_view, std::size_t> batch_sources;  // into items
  auto next_id = static_cast<std::uint32_t>(case_.items().size()) + 1;
  Result<void> fatal;
  for (Prepared& p : batch) {
    if (p.outcome == Prepared::Outcome::pending) break;
    if (p.outcome == Prepared::Outcome::fatal) {
      fatal = p.error;
      break;
    }
    if (p.outcome == Prepared::Outcome::failed) {
      result_.failed.push_back({.path = p.source, .error = p.error});
      continue;
    }
    const EvidenceItem* same = known(p.source, p.digest.sha256, p.digest.bytes);
    const auto [from, to] = batch_sources.equal_range(p.source);
    for (auto it = from; it != to; ++it)  // a file named twice
      if (items[it->second].sha256 == p.digest.sha256) same = &items[it->second];
    if (same != nullptr) {
      result_.already.push_back(same->id);
      continue;
    }
    EvidenceItem item{
        .id = next_id++, .sha256 = p.digest.sha256, .bytes = p.digest.bytes, .source = p.source};
    if (p.outcome == Prepared::Outcome::copied) {
      const auto [at, is_new] = stored_.try_emplace(item.sha256);
      if (is_new) {
        at->second =
            std::string(kEvidenceFolder) + "/" + names_.choose(relative_source(item.source, base_));
        moves.emplace_back(std::exchange(p.copy, {}), at->second);
      }
      item.stored = at->second;
    }
    batch_sources.emplace(p.source, items.size());
    items.push_back(std::move(item));
    modified.push_back(p.modified);
  }
  std::vector<fs::path> copies;
  for (const auto& [from, to] : moves) copies.push_back(from);
  BACKTRAIL_RETURN_IF_ERROR(case_.incoming_.sync(copies));
  BACKTRAIL_RETURN_IF_ERROR(write_entries(items, modified));
  for (const auto& [from, to] : moves)
    BACKTRAIL_RETURN_IF_ERROR(case_.incoming_.place(from, to, false));
  return fatal;
}

Result<void> Adder::write_entries(std::span<const EvidenceItem> items,
                                  std::span<const Timestamp> modified) {
  std::vector<ledger::Draft> drafts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i % kItemsPerEntry == 0)
      drafts.push_back({.type = "evidence_added",
                        .body = Json::object()
                                    .set("base", base_)
                                    .set("collector", collector())
                                    .set("finished", format_rfc3339(now()))
                                    .set("items", Json::array())
                                    .set("started", format_rfc3339(started_))});
    for (auto& [key, value] : drafts.back().body.mutable_object())
      if (key == "items") value.push(to_json(items[i], modified[i]));
  }
  if (!drafts.empty()) BACKTRAIL_RETURN_IF_ERROR(case_.append(drafts));
  for (const EvidenceItem& item : items) result_.added.push_back(item.id);
  for (std::size_t i = case_.items().size() - items.size(); i < case_.items().size(); ++i) index(i);
  return {};
}

Result<AddResult> Adder::run_stdin(int fd) {
  progress_.phase = "reading standard input";
  BACKTRAIL_RETURN_IF_ERROR(case_.incoming_.prepare());
  const FileHandle input(::dup(fd));
  if (!input) return system_error("standard input", errno);
  std::vector<Prepared> batch(1);
  Prepared& p = batch.front();
  p.source = "-";
  p.modified = now();
  bool cloned = false;
  p.copy = case_.incoming_.new_path();
  auto result = copy_file(input, p.copy, p.modified, false, cloned, stop_);
  if (auto* failure = std::get_if<CopyError>(&result))
    return failure->error.with_context("standard input");
  p.digest = std::get<Digest>(std::move(result));
  p.outcome = Prepared::Outcome::copied;
  progress_.bytes_done += p.digest.bytes;
  auto committed = commit(batch);
  if (std::error_code ignored; !p.copy.empty()) fs::remove(p.copy, ignored);
  if (!committed) return committed.error();
  return std::move(result_);
}

}  // namespace backtrail::casefile
