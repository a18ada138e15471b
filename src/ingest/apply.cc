#include "ingest/detail/apply.h"

#include <numeric>

#include "base/json.h"
#include "base/text.h"
#include "ingest/detail/feed.h"

namespace backtrail::ingest {
namespace {

/// Bulk-loads (uid, uid or place) rows into a table.
template <typename T, typename Write>
Result<void> load_rows(store::Store& store, std::string_view table,
                       const std::vector<std::string>& leaves, const std::vector<T>& rows,
                       const Write& write, const std::stop_token& stop) {
  if (rows.empty()) return {};
  std::size_t next = 0;
  FunctionFeed feed([&]() -> FunctionFeed::Fill {
    return [&](store::RowWriter& out, std::size_t capacity) -> Result<std::size_t> {
      std::size_t n = 0;
      for (; n < capacity && next < rows.size(); ++n, ++next) {
        write(out, rows[next]);
        out.next_row();
      }
      return n;
    };
  });
  auto loaded = store.load(table, leaves, feed, 1, stop);
  if (!loaded) return loaded.error();
  return {};
}

const std::vector<std::string>& fix_leaves() {
  static const std::vector<std::string> leaves = {"uid", "new_uid", "_evidence", "_record"};
  return leaves;
}

Result<void> apply_conflicts(store::Store& store, const std::vector<SeenEvents::Conflict>& conflicts,
                             const std::stop_token& stop) {
  if (conflicts.empty()) return {};
  BACKTRAIL_RETURN_IF_ERROR(store.execute("DELETE FROM fixes"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "fixes", fix_leaves(), conflicts,
      [](store::RowWriter& out, const SeenEvents::Conflict& c) {
        out.uuid(0, c.key.high, c.key.low);
        out.uuid(1, c.uid().high, c.uid().low);
        if (c.stored_plain) out.integer(2, 1);
      },
      stop));
  return store.execute(
      "UPDATE cloudtrail_logs SET uid = new_uid FROM fixes WHERE cloudtrail_logs.uid = fixes.uid AND "
      "fixes._evidence IS NOT NULL;"
      "UPDATE hits SET uid = new_uid FROM fixes WHERE hits.uid = fixes.uid AND fixes._evidence IS NOT NULL;"
      "UPDATE duplicates SET uid = new_uid FROM fixes WHERE duplicates.uid = fixes.uid AND "
      "fixes._evidence IS NOT NULL;"
      "INSERT INTO conflicts SELECT fixes.uid, new_uid, eventid, recipientaccountid FROM fixes JOIN "
      "cloudtrail_logs ON cloudtrail_logs.uid = new_uid;");
}

Result<void> apply_upgrades(store::Store& store, const std::vector<SeenEvents::Upgrade>& upgrades,
                            const std::stop_token& stop) {
  if (upgrades.empty()) return {};
  BACKTRAIL_RETURN_IF_ERROR(store.execute("DELETE FROM fixes"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "fixes", fix_leaves(), upgrades,
      [](store::RowWriter& out, const SeenEvents::Upgrade& u) {
        out.uuid(0, u.from.high, u.from.low);
        out.uuid(1, u.to.high, u.to.low);
        out.integer(2, u.place.evidence);
        out.integer(3, u.place.record);
      },
      stop));
  return store.execute(
      "UPDATE cloudtrail_logs SET uid = new_uid, _evidence = fixes._evidence, _record = fixes._record "
      "FROM fixes WHERE cloudtrail_logs.uid = fixes.uid;"
      "UPDATE hits SET uid = new_uid FROM fixes WHERE hits.uid = fixes.uid;"
      "UPDATE duplicates SET uid = new_uid FROM fixes WHERE duplicates.uid = fixes.uid;"
      "UPDATE conflicts SET uid = new_uid FROM fixes WHERE conflicts.uid = fixes.uid;");
}

Result<void> apply_moves(store::Store& store, const std::vector<SeenEvents::Move>& moves,
                         const std::stop_token& stop) {
  if (moves.empty()) return {};
  BACKTRAIL_RETURN_IF_ERROR(store.execute("DELETE FROM fixes"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "fixes", fix_leaves(), moves,
      [](store::RowWriter& out, const SeenEvents::Move& m) {
        out.uuid(0, m.uid.high, m.uid.low);
        out.integer(2, m.to.evidence);
        out.integer(3, m.to.record);
      },
      stop));
  // One event may have moved several times; the lowest place is where it ends.
  return store.execute(
      "UPDATE cloudtrail_logs SET _evidence = f.place._evidence, _record = f.place._record FROM "
      "(SELECT uid, min({'_evidence': _evidence, '_record': _record}) AS place FROM fixes GROUP BY uid) "
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
  BACKTRAIL_RETURN_IF_ERROR(
      store.execute("CREATE TEMP TABLE IF NOT EXISTS fixes (uid UUID, new_uid UUID, _evidence INTEGER, "
                    "_record INTEGER)"));
  BACKTRAIL_RETURN_IF_ERROR(apply_conflicts(store, changes.conflicts, stop));
  BACKTRAIL_RETURN_IF_ERROR(apply_upgrades(store, changes.upgrades, stop));
  BACKTRAIL_RETURN_IF_ERROR(apply_moves(store, changes.moves, stop));
  static const std::vector<std::string> kLeaves = {"uid", "_evidence", "_record"};
  return load_rows(
      store, "duplicates", kLeaves, changes.duplicates,
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
      seen.restore(parse_uuid_text(std::get<std::string>(c[0])),
                   static_cast<std::uint64_t>(store::to_int(c[1])),
                   {static_cast<std::uint32_t>(store::to_int(c[2])),
                    static_cast<std::uint32_t>(store::to_int(c[3]))});
      return true;
    }
    SeenEvents& seen;
  } restore(seen);
  BACKTRAIL_RETURN_IF_ERROR(store.engine().run(
      {.sql = "SELECT coalesce(conflicts.key, e.uid), e._content, e._evidence, e._record FROM "
              "cloudtrail_logs AS e LEFT JOIN conflicts ON conflicts.uid = e.uid"},
      restore, stop));
  BACKTRAIL_ASSIGN(const store::Table keys,
                   store::fetch(store.engine(), {.sql = "SELECT DISTINCT key FROM conflicts"}, stop));
  for (const auto& row : keys.rows) seen.restore_conflict(parse_uuid_text(store::to_text(row[0])));
  return {};
}

Result<void> store_outcomes(store::Store& store, WorkList& list) {
  std::vector<std::size_t> indices(list.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  static const std::vector<std::string> kLeaves = {
      "id",           "sha256",       "path",       "bytes",     "raw_bytes",
      "kind",         "status",       "records_read", "records_rejected", "unreadable_times",
      "first_time",   "last_time",    "problems"};
  return load_rows(
      store, "evidence", kLeaves, indices,
      [&](store::RowWriter& out, std::size_t i) {
        const Work& work = list.at(i);
        const WorkOutcome& outcome = list.outcomes()[i];
        const ItemReport& report = outcome.report;
        const auto count = [&](std::size_t leaf, std::uint64_t n) {
          out.big_integer(leaf, static_cast<std::int64_t>(n));
        };
        out.integer(0, work.evidence);
        out.text(1, work.sha256);
        out.text(2, to_valid_utf8(work.shown));  // a file name is any bytes; the ledger keeps them
        count(3, work.bytes);
        count(4, report.raw_bytes);
        out.text(5, sources::to_string(report.kind));
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
