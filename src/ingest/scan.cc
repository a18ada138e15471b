#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "base/cancel.h"
#include "ingest/detail/discover.h"
#include "ingest/detail/pipeline.h"
#include "ingest/detail/summary.h"

namespace backtrail::ingest {
namespace {

model::Hit make_hit(const sigma::RuleInfo& rule, std::vector<model::EventRef> events) {
  return {.rule_id = rule.id,
          .rule_title = rule.title,
          .level = rule.level,
          .techniques = rule.techniques,
          .events = std::move(events)};
}

/// Gives hits out in the order of files, whichever thread finishes first. Thread-safe.
class OrderedHits {
 public:
  explicit OrderedHits(FunctionRef<void(const model::Hit&)> sink) : sink_(sink) {}

  /// Hits of file `index` so far; the file whose turn it is goes straight out.
  void add(std::size_t index, std::vector<model::Hit>& hits) {
    const std::lock_guard lock(mutex_);
    if (index == turn_) {
      for (const model::Hit& h : hits) sink_(h);
    } else {
      auto& held = held_[index];
      std::move(hits.begin(), hits.end(), std::back_inserter(held));
    }
    hits.clear();
  }
  void file_done(std::size_t index) {
    const std::lock_guard lock(mutex_);
    done_[index] = true;
    while (done_.contains(turn_)) {
      done_.erase(turn_);
      ++turn_;
      if (const auto it = held_.find(turn_); it != held_.end()) {
        for (const model::Hit& h : it->second) sink_(h);
        held_.erase(it);
      }
    }
  }

 private:
  std::mutex mutex_;
  FunctionRef<void(const model::Hit&)> sink_;
  std::size_t turn_ = 0;
  std::map<std::size_t, std::vector<model::Hit>> held_;
  std::map<std::size_t, bool> done_;
};

/// What correlation rules need of the base hits.
struct BaseHits {
  std::mutex mutex{};
  std::vector<sigma::BaseHit> hits{};
  std::vector<model::EventRef> events{};  // beside `hits`
};

class ScanWorker {
 public:
  ScanWorker(WorkList& list, const ScanOptions& options, OrderedHits& out, BaseHits& base,
             Progress& progress)
      : cursor_(list, progress),
        rules_(*options.rules),
        matcher_(options.rules, sources::cloudtrail_layout(), cloudtrail_source()),
        out_(out),
        base_(base) {
    for (std::uint32_t r = 0; r < rules_.rules().size(); ++r)
      correlated_.push_back(sigma::is_correlated(rules_, r));
    cursor_.on_file_done([this](std::size_t file) {
      out_.add(file, hits_);
      out_.file_done(file);
    });
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested() && cursor_.next()) {
      for (const std::uint32_t rule : matcher_.match(cursor_.record())) hit(rule);
      if (hits_.size() >= 256) out_.add(cursor_.index(), hits_);
    }
  }

 private:
  void hit(std::uint32_t rule) {
    const model::Record& record = cursor_.record();
    const EventFacts facts = facts_of(record, 0);
    const EventKey key = key_or_place(facts, cursor_.work(), cursor_.place().record);
    model::EventRef ref = ref_of(record, facts, key);
    if (correlated_[rule]) {
      const std::lock_guard lock(base_.mutex);
      base_.hits.push_back({.rule = rule,
                            .time = facts.time,
                            .event_key = ref.uid,
                            .captured = matcher_.capture(rule, record)});
      base_.events.push_back(ref);
    }
    const sigma::RuleInfo& info = rules_.rules()[rule];
    if (info.reports) hits_.push_back(make_hit(info, {std::move(ref)}));
  }
  RecordCursor cursor_;
  const sigma::RuleSet& rules_;
  sigma::Matcher matcher_;
  OrderedHits& out_;
  BaseHits& base_;
  std::vector<bool> correlated_;
  std::vector<model::Hit> hits_;  // of the present file
};

}  // namespace

Result<Summary> scan(const std::vector<std::string>& paths, const ScanOptions& options,
                     FunctionRef<void(const model::Hit&)> sink, Progress& progress,
                     std::stop_token stop) {
  const auto started = std::chrono::steady_clock::now();
  BACKTRAIL_ASSIGN(Discovered found, discover(paths));
  if (found.standard_input) found.files.emplace_back("/dev/stdin");
  std::vector<Work> work;
  for (const std::filesystem::path& p : found.files) {
    std::error_code error;
    const auto size = std::filesystem::file_size(p, error);
    work.push_back({.evidence = static_cast<std::uint32_t>(work.size() + 1),
                    .path = p,
                    .shown = p.string(),
                    .sha256 = p.string(),
                    .bytes = error ? 0 : size});
  }
  progress.phase = "matching";
  progress.files_total = work.size();
  for (const Work& w : work) progress.bytes_total += w.bytes;

  WorkList list(work);
  OrderedHits ordered(sink);
  BaseHits base;
  {
    const unsigned n =
        options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    const auto run = [&] { ScanWorker(list, options, ordered, base, progress).run(stop); };
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < n && i < work.size(); ++i) workers.emplace_back(run);
    run();
  }
  if (stop.stop_requested()) return cancelled_error("the scan");
  const sigma::RuleSet& rules = *options.rules;
  for (const sigma::CorrelationHit& c : sigma::correlate(rules, base.hits).hits) {
    const sigma::RuleInfo& info = rules.rules()[c.rule];
    if (!info.reports) continue;
    std::vector<model::EventRef> events;
    for (const std::size_t i : c.hits) events.push_back(base.events[i]);
    sink(make_hit(info, std::move(events)));
  }
  Summary summary;
  for (std::size_t i = 0; i < list.size(); ++i) add_outcome(summary, list.at(i), list.outcomes()[i]);
  for (const Discovered::Unreadable& u : found.unreadable) {
    summary.skipped.push_back({.path = u.path, .reason = "unreadable", .detail = u.reason});
    ++summary.files.skipped;
  }
  summary.files.found = summary.files.imported + summary.files.skipped;
  summary.records.stored = summary.records.read - summary.records.rejected;
  sort_skipped(summary);
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return summary;
}

}  // namespace backtrail::ingest
