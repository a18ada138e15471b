#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sources/detail/csv_reader.h"
#include "sources/detail/document_walker.h"
#include "sources/detail/inner_text.h"
#include "sources/detail/line_walker.h"
#include "sources/detail/reader_options.h"
#include "sources/detail/router.h"
#include "sources/detail/row.h"
#include "sources/detail/splitter.h"
#include "sources/detail/tally.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {

/// Behind a first line that is a whole JSON object come lines, soon, that begin as none does.
[[nodiscard]] bool has_other_lines(std::string_view text);

/// Two ways through JSON. The fast one walks a structural index of the whole text and stops at the
/// first thing that is not sound. The robust one cuts single records out and parses each alone; it starts
/// over, passes by the items that the fast one has given, and goes on with the one that stopped it. Both
/// judge and count items by the same code. Text that is no JSON is read by lines or as a table.
///
/// An item that is no CloudTrail record goes to the router, which knows all other log types; what wrappers
/// hold waits in `pending_` and is read before the file goes on.
class LogReader final : public Reader {
 public:
  explicit LogReader(ReaderOptions options)
      : options_(options), record_(cloudtrail_layout()), router_(options_) {}
  void start(std::string_view whole, const Origin& origin) override;
  void start(ByteStream& stream, const Origin& origin) override;
  [[nodiscard]] bool next(Found& found) override;
  [[nodiscard]] const ReadReport& report() const override { return tally_.report(); }

 private:
  enum class Mode : std::uint8_t { fast, split, csv, lines, done };
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };

  void restart(const Origin& origin);
  void start_robust();
  bool refuse_utf16();
  std::uint64_t behind_space(std::uint64_t pos);
  bool step(Found& found);
  bool step_fast(Found& found);
  bool step_split(Found& found);
  bool step_csv();
  bool step_lines(Found& found);
  bool step_pending(Found& found);
  bool begins_with_lines(std::uint64_t pos);
  bool route_json(std::string_view text, const ContextPtr& context, int depth, Place place, Found& found);
  bool route_line(std::string_view text, const ContextPtr& context, int depth, Place place, Found& found);
  bool routed(Router::Outcome outcome, Place place, std::string_view text, const ContextPtr& context,
              Found& found);
  bool keep(Place place, Found& found);
  bool keep_log_event(Place place, std::string_view text, const Context& context, Found& found);
  /// What is known of the items in `inner_`.
  const ContextPtr& inner_context() const { return in_inner_ && inner_depth_ > 0 ? pending_item_.context : context_; }
  int inner_depth() const { return in_inner_ ? inner_depth_ : 0; }
  bool step_inner(Found& found);
  bool take_cut(const Splitter::Cut& cut, Found& found);
  bool consider(RecordParser& parser, const DocumentWalker::Item& item, Found& found);
  void open_inner(std::string_view text, Place place, int depth = 0);
  void open_row(std::string_view json, Place place);
  void open_text(std::string_view text, Place place);
  void reject(std::string_view reason, Place place, std::string_view detail) {
    tally_.reject(reason, place.offset, detail);
  }
  Place place_of(std::string_view json) const;
  void tell_stream_error(std::uint64_t offset, bool in_record);
  void finish();

  const ReaderOptions options_;
  model::Record record_;  // CloudTrail's
  Router router_;
  ContextPtr context_ = share({});  // of the file
  Mode mode_ = Mode::done;
  Tally tally_{};
  DocumentWalker walker_{};  // the whole text, or the robust way's current item
  const char* base_ = nullptr;      // of the walker's text
  std::uint64_t base_offset_ = 0;   // of `base_` in the file
  std::uint64_t items_given_ = 0;   // by the fast way
  std::string_view whole_{};

  Window window_{};
  bool told_stream_error_ = false;
  Splitter splitter_{window_};
  CsvReader csv_{window_};
  std::vector<Cell> cells_{};

  LineWalker lines_{window_};

  InnerText inner_{};
  Place inner_place_{};
  bool in_inner_ = false;
  std::deque<Inner> pending_{};   // what a wrapper held, not read yet
  std::vector<Inner> opened_{};
  Inner pending_item_{};          // the one at hand
  std::string head_{};            // of the file, for a guess at what it is
  std::string line_text_{};       // a line with bytes replaced
  int inner_depth_ = 0;           // wrappers around the text in `inner_`
  Place pending_place_{};         // of the outermost wrapper
};

}  // namespace backtrail::sources::detail
