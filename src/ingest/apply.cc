#include "ingest/detail/apply.h"

#include <numeric>

#include "base/json.h"
#include "base/text.h"
#include "ingest/detail/load_rows.h"

namespace backtrail::ingest {
namespace {

const std::vector<std::string> kPlaceLeaves = {"uid", "_evidence", "_record"};

Result<void> apply_moves(store::Store& store, const std::vector<SeenEvents::Move>& moves,
                         const std::stop_token& stop) {
  if (moves.empty()) return {};
  BACKTRAIL_RETURN_IF_ERROR(store.execute(
      "CREATE OR REPLACE TEMP TABLE moves (uid UUID, _evidence INTEGER, _record INTEGER)"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "moves", kPlaceLeaves, moves,
      [](store::RowWriter& out, const SeenEvents::Move& m) {
        out.uuid(0, m.uid.high, m.uid.low);
        out.integer(1, m.to.evidence);
        out.integer(2, m.to.record);
      },
      stop));
  // One event may have moved several times; the lowest place is where it ends.
  return store.execute(
      "UPDATE cloudtrail_logs SET _evidence = f.place._evidence, _record = f.place._record FROM "
      "(SELECT uid, min({'_evidence': _evidence, '_record': _record}) AS place FROM moves GROUP BY uid) "
      "AS f WHERE cloudtrail_logs.uid = f.uid");
}

std::string problems_of(const WorkOutcome& outcome) {
  JsonWriter out;
  out.begin_array();
  for (const Skipped& s : outcome.report.skipped) {
    out.begin_object().field("member", s.path).field("reason", s.reason);
    if (s.offset) out.field("offset", *s.offset);
    out.field("kept", s.kept).field("lost", s.lost).field("detail", s.detail).end_object();
  }
  if (const std::uint64_t n = outcome.report.repeated_fields; n > 0)
    out.begin_object()
        .field("member", "")
        .field("reason", "repeated_field")
        .field("lost", 0)
        .field("detail", std::to_string(n) + " records hold a field more than once; the last counts")
        .end_object();
  if (outcome.failed)
    out.begin_object().field("member", "").field("reason", "unreadable").field(
        "detail", outcome.failed->message).end_object();
  out.end_array();
  return out.take();
}

std::string_view status_of(const WorkOutcome& outcome) {
  if (outcome.failed) return "unreadable";
  if (outcome.report.damaged) return "damaged";
  return outcome.report.kind == sources::FileKind::not_a_log ? "not_a_log" : "complete";
}

}  // namespace

Result<void> apply_changes(store::Store& store, const SeenEvents::Changes& changes,
                           std::stop_token stop) {
  BACKTRAIL_RETURN_IF_ERROR(apply_moves(store, changes.moves, stop));
  return store_duplicates(store, changes.duplicates, stop);
}

Result<void> store_duplicates(store::Store& store, const std::vector<SeenEvents::Copy>& copies,
                              std::stop_token stop) {
  return load_rows(
      store, "duplicates", kPlaceLeaves, copies,
      [](store::RowWriter& out, const SeenEvents::Copy& c) {
        out.uuid(0, c.uid.high, c.uid.low);
        out.integer(1, c.place.evidence);
        out.integer(2, c.place.record);
      },
      stop);
}

Result<void> restore_seen(store::Store& store, SeenEvents& seen, std::stop_token stop) {
  class Restore final : public store::RowSink {
   public:
    explicit Restore(SeenEvents& s) : seen(s) {}
    void columns(std::span<const store::Column>) override {}
    bool row(std::span<const store::Cell> c) override {
      const Hash128 uid = parse_uuid_text(std::get<std::string>(c[0]));
      const bool conflicting = !store::is_null(c[4]);
      seen.restore(conflicting ? make_key(store::to_text(c[4]), store::to_text(c[5])) : uid,
                   static_cast<std::uint64_t>(store::to_int(c[1])),
                   {static_cast<std::uint32_t>(store::to_int(c[2])),
                    static_cast<std::uint32_t>(store::to_int(c[3]))},
                   uid);
      return true;
    }
    SeenEvents& seen;
  } restore(seen);
  return store.engine().run(
      {.sql = "SELECT e.uid, e._content, e._evidence, e._record, c.event_id, c.account FROM "
              "cloudtrail_logs AS e LEFT JOIN conflicts AS c ON c.uid = e.uid"},
      restore, stop);
}

Result<void> store_outcomes(store::Store& store, std::span<const Work> list,
                            std::span<const WorkOutcome> outcomes) {
  std::vector<std::size_t> indices(list.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  static const std::vector<std::string> kLeaves = {
      "id",           "sha256",       "path",       "bytes",     "raw_bytes",
      "kind",         "status",       "records_read", "records_rejected", "unreadable_times",
      "first_time",   "last_time",    "problems"};
  return load_rows(
      store, "evidence", kLeaves, indices,
      [&](store::RowWriter& out, std::size_t i) {
        const Work& work = list[i];
        const WorkOutcome& outcome = outcomes[i];
        const ItemReport& report = outcome.report;
        const auto count = [&](std::size_t leaf, std::uint64_t n) {
          out.big_integer(leaf, static_cast<std::int64_t>(n));
        };
        out.integer(0, work.evidence);
        out.text(1, work.sha256);
        out.text(2, to_valid_utf8(work.shown));  // a file name is any bytes; the ledger keeps them
        count(3, work.bytes);
        count(4, report.raw_bytes);
        out.text(5, sources::kind_of(report.kind, report.kept_of, report.met));
        out.text(6, status_of(outcome));
        count(7, report.read);
        count(8, report.rejected);
        count(9, report.unreadable_times);
        if (outcome.first) out.time(10, *outcome.first);
        if (outcome.last) out.time(11, *outcome.last);
        out.text(12, problems_of(outcome));
      },
      {});
}

}  // namespace backtrail::ingest
