#include "sources/detail/router.h"

#include <algorithm>

#include "base/text.h"
#include "sources/detail/catalogue.h"
#include "sources/detail/shape.h"
#include "sources/types/generic.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// A record of one type, made when the first is met.
struct RecordSlot {
  std::unique_ptr<model::Record> record{};
  model::Record& get(const model::LogType& type) {
    if (!record) record = std::make_unique<model::Record>(layout_of(type));
    record->clear();
    return *record;
  }
};

}  // namespace

struct Router::State {
  std::span<const JsonType> json_types = detail::json_types();
  std::vector<std::unique_ptr<LineParser>> lines{};
  std::vector<RecordSlot> json_records{};
  std::vector<RecordSlot> line_records{};
  RecordSlot event_record{};
  RecordSlot generic_record{};
  std::string generic_name{};
  TimePlace time_place{};
  JsonItem item{};
  JsonItem respelled{};
  std::string respelled_text{};
  std::string event_text{};
  TextArena arena{};
  std::size_t last_json = kNone;
  std::size_t last_line = kNone;
  std::size_t claimant = kNone;  // whose all lines of the file are
};

Router::Router(const ReaderOptions& options) : state_(std::make_unique<State>()) {
  state_->lines = make_line_parsers(options);
  state_->generic_name = options.read.as;
  if (auto place = TimePlace::parse(options.read.time_field)) state_->time_place = std::move(*place);
  state_->json_records.resize(state_->json_types.size());
  state_->line_records.resize(state_->lines.size());
}
Router::~Router() = default;

void Router::start_file() {
  state_->last_json = state_->last_line = state_->claimant = kNone;
  met_ = nullptr;
  for (const auto& parser : state_->lines) parser->reset();
}

bool Router::read_json(std::size_t index, const Context& context, Found& found) {
  State& s = *state_;
  const JsonType& type = s.json_types[index];
  const JsonItem* item = &s.item;
  if (type.respell != nullptr) {
    if (s.respelled_text = type.respell(s.item); !s.respelled_text.empty()) {
      const std::size_t size = s.respelled_text.size();
      s.respelled_text.append(kPadding, '\0');
      if (!s.respelled.load(std::string_view(s.respelled_text).substr(0, size))) {
        refusal_ = {"not_a_record", "the record cannot be put into " + type.type->title + "'s own form"};
        return false;
      }
      item = &s.respelled;
    }
  }
  model::Record& record = s.json_records[index].get(*type.type);
  record.set(model::kWholeRecord, {.kind = model::Value::Kind::object, .text = item->whole()});
  for (const auto& [key, value] : item->members()) {
    const int slot = record.layout().slot(key);
    if (slot <= 0) continue;
    const std::string& column = type.type->fields[static_cast<std::size_t>(slot) - 1].column;
    if (!column.empty() && column[0] != '_') record.set(slot, value);  // ours are not the log's
  }
  s.arena.clear();
  Draft draft(record, s.arena, context);
  for (std::size_t f = 0; f < type.type->fields.size(); ++f) {
    const std::string& name = type.type->fields[f].name;
    if (name.find('.') == std::string::npos || record.at(static_cast<int>(f) + 1).present()) continue;
    if (const auto value = item->at(name)) draft.keep_text(f, *value);
  }
  if (type.complete != nullptr) {
    if (auto refused = type.complete(*item, draft)) {
      refusal_ = std::move(*refused);
      return false;
    }
  }
  draft.fill(found);
  found.type = type.type;
  return true;
}

Router::Outcome Router::json(std::string_view text, const ContextPtr& context, int depth, Found& found,
                             std::vector<Inner>& inner) {
  State& s = *state_;
  if (!s.item.load(text)) return Outcome::unknown;
  std::size_t index = s.last_json;
  if (index == kNone || !s.json_types[index].recognises(s.item)) {
    for (index = 0; index < s.json_types.size(); ++index)
      if (s.json_types[index].recognises(s.item)) break;
  }
  if (index < s.json_types.size()) {
    s.last_json = index;
    met_ = s.json_types[index].type;
    return read_json(index, *context, found) ? Outcome::record : Outcome::refused;
  }
  for (const JsonWrapper open : json_wrappers()) {
    const std::size_t before = inner.size();
    if (!open(s.item, context, inner)) continue;
    if (depth >= kMaxWrapping) {
      inner.resize(before);
      refusal_ = {"nested_too_deep", "wrappers inside each other"};
      return Outcome::refused;
    }
    ContextPtr plain = context;  // the event holds more than each thing in it
    if (!context->event.empty()) {
      Context copy = *context;
      copy.event.clear();
      plain = share(std::move(copy));
    }
    for (std::size_t i = before; i < inner.size(); ++i) {
      inner[i].depth = depth + 1;
      if (inner[i].context == context) inner[i].context = plain;
    }
    return Outcome::opened;
  }
  if (depth < kMaxWrapping && open_message(s.item, context, depth, inner)) return Outcome::opened;
  return Outcome::unknown;
}

/// An object of a log shipper (Firehose, Fluent Bit, Logstash, …) around a line or an object that is of a
/// known type. Of what else it says only the time is kept.
bool Router::open_message(const JsonItem& item, const ContextPtr& context, int depth, std::vector<Inner>& inner) {
  for (const std::string_view key : {"message", "@message", "log", "event.original", "Message"}) {
    const model::Value* const held = item.find(key);
    if (held == nullptr || !held->is_text()) continue;
    const std::string_view text = trim(held->text);
    if (text.starts_with('{') ? !recognises_object(text, context) : !recognises_line(text)) continue;
    Context in = *context;
    in.event.clear();
    for (const std::string_view time : {"@timestamp", "timestamp", "time"})
      if (const auto t = parse_log_time(item.text(time)); t && !in.time) in.time = t;
    inner.push_back({.text = std::string(text), .context = share(std::move(in)), .depth = depth + 1});
    return true;
  }
  return false;
}

/// The text is an object of a known type, or a wrapper. An application's own object is not: what is around it
/// says as much as it does.
bool Router::recognises_object(std::string_view text, const ContextPtr& context) {
  State& s = *state_;
  if (has_log_marks(text)) return true;
  std::string padded(text);
  padded.append(kPadding, '\0');
  if (!s.respelled.load(std::string_view(padded).substr(0, text.size()))) return false;
  for (const JsonType& type : s.json_types)
    if (type.recognises(s.respelled)) return true;
  std::vector<Inner> held;
  for (const JsonWrapper open : json_wrappers())
    if (open(s.respelled, context, held)) return true;
  return false;
}

bool Router::recognises_line(std::string_view text) const {
  const auto& lines = state_->lines;
  return std::any_of(lines.begin(), lines.end(), [&](const auto& p) { return p->recognises(text); });
}

Router::Outcome Router::read_line(std::size_t index, std::string_view text, const Context& context,
                                  Found& found) {
  State& s = *state_;
  LineParser& parser = *s.lines[index];
  model::Record& record = s.line_records[index].get(parser.type());
  record.set_text(model::kWholeRecord, model::Value::Kind::text, text);
  s.arena.clear();
  Draft draft(record, s.arena, context);
  if (auto refused = parser.read(text, draft)) {
    refusal_ = std::move(*refused);
    return Outcome::refused;
  }
  draft.fill(found);
  found.type = &parser.type();
  return Outcome::record;
}

Router::Outcome Router::line(std::string_view text, const ContextPtr& context, int depth, Found& found,
                             std::vector<Inner>& inner) {
  State& s = *state_;
  if (s.claimant != kNone) {
    met_ = &s.lines[s.claimant]->type();
    if (s.lines[s.claimant]->takes_header(text)) return Outcome::header;
    return read_line(s.claimant, text, *context, found);
  }
  if (s.last_line != kNone) {
    if (s.lines[s.last_line]->takes_header(text)) return Outcome::header;
    if (read_line(s.last_line, text, *context, found) == Outcome::record) return Outcome::record;
  }
  const Refusal first = refusal_;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    if (i == s.last_line) continue;
    if (s.lines[i]->takes_header(text)) {
      s.last_line = i;
      met_ = &s.lines[i]->type();
      return Outcome::header;
    }
    if (!s.lines[i]->recognises(text)) continue;
    s.last_line = i;
    met_ = &s.lines[i]->type();
    return read_line(i, text, *context, found);
  }
  for (const LineWrapper open : line_wrappers()) {
    Inner held;
    if (!open(text, *context, held)) continue;
    if (depth >= kMaxWrapping) {
      refusal_ = {"nested_too_deep", "wrappers inside each other"};
      return Outcome::refused;
    }
    held.depth = depth + 1;
    inner.push_back(std::move(held));
    return Outcome::opened;
  }
  if (context->is_log_event) {
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      if (s.lines[i]->claims_event(*context)) return read_line(i, text, *context, found);
  }
  if (s.last_line == kNone) return Outcome::unknown;
  refusal_ = first;
  return Outcome::refused;
}

bool Router::event(const Context& context, Found& found) {
  State& s = *state_;
  s.event_text = context.event;
  s.event_text.append(kPadding, '\0');
  if (!s.item.load(std::string_view(s.event_text).substr(0, context.event.size()))) return false;
  for (std::size_t i = 0; i < s.json_types.size(); ++i)
    if (s.json_types[i].type == &eventbridge_type()) return read_json(i, context, found);
  return false;
}

void Router::log_event(std::string_view text, const Context& context, Found& found) {
  State& s = *state_;
  s.arena.clear();
  model::Record& record = s.event_record.get(cloudwatch_log_type());
  record.set_text(model::kWholeRecord, model::Value::Kind::text, text);
  Draft draft(record, s.arena, context);
  fill_log_event(text, draft);
  draft.fill(found);
  found.type = &cloudwatch_log_type();
}

bool Router::names_unknown() const { return !state_->generic_name.empty(); }

bool Router::generic(std::string_view text, bool is_json, const Context& context, Found& found) {
  State& s = *state_;
  if (s.generic_name.empty()) return false;
  is_json = is_json && s.item.load(text);
  s.arena.clear();
  model::Record& record = s.generic_record.get(generic_type());
  const auto kind = is_json ? model::Value::Kind::object : model::Value::Kind::text;
  record.set(model::kWholeRecord, {.kind = kind, .text = text});
  Draft draft(record, s.arena, context);
  if (is_json)
    fill_generic(s.item, s.generic_name, s.time_place, draft);
  else
    fill_generic(text, s.generic_name, s.time_place, draft);
  draft.fill(found);
  found.type = &generic_type();
  return true;
}

bool Router::claim(std::span<const std::string_view> lines, const Context& file) {
  State& s = *state_;
  s.claimant = kNone;
  for (std::size_t i = 0; i < s.lines.size() && s.claimant == kNone; ++i)
    if (s.lines[i]->claims(lines, file)) s.claimant = i;
  return s.claimant != kNone;
}

bool Router::has_claim() const { return state_->claimant != kNone; }

bool Router::look_ahead(std::span<const std::string_view> lines) {
  bool known = false;
  for (const auto& parser : state_->lines) known = parser->look_ahead(lines) || known;
  return known;
}

bool Router::knows_line(std::string_view text) {
  State& s = *state_;
  for (const auto& parser : s.lines) {
    const bool header = parser->takes_header(text);
    parser->reset();
    if (header || parser->recognises(text)) return true;
  }
  for (const LineWrapper open : line_wrappers()) {
    Inner held;
    if (open(text, {}, held)) return true;
  }
  return false;
}

}  // namespace backtrail::sources::detail
