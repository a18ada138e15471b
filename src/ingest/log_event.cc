#include <charconv>
#include <memory>
#include <vector>

#include "base/json.h"
#include "base/json_keys.h"
#include "base/time.h"
#include "ingest/detail/event.h"
#include "ingest/ingest.h"

// Rows and hits of the log types that `sources` declares field by field.
namespace backtrail::ingest {
namespace {

using model::FieldKind;
using model::LogType;
using model::Record;
using model::Value;

/// What a type's records are written by. Made once.
struct Binding {
  static constexpr std::size_t kInMore = static_cast<std::size_t>(-1), kNowhere = kInMore - 1;
  /// A field: where it is written.
  struct Column {
    std::string name{};
    FieldKind kind = FieldKind::text;
    bool lower_keys = false;
    std::size_t leaf = 0;  // kInMore: it is rare; kNowhere: it is not stored
  };
  std::vector<std::string> leaves{};  // the fields, `_more` where some are rare, then ours
  std::vector<Column> columns{};
  std::size_t more = 0;  // leaf of `_more`
  std::size_t ours = 0;  // first of our leaves
  model::BoundPick source{}, principal{}, session{}, access_key{}, action{}, source_ip{}, user_agent{},
      outcome{}, error{}, event_id{};

  explicit Binding(const LogType& type) {
    bool any_rare = false;
    for (const model::LogField& f : type.fields) {
      columns.push_back(
          {f.column, f.kind, f.lower_keys, f.column.empty() ? kNowhere : f.rare ? kInMore : leaves.size()});
      if (f.column.empty()) continue;
      any_rare = any_rare || f.rare;
      if (!f.rare) leaves.push_back(f.column + (f.kind == FieldKind::nested ? ":json" : ""));
    }
    more = leaves.size();
    if (any_rare) leaves.emplace_back("_more");
    ours = leaves.size();
    for (const char* column : {"_account", "_region", "uid", "_time", "_evidence", "_record"})
      leaves.emplace_back(column);
    const auto& layout = sources::layout_of(type);
    const model::EventShape& s = type.shape;
    const auto bound = [&](const model::Pick& p) { return model::BoundPick(layout, p); };
    source = bound(s.source);
    principal = bound(s.principal);
    session = bound(s.session);
    access_key = bound(s.access_key);
    action = bound(s.action);
    source_ip = bound(s.source_ip);
    user_agent = bound(s.user_agent);
    outcome = bound(s.outcome);
    error = bound(s.error);
    event_id = bound(s.event_id);
  }
};

const Binding& binding_of(const LogType& type) {
  static const auto bindings = [] {
    std::vector<std::unique_ptr<const Binding>> out;
    for (const LogType* t : sources::log_types()) out.push_back(std::make_unique<const Binding>(*t));
    return out;
  }();
  return *bindings[sources::index_of(type)];
}

std::optional<std::int64_t> integer_of(const Value& v) {
  if (v.kind == Value::Kind::integer) return v.integer;
  std::int64_t n = 0;
  const char* const end = v.text.data() + v.text.size();
  const auto [at, error] = std::from_chars(v.text.data(), end, n);
  return error == std::errc() && at == end ? std::optional(n) : std::nullopt;
}

std::optional<double> real_of(const Value& v) {
  if (v.kind == Value::Kind::integer || v.kind == Value::Kind::real) return v.real;
  double d = 0;
  const char* const end = v.text.data() + v.text.size();
  const auto [at, error] = std::from_chars(v.text.data(), end, d);
  return error == std::errc() && at == end ? std::optional(d) : std::nullopt;
}

/// A value of another kind than its column's is NULL there, as in Athena; `event` shows the record.
void write_value(store::RowWriter& out, std::size_t leaf, FieldKind kind, const Record& record, const Value& v) {
  switch (kind) {
    case FieldKind::text: out.text(leaf, record.compact(v)); break;
    case FieldKind::integer:
      if (const auto n = integer_of(v); n && *n >= INT32_MIN && *n <= INT32_MAX)
        out.integer(leaf, static_cast<std::uint32_t>(*n));
      break;
    case FieldKind::big_integer:
      if (const auto n = integer_of(v)) out.big_integer(leaf, *n);
      break;
    case FieldKind::real:
      if (const auto d = real_of(v)) out.real(leaf, *d);
      break;
    case FieldKind::date:
      if (const auto t = parse_log_time(v.text))
        out.date(leaf, static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(*t).time_since_epoch().count()));
      break;
    case FieldKind::nested:
      if (v.kind == Value::Kind::object || v.kind == Value::Kind::array) out.text(leaf, with_lower_keys(v.text));
      break;
  }
}

}  // namespace

sigma::LogSource source_of(const LogType& type) {
  return {.category = type.category, .product = type.product, .service = type.service, .also_services = type.also_services};
}

EventFacts facts_of(const sources::Found& found, std::uint64_t secret) {
  if (is_cloudtrail(found)) return facts_of(*found.record, secret);
  return facts_without_content(found);
}

EventFacts facts_without_content(const sources::Found& found) {
  if (is_cloudtrail(found)) return facts_without_content(*found.record);
  EventFacts facts;
  facts.time = found.time;
  facts.unreadable_time = found.unreadable_time;
  return facts;
}

std::span<const std::string> record_leaves(const LogType& type) { return binding_of(type).leaves; }

void write_record(store::RowWriter& out, const sources::Found& found, Hash128 uid, Place place) {
  const Binding& b = binding_of(*found.type);
  std::optional<JsonWriter> more;
  for (std::size_t i = 0; i < b.columns.size(); ++i) {
    const Value& v = found.record->at(static_cast<int>(i) + 1);
    if (!v.present() || v.kind == Value::Kind::null) continue;
    const Binding::Column& column = b.columns[i];
    if (column.leaf == Binding::kNowhere) continue;
    if (column.leaf == Binding::kInMore) {
      if (!more) more.emplace().begin_object();
      more->field(column.name, found.record->compact(v));
    } else if (column.lower_keys) {
      out.text(column.leaf, with_lower_keys(found.record->compact(v)));
    } else {
      write_value(out, column.leaf, column.kind, *found.record, v);
    }
  }
  if (more) {
    more->end_object();
    out.text(b.more, more->take());
  }
  const std::size_t leaf = b.ours;
  if (!found.account.empty()) out.text(leaf, found.account);
  if (!found.region.empty()) out.text(leaf + 1, found.region);
  out.uuid(leaf + 2, uid.high, uid.low);
  if (found.time) out.time(leaf + 3, *found.time);
  out.integer(leaf + 4, place.evidence);
  out.integer(leaf + 5, place.record);
  out.next_row();
}

model::EventRef ref_of(const sources::Found& found, const EventFacts& facts, Hash128 uid) {
  if (is_cloudtrail(found)) return ref_of(*found.record, facts, uid);
  const Binding& b = binding_of(*found.type);
  const Record& record = *found.record;
  model::EventRef ref;
  ref.uid = to_uuid_text(uid);
  ref.event_id = b.event_id.of(record);
  ref.time = facts.time;
  ref.source = b.source.of(record);
  ref.action = b.action.of(record);
  ref.account = found.account;
  ref.region = found.region;
  ref.principal = b.principal.of(record);
  ref.session = b.session.of(record);
  ref.access_key = b.access_key.of(record);
  ref.source_ip = b.source_ip.of(record);
  ref.user_agent = b.user_agent.of(record);
  if (const std::string outcome = b.outcome.of(record); outcome != "success" && !outcome.empty()) {
    ref.error = b.error.of(record);
    if (ref.error.empty()) ref.error = outcome;
  }
  return ref;
}

}  // namespace backtrail::ingest
