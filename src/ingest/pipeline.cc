#include "ingest/detail/pipeline.h"

#include "ingest/detail/feed.h"

namespace backtrail::ingest {

const sigma::LogSource& cloudtrail_source() {
  static const sigma::LogSource source{.product = "aws", .service = "cloudtrail"};
  return source;
}

RecordCursor::RecordCursor(WorkList& list, Progress& progress)
    : list_(list), progress_(progress), reader_(&progress), record_(sources::cloudtrail_layout()) {}

bool RecordCursor::next() {
  for (;;) {
    if (!current_) {
      current_ = list_.take();
      if (!current_) return false;
      const Work& work = list_.at(*current_);
      outcome_ = {};
      place_ = {.evidence = work.evidence, .record = 0};
      if (auto started = reader_.start(work.path); !started) {
        outcome_.failed = started.error();
        progress_.bytes_done += work.bytes;
        finish();
        continue;
      }
    }
    if (reader_.next(record_, place_.record)) {
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

EventKey key_or_place(const EventFacts& facts, const Work& work, std::uint32_t record) {
  if (facts.has_id) return facts.key;
  const Hash128 h = hash128(work.sha256 + ":" + std::to_string(record));
  return {h.high, h.low};
}

namespace {

/// One database thread's share of an import.
class ImportStream {
 public:
  explicit ImportStream(LoadBatch& batch) : batch_(batch), cursor_(batch.list, batch.progress) {
    if (batch.rules)
      matcher_.emplace(batch.rules, sources::cloudtrail_layout(), cloudtrail_source());
    auto spool = std::make_unique<HitSpool>();
    spool_ = spool.get();
    const std::lock_guard lock(batch.mutex);
    batch.spools.push_back(std::move(spool));
  }

  Result<std::size_t> fill(store::RowWriter& out, std::size_t capacity) {
    std::size_t rows = 0;
    while (rows < capacity && cursor_.next()) {
      const model::Record& record = cursor_.record();
      const EventFacts facts = facts_of(record, batch_.secret);
      cursor_.note_time(facts.time);
      const EventKey key = key_or_place(facts, cursor_.work(), cursor_.place().record);
      const auto outcome = batch_.seen.note(key, facts.content, cursor_.place());
      if (outcome.verdict == SeenEvents::Verdict::duplicate) continue;
      write_event(out, record, facts, outcome.uid, cursor_.place());
      ++rows;
      if (!matcher_) continue;
      for (const std::uint32_t rule : matcher_->match(record))
        BACKTRAIL_RETURN_IF_ERROR(
            spool_->add(rule, ref_of(record, facts, outcome.uid), matcher_->capture(rule, record)));
    }
    batch_.stored += rows;
    return rows;
  }

 private:
  LoadBatch& batch_;
  RecordCursor cursor_;
  std::optional<sigma::Matcher> matcher_;
  HitSpool* spool_ = nullptr;
};

}  // namespace

Result<void> load_batch(LoadBatch& batch, EventSink& sink, unsigned threads, std::stop_token stop) {
  FunctionFeed feed([&]() -> FunctionFeed::Fill {
    auto stream = std::make_shared<ImportStream>(batch);
    return [stream](store::RowWriter& out, std::size_t capacity) { return stream->fill(out, capacity); };
  });
  return sink.drain(feed, threads, std::move(stop));
}

}  // namespace backtrail::ingest
