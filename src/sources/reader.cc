#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "sources/detail/csv_reader.h"
#include "sources/detail/document_walker.h"
#include "sources/detail/inner_text.h"
#include "sources/detail/reader_options.h"
#include "sources/detail/row.h"
#include "sources/detail/shape.h"
#include "sources/detail/splitter.h"
#include "sources/detail/tally.h"
#include "sources/detail/utf8.h"
#include "sources/sources.h"

namespace backtrail::sources {
namespace {

using detail::Damage;
using detail::DocumentWalker;
using detail::Judgement;
using detail::RecordParser;
using detail::Shape;
using detail::Splitter;

constexpr std::string_view kInText = "in the text that holds the record";

/// Two ways through a file. The fast one walks a structural index of the whole text and stops at the
/// first thing that is not sound. The robust one cuts single records out and parses each alone; it starts
/// over, passes by the items that the fast one has given, and goes on with the one that stopped it. Both
/// judge and count items by the same code.
class CloudTrailReader final : public Reader {
 public:
  explicit CloudTrailReader(detail::ReaderOptions options) : options_(options) {}
  void start(std::string_view whole) override;
  void start(ByteStream& stream) override;
  [[nodiscard]] bool next(model::Record& record, RecordPosition& where) override;
  [[nodiscard]] const ReadReport& report() const override { return tally_.report(); }

 private:
  enum class Mode : std::uint8_t { fast, split, csv, done };
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  void restart();
  void start_robust();
  bool refuse_utf16();
  std::uint64_t behind_space(std::uint64_t pos);
  bool step(model::Record& record, RecordPosition& where);
  bool step_fast(model::Record& record, RecordPosition& where);
  bool step_split(model::Record& record, RecordPosition& where);
  bool step_csv();
  bool step_inner(model::Record& record, RecordPosition& where);
  bool take_cut(const Splitter::Cut& cut, model::Record& record, RecordPosition& where);
  bool consider(RecordParser& parser, const DocumentWalker::Item& item, model::Record& record,
                RecordPosition& where);
  void open_inner(std::string_view text, Place place);
  void open_row(std::string_view json, Place place);
  void reject(std::string_view reason, Place place, std::string_view detail) {
    tally_.reject(reason, place.offset, detail);
  }
  Place place_of(std::string_view json) const;
  void tell_stream_error(std::uint64_t offset, bool in_record);
  void finish();

  const detail::ReaderOptions options_;
  Mode mode_ = Mode::done;
  detail::Tally tally_{};
  DocumentWalker walker_{};  // the whole text, or the robust way's current item
  const char* base_ = nullptr;      // of the walker's text
  std::uint64_t base_offset_ = 0;   // of `base_` in the file
  std::uint64_t items_given_ = 0;   // by the fast way
  std::string_view whole_{};

  detail::Window window_{};
  bool told_stream_error_ = false;
  Splitter splitter_{window_};
  detail::CsvReader csv_{window_};
  std::vector<detail::Cell> cells_{};

  detail::InnerText inner_{};
  Place inner_place_{};
  bool in_inner_ = false;
};

void CloudTrailReader::restart() {
  tally_.clear();
  in_inner_ = false;
  told_stream_error_ = false;
  items_given_ = 0;
  base_offset_ = 0;
}

void CloudTrailReader::start(std::string_view whole) {
  restart();
  whole_ = whole;
  window_.start(whole);
  const std::size_t first = whole.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool is_json =
      first != std::string_view::npos && (whole[first] == '{' || whole[first] == '[');
  if (options_.robust_only || !is_json || whole.size() > kMaxRecordBytes ||
      walker_.load(whole) != Damage::none) {
    start_robust();
    return;
  }
  base_ = whole.data();
  mode_ = Mode::fast;
}

void CloudTrailReader::start(ByteStream& stream) {
  restart();
  window_.start(stream, options_.piece_bytes);
  start_robust();
}

std::uint64_t CloudTrailReader::behind_space(std::uint64_t pos) {
  for (;;) {
    window_.release(pos);
    while (pos >= window_.end())
      if (!window_.more()) return pos;
    const std::string_view rest = window_.view(pos, window_.end());
    const std::size_t first = rest.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos) return pos + first;
    pos += rest.size();
  }
}

void CloudTrailReader::start_robust() {
  std::uint64_t pos = behind_space(0);
  while (pos + 3 > window_.end() && window_.more()) {
  }
  if (pos + 3 <= window_.end() && window_.view(pos, pos + 3) == "\xEF\xBB\xBF")
    pos = behind_space(pos + 3);
  const char first = pos < window_.end() ? window_.view(pos, pos + 1)[0] : '\0';
  if (pos < window_.end() && first != '[') tally_.met_content();  // `[]` is an empty file
  if (pos == 0 && refuse_utf16()) return;
  window_.release(pos);
  if (pos < window_.end() && first != '{' && first != '[' && csv_.start(pos)) {
    tally_.met_log();
    mode_ = Mode::csv;
    return;
  }
  splitter_.start(pos);
  mode_ = Mode::split;
}

/// True: the text is UTF-16, which is told and not read.
bool CloudTrailReader::refuse_utf16() {
  constexpr std::uint64_t kLook = 64;
  while (window_.end() < kLook && window_.more()) {
  }
  const auto encoding = detail::utf16_encoding(window_.view(0, window_.end()));
  if (!encoding) return false;
  tally_.met_content();
  const std::string detail =
      fmt::format("the text is UTF-16; convert it with: iconv -f {} -t UTF-8", encoding->name);
  if (encoding->is_json) {
    tally_.keep_reason("utf16");
    tally_.note("utf16", 0, detail);
  } else {
    tally_.explain_no_log(detail);
  }
  do {
    window_.release(window_.end());
  } while (window_.more());
  finish();
  return true;
}

/// Notes, once, the error that ended the stream.
void CloudTrailReader::tell_stream_error(std::uint64_t offset, bool in_record) {
  if (!window_.error().has_value() || std::exchange(told_stream_error_, true)) return;
  tally_.stream_error(window_.error()->id, offset, window_.error()->message, in_record);
}

void CloudTrailReader::finish() {
  if (mode_ == Mode::fast ? walker_.met_log_envelope()
                          : mode_ == Mode::split && splitter_.met_log_envelope())
    tally_.met_log();
  const bool from_stream = mode_ != Mode::fast;
  mode_ = Mode::done;
  tally_.finish(from_stream ? window_.end() : whole_.size());
}

CloudTrailReader::Place CloudTrailReader::place_of(std::string_view json) const {
  if (in_inner_) return inner_place_;
  return {base_offset_ + static_cast<std::uint64_t>(json.data() - base_), json.size()};
}

void CloudTrailReader::open_inner(std::string_view text, Place place) {
  inner_place_ = place;
  const Damage damage = inner_.open(text);
  in_inner_ = damage == Damage::none;
  if (!in_inner_) reject(detail::reason_of(damage), place, kInText);
}

/// Opens the record that the row in `cells_` stands for.
void CloudTrailReader::open_row(std::string_view json, Place place) {
  if (!json.empty()) cells_ = detail::cells_of_json(json);
  const std::string record = detail::record_of_row(cells_);
  if (record.empty())
    reject("not_a_record", place, "the row has no column that tells an event");
  else
    open_inner(record, place);
}

/// Judges an item; true when `record` is one to give out.
bool CloudTrailReader::consider(RecordParser& parser, const DocumentWalker::Item& item,
                                model::Record& record, RecordPosition& where) {
  tally_.met_content();
  if (item.type != '{') {
    const std::string_view raw = parser.walker().raw(item.at, item.next);
    if (item.type == '[' && !in_inner_)
      open_row(raw, place_of(raw));
    else
      reject("not_a_record", place_of(raw), "the value is no JSON object");
    return false;
  }
  const std::string_view whole_item = record.at(kRecord).text;
  const Place outer = place_of(whole_item);
  const Judgement judgement = judge(parser, record, !in_inner_);
  switch (judgement.shape) {
    case Shape::record: {
      const Place place = place_of(record.at(kRecord).text);
      where = {.number = tally_.keep(detail::has_unreadable_time(record), parser.has_repeats()),
               .offset = place.offset,
               .length = place.length};
      return true;
    }
    case Shape::text: open_inner(judgement.text, outer); break;
    case Shape::row: open_row(whole_item, outer); break;
    case Shape::aggregated: tally_.aggregated(outer.offset); break;
    case Shape::digest: tally_.met_digest(); break;
    case Shape::empty_envelope: tally_.met_log(); break;
    case Shape::nameless:
      tally_.met_log();
      [[fallthrough]];
    case Shape::no_event_name:
      reject("no_event_name", outer, "the object has no eventName");
      break;
    case Shape::foreign:
      reject("not_a_record", outer, "the object has an eventName, but is no CloudTrail record");
      break;
    case Shape::damaged:
      reject(detail::reason_of(parser.walker().damage()), outer, "");
      break;
  }
  return false;
}

bool CloudTrailReader::step_inner(model::Record& record, RecordPosition& where) {
  DocumentWalker::Item item;
  switch (inner_.next(record, item)) {
    case DocumentWalker::Step::item:
      return consider(inner_.walker().parser(), item, record, where);
    case DocumentWalker::Step::damage:
      reject(detail::reason_of(inner_.walker().damage()), inner_place_, kInText);
      break;
    case DocumentWalker::Step::end:
      if (inner_.walker().met_log_envelope()) tally_.met_log();
      if (inner_.was_empty()) reject("not_a_record", inner_place_, "the text holds no record");
      break;
  }
  in_inner_ = false;
  return false;
}

bool CloudTrailReader::step_fast(model::Record& record, RecordPosition& where) {
  DocumentWalker::Item item;
  switch (walker_.next(record, item)) {
    case DocumentWalker::Step::item:
      ++items_given_;
      return consider(walker_.parser(), item, record, where);
    case DocumentWalker::Step::damage: start_robust(); break;
    case DocumentWalker::Step::end: finish(); break;
  }
  return false;
}

bool CloudTrailReader::step_split(model::Record& record, RecordPosition& where) {
  const Splitter::Cut cut = splitter_.next();
  using Kind = Splitter::Cut::Kind;
  if (items_given_ > 0 && cut.kind == Kind::item) {
    --items_given_;
    return false;
  }
  if (cut.kind != Kind::end) tally_.met_content();
  switch (cut.kind) {
    case Kind::item: return take_cut(cut, record, where);
    case Kind::too_large:
      tally_.reject("record_too_large", cut.offset,
                    fmt::format("{} long; records over {} are refused", format_bytes(cut.length),
                                format_bytes(kMaxRecordBytes)));
      break;
    case Kind::lost:
    case Kind::stray: {
      const bool lost = cut.kind == Kind::lost;
      if (cut.hides_kind) tally_.keep_reason(detail::reason_of(cut.damage));
      if (cut.damage == Damage::truncated_json && window_.error().has_value()) {
        tell_stream_error(cut.damage_at, lost);
      } else if (lost) {
        tally_.reject(detail::reason_of(cut.damage), cut.damage_at,
                      fmt::format("in the record at offset {}", cut.offset));
      } else {
        tally_.note(detail::reason_of(cut.damage), cut.damage_at, "between records");
      }
      break;
    }
    case Kind::end:
      tell_stream_error(window_.end(), false);
      finish();
      break;
  }
  return false;
}

/// An item of the robust way, parsed alone.
bool CloudTrailReader::take_cut(const Splitter::Cut& cut, model::Record& record,
                                RecordPosition& where) {
  const std::string_view text = window_.view(cut.offset, cut.offset + cut.length);
  base_ = text.data();
  base_offset_ = cut.offset;
  const Damage damage = walker_.load(text);
  DocumentWalker::Item item;
  if (damage == Damage::none && walker_.only(record, item) == DocumentWalker::Step::item)
    return consider(walker_.parser(), item, record, where);
  const detail::JsonWalker& walker = walker_.parser().walker();
  const Damage why = damage != Damage::none ? damage : walker.damage();
  if (detail::has_log_marks(text)) tally_.met_log();
  if (why == Damage::too_deep) tally_.keep_reason(detail::reason_of(why));
  std::uint64_t at = cut.offset;
  if (why == Damage::invalid_utf8)
    at += detail::first_invalid_utf8(text);
  else if (damage == Damage::none)
    at += static_cast<std::uint64_t>(walker.damage_at() - base_);
  tally_.reject(detail::reason_of(why), at, fmt::format("in the record at offset {}", cut.offset));
  return false;
}

bool CloudTrailReader::step_csv() {
  using Kind = detail::CsvReader::Row::Kind;
  const auto row = csv_.next(cells_);
  const Place place{row.offset, row.length};
  switch (row.kind) {
    case Kind::row:
      for (const detail::Cell& cell : cells_) {
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

bool CloudTrailReader::step(model::Record& record, RecordPosition& where) {
  if (in_inner_) return step_inner(record, where);
  switch (mode_) {
    case Mode::fast: return step_fast(record, where);
    case Mode::split: return step_split(record, where);
    case Mode::csv: return step_csv();
    case Mode::done: break;
  }
  return false;
}

bool CloudTrailReader::next(model::Record& record, RecordPosition& where) {
  while (mode_ != Mode::done || in_inner_)
    if (step(record, where)) return true;
  return false;
}

}  // namespace

std::unique_ptr<Reader> make_reader() { return detail::make_reader_with({}); }

std::unique_ptr<Reader> detail::make_reader_with(ReaderOptions options) {
  return std::make_unique<CloudTrailReader>(options);
}

}  // namespace backtrail::sources
