#include "ingest/detail/pipeline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "ingest/detail/feed.h"

namespace backtrail::ingest {

sigma::Matcher& Matchers::of(const model::LogType& type) {
  const std::size_t i = sources::index_of(type);
  if (i >= by_type_.size()) by_type_.resize(i + 1);
  if (!by_type_[i]) by_type_[i].emplace(rules_, sources::layout_of(type), source_of(type));
  return *by_type_[i];
}

RecordCursor::RecordCursor(WorkList& list, Progress& progress, const model::LogType* only)
    : list_(list), progress_(progress), reader_(&progress), only_(only) {}

bool RecordCursor::next() {
  for (;;) {
    if (!current_) {
      current_ = list_.take();
      if (!current_) return false;
      const Work& work = list_.at(*current_);
      outcome_ = {};
      met_record_ = false;
      place_ = {.evidence = work.evidence, .record = 0};
      if (auto started = reader_.start(work.path, work.shown, work.read.get()); !started) {
        outcome_.failed = started.error();
        progress_.bytes_done += work.bytes;
        finish();
        continue;
      }
    }
    if (reader_.next(found_, place_.record)) {
      const bool wanted = only_ == nullptr || found_.type == only_;
      if (!wanted && !met_record_ && !work().is_known) {
        outcome_.other = found_.type;
        (void)reader_.take_report();
        finish();
        continue;
      }
      met_record_ = true;
      if (!wanted) {
        if (!work().is_known) note_time(sources::time_of(found_));
        continue;
      }
      ++progress_.events;
      return true;
    }
    outcome_.report = reader_.take_report();
    finish();
  }
}

void RecordCursor::finish() {
  list_.done(*current_, std::move(outcome_));
  ++progress_.files_done;
  if (on_file_done_) on_file_done_(*current_);
  current_.reset();
}

void RecordCursor::note_time(const std::optional<Timestamp>& time) {
  if (!time) return;
  if (!outcome_.first || *time < *outcome_.first) outcome_.first = time;
  if (!outcome_.last || *time > *outcome_.last) outcome_.last = time;
}

EventKey key_or_place(const sources::Found& found, const EventFacts& facts, const Work& work,
                      std::uint32_t record) {
  if (facts.has_id) return facts.key;
  if (work.read) {
    if (const std::string bearing = sources::bearing_on(*found.type, *work.read); !bearing.empty()) {
      const Hash128 h = hash128(work.sha256 + ":" + std::to_string(record) + "\n" + bearing);
      return {h.high, h.low};
    }
  }
  // sha256:record, without an allocation a record
  std::array<char, 96> text;
  const std::size_t size = std::min(work.sha256.size(), std::size_t{80});
  if (work.sha256.size() > size) {
    const Hash128 long_hash = hash128(work.sha256 + ":" + std::to_string(record));
    return {long_hash.high, long_hash.low};
  }
  std::memcpy(text.data(), work.sha256.data(), size);
  text[size] = ':';
  const auto end = std::to_chars(text.data() + size + 1, text.data() + text.size(), record).ptr;
  const Hash128 h = hash128({text.data(), static_cast<std::size_t>(end - text.data())});
  return {h.high, h.low};
}

namespace {

/// One database thread's share of a pass.
class ImportStream {
 public:
  ImportStream(LoadBatch& batch, WorkList& list, const model::LogType& type)
      : batch_(batch), index_(sources::index_of(type)), cursor_(list, batch.progress, &type) {
    if (batch.rules) matcher_.emplace(batch.rules, sources::layout_of(type), source_of(type));
    auto spool = std::make_unique<HitSpool>();
    spool_ = spool.get();
    const std::lock_guard lock(batch.mutex);
    batch.spools.push_back(std::move(spool));
  }

  Result<std::size_t> fill(store::RowWriter& out, std::size_t capacity) {
    std::size_t rows = 0;
    std::uint64_t duplicates = 0;
    while (rows < capacity && cursor_.next()) {
      const sources::Found& found = cursor_.found();
      const EventFacts facts = facts_of(found, batch_.secret);
      cursor_.note_time(facts.time);
      const EventKey key = key_or_place(found, facts, cursor_.work(), cursor_.place().record);
      Hash128 uid = key;
      if (is_cloudtrail(found)) {
        const auto outcome = batch_.seen.note(key, facts.content, cursor_.place());
        if (outcome.verdict == SeenEvents::Verdict::duplicate) {
          ++duplicates;
          continue;
        }
        uid = outcome.uid;
        write_event(out, *found.record, facts, uid, cursor_.place());
      } else if (cursor_.work().is_copied(index_)) {
        ++duplicates;
        const std::lock_guard lock(batch_.mutex);
        batch_.copies.push_back({uid, cursor_.place()});
        continue;
      } else {
        write_record(out, found, uid, cursor_.place());
      }
      ++rows;
      if (!matcher_) continue;
      for (const std::uint32_t rule : matcher_->match(*found.record))
        BACKTRAIL_RETURN_IF_ERROR(
            spool_->add(rule, ref_of(found, facts, uid), matcher_->capture(rule, *found.record)));
    }
    batch_.stored += rows;
    batch_.duplicates += duplicates;
    return rows;
  }

 private:
  LoadBatch& batch_;
  std::size_t index_;  // of the type
  RecordCursor cursor_;
  std::optional<sigma::Matcher> matcher_;
  HitSpool* spool_ = nullptr;
};

/// The files of a batch that are still to be read for a type.
struct Pass {
  std::vector<Work> work{};
  std::vector<std::size_t> index{};  // in the batch

  void add(Work w, std::size_t i) {
    work.push_back(std::move(w));
    index.push_back(i);
  }
};

/// What a further reading, for records of type `t`, adds to what the first found in the file: nothing, unless
/// the file was lost or changed in between.
void add_reading(WorkOutcome& first, WorkOutcome&& again, std::size_t t) {
  ItemReport& report = first.report;
  const auto of_type = [t](const ItemReport& r) { return t < r.kept_of.size() ? r.kept_of[t] : 0; };
  const std::uint64_t told = of_type(report), given = of_type(again.report);
  report.damaged = report.damaged || again.report.damaged;
  for (Skipped& s : again.report.skipped) {
    const bool known = std::any_of(report.skipped.begin(), report.skipped.end(), [&](const Skipped& k) {
      return k.path == s.path && k.reason == s.reason;
    });
    if (!known) report.skipped.push_back(std::move(s));
  }
  if (!again.failed && told == given) return;
  const std::uint64_t lost = told > given ? told - given : 0;
  report.read += given > told ? given - told : 0;
  report.rejected += lost;
  report.kept_of[t] = given;
  report.damaged = true;
  const std::string name = sources::log_types()[t]->name;
  report.skipped.push_back(
      {.path = "",
       .reason = again.failed ? "unreadable" : "changed_while_read",
       .kept = report.kept(),
       .lost = lost,
       .detail = again.failed ? "when it was read again, for its records of type " + name + ": " + again.failed->message
                              : "it held " + std::to_string(told) + " records of type " + name + ", then " +
                                    std::to_string(given) + "; import it again when nothing writes to it"});
}

}  // namespace

Result<std::vector<WorkOutcome>> load_batch(LoadBatch& batch, std::span<const Work> work, EventSink& sink,
                                            unsigned threads, std::stop_token stop) {
  const auto types = sources::log_types();
  std::vector<WorkOutcome> outcomes(work.size());
  std::vector<Pass> passes(types.size());
  for (std::size_t i = 0; i < work.size(); ++i) passes[0].add(work[i], i);
  const auto waits = [](const Pass& p) { return !p.work.empty(); };
  for (auto at = passes.begin(); at != passes.end(); at = std::find_if(passes.begin(), passes.end(), waits)) {
    const Pass pass = std::exchange(*at, {});
    const auto index = static_cast<std::size_t>(at - passes.begin());
    const model::LogType& type = *types[index];
    WorkList list(pass.work);
    FunctionFeed feed([&]() -> FunctionFeed::Fill {
      auto stream = std::make_shared<ImportStream>(batch, list, type);
      return [stream](store::RowWriter& out, std::size_t capacity) { return stream->fill(out, capacity); };
    });
    BACKTRAIL_RETURN_IF_ERROR(sink.drain(type, feed, threads, stop));
    for (std::size_t k = 0; k < list.size(); ++k) {
      WorkOutcome& outcome = list.outcomes()[k];
      Work again = pass.work[k];
      if (again.is_known) {
        add_reading(outcomes[pass.index[k]], std::move(outcome), index);
        continue;
      }
      if (outcome.other != nullptr) {
        passes[sources::index_of(*outcome.other)].add(std::move(again), pass.index[k]);
        continue;
      }
      again.is_known = true;
      const auto& kept = outcome.report.kept_of;
      for (std::size_t t = 0; t < kept.size(); ++t)
        if (kept[t] > 0 && types[t] != &type) {
          batch.progress.bytes_total += again.bytes;
          passes[t].add(again, pass.index[k]);
        }
      outcomes[pass.index[k]] = std::move(outcome);
    }
  }
  return outcomes;
}

}  // namespace backtrail::ingest
