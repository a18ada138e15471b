#include "sources/types/generic.h"

#include <array>
#include <charconv>
#include <vector>

#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

enum Field : std::size_t { kLogType, kTimeText, kMessage, kFields };

/// Members that logs call their time, in the order in which they are looked for.
constexpr std::array<std::string_view, 12> kTimeNames = {
    "@timestamp", "timestamp", "time",       "eventTime", "event_time", "datetime",
    "date_time",  "ts",        "created_at", "createdAt", "date",       "logged_at"};

/// Text around a time: brackets, quotes, a comma in front of the fraction.
std::string time_form(std::string_view text) {
  while (!text.empty() && std::string_view("[(\"' ").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && std::string_view("])\"' ,:;|").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  std::string out(text);
  // `2023-07-10 11:42:31,123`, as Java and Python write it
  if (out.size() > 19 && out[19] == ',') out[19] = '.';
  return out;
}

std::optional<Timestamp> read_time(std::string_view text, std::int64_t per_second) {
  if (per_second != 0) return time_of_epoch(text, per_second);
  return parse_log_time(time_form(text));
}

/// A time text among the first words: one word, or a date and a time.
std::optional<Timestamp> find_time(std::string_view line, std::string_view& text) {
  constexpr int kLook = 6;
  Words words(line);
  std::string_view before;
  for (int i = 0; i < kLook; ++i) {
    const auto word = words.next();
    if (!word) break;
    if (!before.empty()) {
      const char* const end = word->data() + word->size();
      const std::string_view both(before.data(), static_cast<std::size_t>(end - before.data()));
      if (time_form(before).size() == 10)
        if (const auto t = read_time(both, 0)) {
          text = both;
          return t;
        }
      if (const auto t = read_time(before, 0); t && before.size() >= 19) {
        text = before;
        return t;
      }
    }
    before = *word;
  }
  if (before.size() >= 10)
    if (const auto t = read_time(before, 0)) {
      text = before;
      return t;
    }
  return std::nullopt;
}

void set_names(std::string_view name, std::string_view message, Draft& draft) {
  draft.keep_text(kLogType, name);
  draft.text(kMessage, message);
}

}  // namespace

std::optional<TimePlace> TimePlace::parse(std::string_view text) {
  TimePlace out;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    const std::string_view unit = text.substr(colon + 1);
    if (unit == "s") out.per_second = 1;
    else if (unit == "ms") out.per_second = 1000;
    else if (unit == "us") out.per_second = 1'000'000;
    else return std::nullopt;
    text = text.substr(0, colon);
    if (text.empty()) return std::nullopt;
  }
  if (text.find_first_not_of("0123456789") == std::string_view::npos && !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.word);
    if (error != std::errc() || out.word == 0 || out.word > 1000) return std::nullopt;
  } else {
    out.path = text;
  }
  return out;
}

const model::LogType& generic_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "generic",
                     .title = "Logs named by the user",
                     .table = "generic_logs",
                     .product = "generic",
                     .service = "generic"};
    t.fields = {{.name = "log_type", .column = "log_type"},
                {.name = "time", .column = "time"},
                {.name = "message", .column = "message"}};
    t.shape = {.source = {.fields = {"log_type"}},
               .action = {.otherwise = "log event"},
               .message = {.fields = {"message"}}};
    return t;
  }();
  return type;
}

void fill_generic(std::string_view line, std::string_view name, const TimePlace& place, Draft& draft) {
  draft.clear();
  set_names(name, line, draft);
  std::string_view text;
  std::optional<Timestamp> time;
  if (place.word == 0) {
    time = place.path.empty() ? find_time(line, text) : std::nullopt;
  } else {
    Words words(line);
    for (std::size_t i = 1; const auto word = words.next(); ++i)
      if (i == place.word) text = *word;
    time = read_time(time_form(text), place.per_second);
    // a date, and the time in the next word
    if (!text.empty() && (!time || text.size() == 10) && place.per_second == 0) {
      const char* const from = text.data();
      const auto rest = std::string_view(from, static_cast<std::size_t>(line.data() + line.size() - from));
      const std::size_t end = rest.find(' ', text.size() + 1);
      if (const auto both = read_time(rest.substr(0, end), 0)) {
        time = both;
        text = rest.substr(0, end);
      }
    }
  }
  if (!text.empty()) draft.text(kTimeText, text);
  if (time || !text.empty())
    draft.time(time);
  else if (draft.context().time)
    draft.time(draft.context().time);
}

void fill_generic(const JsonItem& item, std::string_view name, const TimePlace& place, Draft& draft) {
  draft.clear();
  set_names(name, item.whole(), draft);
  std::optional<std::string> text;
  std::optional<Timestamp> time;
  if (!place.path.empty()) {
    text = item.at(place.path);
    if (text) time = read_time(*text, place.per_second);
  } else {
    for (const std::string_view member : kTimeNames) {
      const auto value = item.at(member);
      if (!value) continue;
      // a number does not tell its unit
      if (!(time = read_time(*value, 0))) continue;
      text = value;
      break;
    }
  }
  if (text) draft.keep_text(kTimeText, *text);
  if (time || text)
    draft.time(time);
  else if (draft.context().time)
    draft.time(draft.context().time);
}

}  // namespace backtrail::sources::detail
