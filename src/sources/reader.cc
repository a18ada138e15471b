#include <cstring>

#include "sources/detail/document_walker.h"
#include "sources/detail/shape.h"
#include "sources/detail/tally.h"
#include "sources/sources.h"

namespace backtrail::sources {
namespace {

using detail::Damage;
using detail::DocumentWalker;
using detail::Judgement;
using detail::RecordParser;
using detail::Shape;

class CloudTrailReader final : public Reader {
 public:
  void start(std::string_view whole) override;
  void start(ByteStream& stream) override;
  [[nodiscard]] bool next(model::Record& record, RecordPosition& where) override;
  [[nodiscard]] const ReadReport& report() const override { return tally_.report(); }

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  bool consider(RecordParser& parser, const DocumentWalker::Item& item, model::Record& record,
                RecordPosition& where);
  bool next_inner(model::Record& record, RecordPosition& where);
  void open_text(std::string_view text, Place place);
  Place place_of(std::string_view json) const;
  void finish();

  DocumentWalker whole_{};
  detail::Tally tally_{};
  std::string_view text_{};
  bool done_ = true;

  // a record given as text inside another object
  DocumentWalker inner_{};
  std::string inner_text_{};
  Place inner_place_{};
  bool in_inner_ = false;
  bool inner_gave_ = false;
};

void CloudTrailReader::start(std::string_view whole) {
  tally_.clear();
  in_inner_ = false;
  text_ = whole;
  done_ = false;
  const Damage damage = whole_.load(whole);
  if (damage != Damage::none) {
    tally_.met_content();
    tally_.note(detail::reason_of(damage), 0, "");
    finish();
  }
}

void CloudTrailReader::start(ByteStream&) { done_ = true; }

void CloudTrailReader::finish() {
  done_ = true;
  if (whole_.met_log_envelope()) tally_.met_log();
  tally_.finish(text_.size());
}

CloudTrailReader::Place CloudTrailReader::place_of(std::string_view json) const {
  if (in_inner_) return inner_place_;
  return {static_cast<std::uint64_t>(json.data() - text_.data()), json.size()};
}

void CloudTrailReader::open_text(std::string_view text, Place place) {
  inner_text_.assign(text);
  inner_text_.append(kPadding, '\0');
  inner_place_ = place;
  inner_gave_ = false;
  in_inner_ = true;
  if (const Damage damage =
          inner_.load(std::string_view(inner_text_).substr(0, inner_text_.size() - kPadding));
      damage != Damage::none) {
    in_inner_ = false;
    tally_.reject(detail::reason_of(damage), place.offset, "in the text that holds the record");
  }
}

/// Judges an item; true when `record` is one to give out.
bool CloudTrailReader::consider(RecordParser& parser, const DocumentWalker::Item& item,
                                model::Record& record, RecordPosition& where) {
  tally_.met_content();
  if (item.type != '{') {
    const Place place = place_of(parser.walker().raw(item.at, item.next));
    tally_.reject("not_a_record", place.offset, "the value is no JSON object");
    return false;
  }
  const Place outer = place_of(record.at(kRecord).text);
  const Judgement judgement = judge(parser, record, !in_inner_);
  switch (judgement.shape) {
    case Shape::record: {
      const Place place = place_of(record.at(kRecord).text);
      where = {.number = tally_.keep(detail::has_unreadable_time(record)),
               .offset = place.offset,
               .length = place.length};
      return true;
    }
    case Shape::text: open_text(judgement.text, outer); break;
    case Shape::row:
      tally_.reject("no_event_name", outer.offset, "a table row");
      break;
    case Shape::aggregated: tally_.aggregated(outer.offset); break;
    case Shape::digest: tally_.met_digest(); break;
    case Shape::empty_envelope: tally_.met_log(); break;
    case Shape::foreign:
      tally_.reject("not_a_record", outer.offset,
                    "a notification of another service, not a CloudTrail record");
      break;
    case Shape::no_event_name:
      tally_.reject("no_event_name", outer.offset, "the object has no eventName");
      break;
    case Shape::damaged:
      tally_.reject(detail::reason_of(parser.walker().damage()), outer.offset, "");
      break;
  }
  return false;
}

bool CloudTrailReader::next_inner(model::Record& record, RecordPosition& where) {
  DocumentWalker::Item item;
  switch (inner_.next(record, item)) {
    case DocumentWalker::Step::item:
      inner_gave_ = true;
      return consider(inner_.parser(), item, record, where);
    case DocumentWalker::Step::damage:
      tally_.reject(detail::reason_of(inner_.damage()), inner_place_.offset,
                    "in the text that holds the record");
      break;
    case DocumentWalker::Step::end:
      if (inner_.met_log_envelope())
        tally_.met_log();
      else if (!inner_gave_)
        tally_.reject("no_event_name", inner_place_.offset, "the object has no eventName");
      break;
  }
  in_inner_ = false;
  return false;
}

bool CloudTrailReader::next(model::Record& record, RecordPosition& where) {
  for (;;) {
    if (in_inner_) {
      if (next_inner(record, where)) return true;
      continue;
    }
    if (done_) return false;
    DocumentWalker::Item item;
    switch (whole_.next(record, item)) {
      case DocumentWalker::Step::item:
        if (consider(whole_.parser(), item, record, where)) return true;
        break;
      case DocumentWalker::Step::damage: {
        tally_.met_content();
        const auto at = static_cast<std::uint64_t>(whole_.parser().walker().damage_at() -
                                                   text_.data());
        tally_.reject(detail::reason_of(whole_.damage()), at, "");
        finish();
        return false;
      }
      case DocumentWalker::Step::end: finish(); return false;
    }
  }
}

}  // namespace

std::unique_ptr<Reader> make_reader() { return std::make_unique<CloudTrailReader>(); }

}  // namespace backtrail::sources
