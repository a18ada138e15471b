#pragma once

#include <string>
#include <string_view>

#include "sources/detail/document_walker.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {

/// A record, or several in an envelope, that another object holds as text.
class InnerText {
 public:
  /// Copies `text` and indexes it; the damage when that fails.
  [[nodiscard]] Damage open(std::string_view text) {
    text_.assign(text);
    const std::size_t size = text_.size();
    text_.append(kPadding, '\0');
    items_ = 0;
    return walker_.load(std::string_view(text_).substr(0, size));
  }
  [[nodiscard]] DocumentWalker::Step next(model::Record& record, DocumentWalker::Item& item) {
    const auto step = walker_.next(record, item);
    if (step == DocumentWalker::Step::item) ++items_;
    return step;
  }
  [[nodiscard]] DocumentWalker& walker() { return walker_; }
  /// It held nothing at all.
  [[nodiscard]] bool was_empty() const { return items_ == 0 && !walker_.met_log_envelope(); }

 private:
  DocumentWalker walker_{};
  std::string text_{};
  std::uint64_t items_ = 0;
};

}  // namespace backtrail::sources::detail
