#include "sources/detail/file_facts.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kMaxName = 512;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The number that `text` begins with: `digits` digits, no more.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int n = 0;
  if (text.size() < digits) return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    n = n * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return n;
}

/// A date at the beginning of `text`, in one of the forms that the header names.
std::optional<Timestamp> date_at(std::string_view text) {
  struct Form {
    std::string_view year, month, day;
  };
  constexpr std::array<Form, 4> kForms = {{{"", "-", "-"}, {"", "/", "/"}, {"", "", ""}, {"year=", "/month=", "/day="}}};
  for (const Form& form : kForms) {
    std::string_view rest = text;
    const auto take = [&](std::string_view joint, std::size_t digits) -> std::optional<int> {
      if (!rest.starts_with(joint)) return std::nullopt;
      rest.remove_prefix(joint.size());
      return take_number(rest, digits);
    };
    const auto year = take(form.year, 4);
    const auto month = year ? take(form.month, 2) : std::nullopt;
    const auto day = month ? take(form.day, 2) : std::nullopt;
    if (!day || (!rest.empty() && is_digit(rest[0]))) continue;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    // Logs are not older than their format, and a number may look like a date by chance.
    if (date.ok() && *year >= 1990 && *year <= 2100) return Timestamp(std::chrono::sys_days(date));
  }
  return std::nullopt;
}

std::string user_of(std::string_view path) {
  std::string out;
  const auto parts = split(path, '/');
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] == "root") out = "root";
    if ((parts[i] == "home" || parts[i] == "Users") && i + 2 < parts.size()) out = parts[i + 1];
  }
  return truncate_utf8(out, kMaxName);
}

}  // namespace

std::string_view instance_in(std::string_view text) {
  std::string_view found;
  for (std::size_t at = 0; (at = text.find("i-", at)) != std::string_view::npos; at += 2) {
    if (at > 0 && is_word(text[at - 1])) continue;
    std::size_t end = at + 2;
    while (end < text.size() && is_hex(text[end])) ++end;
    const std::size_t digits = end - at - 2;
    if ((digits == 8 || digits == 17) && (end == text.size() || !is_word(text[end]))) found = text.substr(at, end - at);
  }
  return found;
}

FileFacts facts_of_path(std::string_view path) {
  FileFacts out;
  out.name = truncate_utf8(path.substr(path.rfind('/') + 1), kMaxName);
  out.user = user_of(path);
  out.instance = instance_in(path);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && is_digit(path[i - 1])) continue;
    if (is_digit(path[i]) || path[i] == 'y')
      if (const auto date = date_at(path.substr(i))) out.date = date;
  }
  return out;
}

}  // namespace backtrail::sources::detail
