#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sources/detail/log_reader.h"
#include "sources/detail/shape.h"
#include "sources/detail/utf8.h"

// What becomes of the items that the ways through a file find.
namespace backtrail::sources::detail {
namespace {

constexpr std::string_view kInText = "in the text that holds the record";
constexpr std::string_view kNoEventName = "the object has no eventName";
constexpr std::size_t kCloudTrailIndex = 0;
/// How far a text is looked into to find out what it is made of.
constexpr std::uint64_t kLook = std::uint64_t{64} << 10;

/// Up to `count` lines of a text that goes on, without empty ones.
std::vector<std::string_view> first_lines(std::string_view head, int count) {
  std::vector<std::string_view> lines;
  for (int i = 0; i < count && !head.empty(); ++i) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace

void LogReader::open_inner(std::string_view text, Place place, int depth) {
  inner_place_ = place;
  inner_depth_ = depth;
  const Damage damage = inner_.open(text);
  in_inner_ = damage == Damage::none;
  if (!in_inner_) reject(reason_of(damage), place, kInText);
}

/// Opens the record that the row in `cells_` stands for.
void LogReader::open_row(std::string_view json, Place place) {
  if (!json.empty()) cells_ = cells_of_json(json);
  const std::string record = record_of_row(cells_);
  if (record.empty())
    reject("not_a_record", place, "the row has no column that tells an event");
  else
    open_inner(record, place);
}

/// Puts what a text among the items holds before everything else.
void LogReader::open_text(std::string_view text, Place place) {
  if (inner_depth() >= kMaxWrapping) return reject("nested_too_deep", place, "wrappers inside each other");
  if (pending_.empty()) pending_place_ = place;
  pending_.push_front({.text = std::string(text), .context = inner_context(), .depth = inner_depth() + 1});
}

/// Judges an item; true when `record` is one to give out.
bool LogReader::consider(RecordParser& parser, const DocumentWalker::Item& item,
                                Found& found) {
  tally_.met_content();
  if (item.type != '{') {
    const std::string_view raw = parser.walker().raw(item.at, item.next);
    if (item.type == '[' && !in_inner_)
      open_row(raw, place_of(raw));
    else if (const std::string_view text = parser.text_at(item.at); looks_like_json(text))
      open_text(text, place_of(raw));
    else
      reject("not_a_record", place_of(raw), "the value is no JSON object");
    return false;
  }
  const std::string_view whole_item = record_.at(kRecord).text;
  const Place outer = place_of(whole_item);
  const Judgement judgement = judge(parser, record_, !in_inner_);
  switch (judgement.shape) {
    case Shape::record: {
      const Place place = place_of(record_.at(kRecord).text);
      found = {.type = &cloudtrail_type(),
               .record = &record_,
               .where = {.number = tally_.keep(kCloudTrailIndex, has_unreadable_time(record_),
                                               parser.has_repeats()),
                         .offset = place.offset,
                         .length = place.length}};
      return true;
    }
    case Shape::text:
      if (!has_log_marks(judgement.text))
        return route_json(whole_item, inner_context(), inner_depth(), outer, found);
      open_inner(judgement.text, outer);
      break;
    case Shape::row: open_row(whole_item, outer); break;
    case Shape::aggregated: tally_.aggregated(outer.offset); break;
    case Shape::digest: tally_.met_digest(); break;
    case Shape::empty_envelope: tally_.met_log(); break;
    case Shape::nameless:
      tally_.met_log();
      reject("no_event_name", outer, kNoEventName);
      break;
    case Shape::no_event_name:
    case Shape::foreign:
      return route_json(whole_item, inner_context(), inner_depth(), outer, found);
    case Shape::damaged:
      reject(reason_of(parser.walker().damage()), outer, "");
      break;
  }
  return false;
}

bool LogReader::step_inner(Found& found) {
  DocumentWalker::Item item;
  switch (inner_.next(record_, item)) {
    case DocumentWalker::Step::item:
      return consider(inner_.walker().parser(), item, found);
    case DocumentWalker::Step::damage:
      reject(reason_of(inner_.walker().damage()), inner_place_, kInText);
      break;
    case DocumentWalker::Step::end:
      if (inner_.walker().met_log_envelope()) tally_.met_log();
      if (inner_.was_empty()) reject("not_a_record", inner_place_, "the text holds no record");
      break;
  }
  in_inner_ = false;
  return false;
}

/// What an object is that is no CloudTrail record.
bool LogReader::route_json(std::string_view text, const ContextPtr& context, int depth, Place place,
                           Found& found) {
  return routed(router_.json(text, context, depth, found, opened_), place, text, context, found);
}

bool LogReader::route_line(std::string_view text, const ContextPtr& context, int depth, Place place,
                           Found& found) {
  return routed(router_.line(text, context, depth, found, opened_), place, text, context, found);
}

bool LogReader::routed(Router::Outcome outcome, Place place, std::string_view text,
                       const ContextPtr& shared, Found& found) {
  const Context& context = *shared;
  switch (outcome) {
    case Router::Outcome::record: return keep(place, found);
    case Router::Outcome::opened:
      if (opened_.empty()) tally_.met_notice();  // nothing in it
      if (pending_.empty()) pending_place_ = place;
      pending_.insert(pending_.begin(), std::make_move_iterator(opened_.begin()),
                      std::make_move_iterator(opened_.end()));
      opened_.clear();
      break;
    case Router::Outcome::header:
      if (context.is_log_event) return keep_log_event(place, text, context, found);
      tally_.met_log(router_.met());
      break;
    case Router::Outcome::refused:
      tally_.met_log(router_.met());
      if (!context.event.empty() && router_.event(context, found)) return keep(place, found);
      if (context.is_log_event) return keep_log_event(place, text, context, found);
      reject(router_.refusal().reason, place, router_.refusal().detail);
      break;
    case Router::Outcome::unknown:
      if (!context.event.empty() && router_.event(context, found)) return keep(place, found);
      if (router_.generic(text, looks_like_json(text), context, found)) return keep(place, found);
      if (context.is_log_event) return keep_log_event(place, text, context, found);
      if (looks_like_json(text))
        reject("no_event_name", place, kNoEventName);
      else
        reject("unknown_line", place, "the line is none of a known log type");
      break;
  }
  return false;
}

bool LogReader::keep(Place place, Found& found) {
  found.where = {.number = tally_.keep(index_of(*found.type), found.unreadable_time, false),
                 .offset = place.offset,
                 .length = place.length};
  if (found.lacks_year) tally_.lacks_year(place.offset);
  return true;
}

bool LogReader::keep_log_event(Place place, std::string_view text, const Context& context, Found& found) {
  router_.log_event(text, context, found);
  return keep(place, found);
}

/// The next thing that a wrapper held.
bool LogReader::step_pending(Found& found) {
  pending_item_ = std::move(pending_.front());
  pending_.pop_front();
  std::string& text = pending_item_.text;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const std::size_t size = text.size();
  text.append(kPadding, '\0');
  const std::string_view item = std::string_view(text).substr(0, size);
  const ContextPtr context = pending_item_.context;
  if (!looks_like_json(item)) return route_line(item, context, pending_item_.depth, pending_place_, found);
  if (has_log_marks(item)) {
    open_inner(item, pending_place_, pending_item_.depth + 1);
    return false;
  }
  return route_json(item, context, pending_item_.depth, pending_place_, found);
}

bool LogReader::step_lines(Found& found) {
  const LineWalker::Line line = lines_.next();
  const Place place{line.offset, line.length};
  switch (line.kind) {
    case LineWalker::Line::Kind::end:
      tell_stream_error(window_.end(), false);
      finish();
      return false;
    case LineWalker::Line::Kind::too_large:
      reject("record_too_large", place, "a line");
      return false;
    case LineWalker::Line::Kind::line: break;
  }
  tally_.met_content();
  if (line.cut && window_.error().has_value()) {
    tell_stream_error(line.offset, true);
    return false;
  }
  std::string_view text = line.text;
  if (!is_valid_utf8(text)) {
    tally_.note("invalid_utf8", line.offset + first_invalid_utf8(text), "bytes of the line were replaced by U+FFFD");
    line_text_ = to_valid_utf8(text);
    const std::size_t size = line_text_.size();
    line_text_.append(kPadding, '\0');
    text = std::string_view(line_text_).substr(0, size);
  }
  if (router_.has_claim() || !looks_like_json(text)) return route_line(text, context_, 0, place, found);
  if (has_log_marks(text)) {
    open_inner(text, place);
    return false;
  }
  return route_json(text, context_, 0, place, found);
}

bool has_other_lines(std::string_view text) {
  const std::string_view head = text.substr(0, kLook);
  std::size_t end = head.find('\n');
  if (end == std::string_view::npos) return false;
  const std::size_t last = head.find_last_not_of(" \t\r", end - 1);
  if (end == 0 || last == std::string_view::npos || head[last] != '}') return false;
  for (; end != std::string_view::npos && end + 1 < head.size(); end = head.find('\n', end + 1))
    if (std::string_view("{[]}\",: \t\r\n").find(head[end + 1]) == std::string_view::npos) return true;
  return false;
}

/// The text from `pos` on is made of lines: one of the first is of a known log type.
bool LogReader::begins_with_lines(std::uint64_t pos) {
  constexpr int kLines = 50;
  while (window_.end() < pos + kLook && window_.more()) {
  }
  std::string_view head = window_.view(pos, std::min(window_.end(), pos + kLook));
  if (router_.claim(first_lines(head, kLines), *context_)) return true;
  // Other lines may come first; all that the window holds are asked.
  const auto knows_one = [&] {
    const std::vector<std::string_view> all = first_lines(head, static_cast<int>(kLook));
    return std::any_of(all.begin(), all.end(), [&](std::string_view line) {
      return !line.starts_with('{') && router_.knows_line(line);
    });
  };
  if (head[0] == '{') return has_other_lines(head) && knows_one();
  if (head[0] == '[') {
    const std::size_t next = head.find_first_not_of(" \t\r\n", 1);
    if (next == std::string_view::npos || std::string_view("{[\"]").find(head[next]) != std::string_view::npos)
      return false;
  }
  const std::vector<std::string_view> lines = first_lines(head, kLines);
  return router_.look_ahead(lines) || knows_one() || router_.names_unknown();
}

bool LogReader::step_csv() {
  using Kind = CsvReader::Row::Kind;
  const auto row = csv_.next(cells_);
  const Place place{row.offset, row.length};
  switch (row.kind) {
    case Kind::row:
      for (const Cell& cell : cells_) {
        if (is_valid_utf8(cell.text)) continue;
        reject("invalid_utf8", place, fmt::format("in column {}", cell.column));
        return false;
      }
      open_row({}, place);
      break;
    case Kind::broken:
      reject("broken_csv", place, "the row's number of cells is not the header's");
      break;
    case Kind::too_large: reject("record_too_large", place, "a row of a table"); break;
    case Kind::cut:
      if (window_.error().has_value())
        tell_stream_error(window_.end(), true);
      else
        reject("truncated_csv", place, "the row ends inside a quoted cell");
      finish();
      break;
    case Kind::end:
      tell_stream_error(window_.end(), false);
      finish();
      break;
  }
  return false;
}

}  // namespace backtrail::sources::detail
