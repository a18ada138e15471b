#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "sources/detail/log_parser.h"
#include "sources/detail/reader_options.h"

namespace backtrail::sources::detail {

/// Finds out what single items are, and reads them. CloudTrail's records are not its concern.
class Router {
 public:
  enum class Outcome : std::uint8_t {
    record,   // read
    opened,   // a wrapper: what it holds was put out
    header,   // a line that tells of those behind it
    refused,  // of a known type, but no usable record: see `refusal()`
    unknown,
  };

  explicit Router(const ReaderOptions& options);
  ~Router();

  void start_file();
  /// `text` with 64 readable bytes behind it.
  [[nodiscard]] Outcome json(std::string_view text, const ContextPtr& context, int depth, Found& found,
                             std::vector<Inner>& inner);
  [[nodiscard]] Outcome line(std::string_view text, const ContextPtr& context, int depth, Found& found,
                             std::vector<Inner>& inner);
  /// The EventBridge event of this text, whose detail nothing else recognises. False: it is none.
  [[nodiscard]] bool event(const Context& context, Found& found);
  /// A log event of CloudWatch that nothing else recognises.
  void log_event(std::string_view text, const Context& context, Found& found);
  /// A line or object that nothing recognises, where the user has named such; false: there is no name.
  [[nodiscard]] bool generic(std::string_view text, bool is_json, const Context& context, Found& found);
  [[nodiscard]] bool names_unknown() const;
  /// The line is one that `line` would take.
  [[nodiscard]] bool knows_line(std::string_view text);
  /// Shows the parsers the first lines of a file; true when one takes them for its own.
  [[nodiscard]] bool look_ahead(std::span<const std::string_view> lines);
  /// Every line of the file is one parser's, whatever it holds. `lines` are the first.
  [[nodiscard]] bool claim(std::span<const std::string_view> lines, const Context& file);
  [[nodiscard]] bool has_claim() const;
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  /// The type of the last header or refused item; null before the first of the file.
  [[nodiscard]] const model::LogType* met() const { return met_; }

 private:
  struct State;
  bool read_json(std::size_t index, const Context& context, Found& found);
  bool open_message(const JsonItem& item, const ContextPtr& context, int depth, std::vector<Inner>& inner);
  bool recognises_object(std::string_view text, const ContextPtr& context);
  bool recognises_line(std::string_view text) const;
  Outcome read_line(std::size_t index, std::string_view text, const Context& context, Found& found);

  std::unique_ptr<State> state_;
  Refusal refusal_{};
  const model::LogType* met_ = nullptr;
};

}  // namespace backtrail::sources::detail
