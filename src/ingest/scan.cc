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

model::Hit hit_of(const sigma::RuleInfo& rule) {
  return {.rule_id = rule.id, .rule_title = rule.title, .level = rule.level, .techniques = rule.techniques};
}

/// One hit a rule, to be filled with the event at hand: what the rule says is copied once.
class HitShapes {
 public:
  explicit HitShapes(const sigma::RuleSet& rules) {
    for (const sigma::RuleInfo& rule : rules.rules()) {
      hits_.push_back(hit_of(rule));
      hits_.back().events.resize(1);
    }
  }
  [[nodiscard]] model::Hit& with(std::uint32_t rule, model::EventRef&& event) {
    hits_[rule].events.front() = std::move(event);
    return hits_[rule];
  }

 private:
  std::vector<model::Hit> hits_;
};

/// A hit on its way out, with what the caller made of it.
struct MadeHit {
  std::uint32_t rule = 0;
  model::EventRef event{};
  std::string prepared{};
};

/// Gives hits out in the order of files, whichever thread finishes first. Thread-safe.
class OrderedHits {
 public:
  OrderedHits(const sigma::RuleSet& rules, HitSink sink) : shapes_(rules), sink_(sink) {}

  /// Hits of file `index` so far; the file whose turn it is goes straight out.
  void add(std::size_t index, std::vector<MadeHit>& hits) {
    const std::lock_guard lock(mutex_);
    if (index == turn_) {
      give_out(hits);
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
        give_out(it->second);
        held_.erase(it);
      }
    }
  }

 private:
  void give_out(std::vector<MadeHit>& hits) {
    for (MadeHit& h : hits) sink_(shapes_.with(h.rule, std::move(h.event)), h.prepared);
  }

  std::mutex mutex_;
  HitShapes shapes_;
  HitSink sink_;
  std::size_t turn_ = 0;
  std::map<std::size_t, std::vector<MadeHit>> held_;
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
  ScanWorker(WorkList& list, const ScanOptions& options, PrepareHit prepare, OrderedHits& out,
             BaseHits& base, Progress& progress)
      : cursor_(list, progress),
        rules_(*options.rules),
        matchers_(options.rules),
        shapes_(rules_),
        prepare_(prepare),
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
      sigma::Matcher& matcher = matchers_.of(*cursor_.found().type);
      for (const std::uint32_t rule : matcher.match(cursor_.record())) hit(matcher, rule);
      if (hits_.size() >= 256) out_.add(cursor_.index(), hits_);
    }
  }

 private:
  void hit(const sigma::Matcher& matcher, std::uint32_t rule) {
    const EventFacts facts = facts_without_content(cursor_.found());
    const EventKey key = key_or_place(cursor_.found(), facts, cursor_.work(), cursor_.place().record);
    model::EventRef ref = ref_of(cursor_.found(), facts, key);
    if (correlated_[rule]) {
      const std::lock_guard lock(base_.mutex);
      base_.hits.push_back({.rule = rule,
                            .time = facts.time,
                            .event_key = ref.uid,
                            .captured = matcher.capture(rule, cursor_.record())});
      base_.events.push_back(ref);
    }
    if (!rules_.rules()[rule].reports) return;
    model::Hit& shape = shapes_.with(rule, std::move(ref));
    std::string prepared = prepare_(shape);
    hits_.push_back({.rule = rule,
                     .event = std::move(shape.events.front()),
                     .prepared = std::move(prepared)});
  }

  RecordCursor cursor_;
  const sigma::RuleSet& rules_;
  Matchers matchers_;
  HitShapes shapes_;
  PrepareHit prepare_;
  OrderedHits& out_;
  BaseHits& base_;
  std::vector<bool> correlated_;
  std::vector<MadeHit> hits_;  // of the present file
};

}  // namespace

Result<Summary> scan(const std::vector<std::string>& paths, const ScanOptions& options,
                     PrepareHit prepare, HitSink sink, Progress& progress, std::stop_token stop) {
  const auto started = std::chrono::steady_clock::now();
  BACKTRAIL_RETURN_IF_ERROR(sources::check(options.read));
  BACKTRAIL_ASSIGN(Discovered found, discover(paths));
  if (found.standard_input) found.files.emplace_back("/dev/stdin");
  std::vector<Work> work;
  const auto read = std::make_shared<const sources::ReadOptions>(options.read);
  for (const std::filesystem::path& p : found.files) {
    std::error_code error;
    const auto size = std::filesystem::file_size(p, error);
    work.push_back({.evidence = static_cast<std::uint32_t>(work.size() + 1),
                    .path = p,
                    .shown = p.string(),
                    .sha256 = p.string(),
                    .bytes = error ? 0 : size,
                    .read = read});
  }
  progress.phase = "matching";
  progress.files_total = work.size();
  for (const Work& w : work) progress.bytes_total += w.bytes;

  WorkList list(work);
  OrderedHits ordered(*options.rules, sink);
  BaseHits base;
  {
    const unsigned n =
        options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
    const auto run = [&] { ScanWorker(list, options, prepare, ordered, base, progress).run(stop); };
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < n && i < work.size(); ++i) workers.emplace_back(run);
    run();
  }
  if (stop.stop_requested()) return cancelled_error("the scan");
  const sigma::RuleSet& rules = *options.rules;
  for (const sigma::CorrelationHit& c : sigma::correlate(rules, base.hits).hits) {
    const sigma::RuleInfo& info = rules.rules()[c.rule];
    if (!info.reports) continue;
    model::Hit hit = hit_of(info);
    for (const std::size_t i : c.hits) hit.events.push_back(base.events[i]);
    sink(hit, prepare(hit));
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
