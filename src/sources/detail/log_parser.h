#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/log_type.h"
#include "sources/detail/context.h"
#include "sources/detail/draft.h"
#include "sources/detail/json_item.h"

/// What a log type's file in `sources/types` gives. Recognition looks at content alone and must not claim
/// what is another type's.
namespace backtrail::sources::detail {

/// A log type whose records are JSON objects. Top-level members go into the fields of their names, dotted
/// fields are looked up; the rest is `complete`'s.
struct JsonType {
  const model::LogType* type = nullptr;
  bool (*recognises)(const JsonItem& item) = nullptr;
  /// Sets the time, account and region where the record tells, and fields of ours. May be null. A refusal
  /// rejects the record.
  std::optional<Refusal> (*complete)(const JsonItem& item, Draft& draft) = nullptr;
  /// Another spelling of the record (an API's output, say): gives it as the type spells it, or "" when it
  /// is spelled so already. May be null.
  std::string (*respell)(const JsonItem& item) = nullptr;
};

/// An object around records: gives what is inside. False: it is no such object.
using JsonWrapper = bool (*)(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

/// A log type whose records are lines. One object per reader; `reset` before each file.
class LineParser {
 public:
  virtual ~LineParser() = default;
  [[nodiscard]] virtual const model::LogType& type() const = 0;
  virtual void reset() {}
  /// A line that is no record but tells how to read those behind it (a header, a comment): taken, true.
  [[nodiscard]] virtual bool takes_header(std::string_view) { return false; }
  /// The first lines of a file, before any is read. True: they are this type's together, whatever
  /// `recognises` says of each alone.
  [[nodiscard]] virtual bool look_ahead(std::span<const std::string_view>) { return false; }
  /// Every line of the file is this type's, whatever it holds: by the file's name, where content tells nothing, or by
  /// its first lines. They are not JSON's beginning.
  [[nodiscard]] virtual bool claims(std::span<const std::string_view>, const Context&) { return false; }
  /// An event of this log group or stream that nothing recognises is this type's.
  [[nodiscard]] virtual bool claims_event(const Context&) const { return false; }
  /// The line looks like one of this type.
  [[nodiscard]] virtual bool recognises(std::string_view line) const = 0;
  /// Reads a line that `recognises` may not have seen. Views into it may be kept.
  [[nodiscard]] virtual std::optional<Refusal> read(std::string_view line, Draft& draft) = 0;
};

/// A line around something else (a CloudWatch export's): gives what is inside.
using LineWrapper = bool (*)(std::string_view line, const Context& context, Inner& out);

}  // namespace backtrail::sources::detail
