#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/record.h"
#include "sources/detail/context.h"
#include "sources/detail/text_arena.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {

/// A record in the making. Fields are numbered as in the type's `fields`.
class Draft {
 public:
  Draft(model::Record& record, TextArena& arena, const Context& context)
      : record_(record), arena_(arena), context_(context), account_(context.account), region_(context.region) {}

  /// `value` must live as long as the item; `keep` gives text that does.
  void text(std::size_t field, std::string_view value) {
    record_.set_text(static_cast<int>(field) + 1, model::Value::Kind::text, value);
  }
  void value(std::size_t field, const model::Value& v) { record_.set(static_cast<int>(field) + 1, v); }
  [[nodiscard]] std::string_view keep(std::string_view text) {
    char* const out = arena_.room(text.size() + kPadding);
    std::ranges::copy(text, out);  // memcpy may not be given the null of an empty text
    std::memset(out + text.size(), 0, kPadding);
    arena_.keep(text.size() + kPadding);
    return {out, text.size()};
  }
  void keep_text(std::size_t field, std::string_view value) { text(field, keep(value)); }
  /// Takes all fields back.
  void clear() {
    const model::Value whole = record_.at(model::kWholeRecord);
    record_.clear();
    record_.set(model::kWholeRecord, whole);
  }
  /// What the field holds so far; "" when it is absent or no scalar.
  [[nodiscard]] std::string_view at(std::size_t field) const {
    return record_.at(static_cast<int>(field) + 1).text;
  }

  /// `t` without a value: there is a time text that cannot be read.
  void time(const std::optional<Timestamp>& t) {
    time_ = t;
    unreadable_time_ = !t;
  }
  /// The time text has no year, and nothing tells it.
  void lacks_year() {
    time(std::nullopt);
    lacks_year_ = true;
  }
  /// Where the record tells: the file's path and the wrapper are the last to be believed.
  void account(std::string_view a) {
    if (!a.empty()) account_ = a;
  }
  void region(std::string_view r) {
    if (!r.empty()) region_ = r;
  }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const model::Record& record() const { return record_; }

  void fill(Found& found) const {
    found.record = &record_;
    found.time = time_;
    found.unreadable_time = unreadable_time_;
    found.lacks_year = lacks_year_;
    found.account = account_;
    found.region = region_;
  }

 private:
  model::Record& record_;
  TextArena& arena_;
  const Context& context_;
  std::string_view account_;
  std::string_view region_;
  std::optional<Timestamp> time_{};
  bool unreadable_time_ = false;
  bool lacks_year_ = false;
};

}  // namespace backtrail::sources::detail
