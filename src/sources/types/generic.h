#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sources/detail/draft.h"
#include "sources/detail/json_item.h"

/// Logs of no known type, which the user has named (`ReadOptions::as`).
namespace backtrail::sources::detail {

/// Where the time of such a record is.
struct TimePlace {
  std::string path{};           // of a member
  std::size_t word = 0;         // or the number of a word, from 1; 0: not given
  std::int64_t per_second = 0;  // of a time that is a number; 0: it is a text
  /// nullopt: not understood. "": look for a time text.
  [[nodiscard]] static std::optional<TimePlace> parse(std::string_view text);
};

[[nodiscard]] const model::LogType& generic_type();
void fill_generic(std::string_view line, std::string_view name, const TimePlace& time, Draft& draft);
void fill_generic(const JsonItem& item, std::string_view name, const TimePlace& time, Draft& draft);

}  // namespace backtrail::sources::detail
