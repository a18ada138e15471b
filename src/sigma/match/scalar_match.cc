#include "sigma/match/scalar_match.h"

#include <charconv>
#include <chrono>

#include "base/time.h"
#include "base/network.h"

namespace backtrail::sigma::match {

using model::Value;

bool compare(detail::CompareOp op, double left, double right) {
  switch (op) {
    case detail::CompareOp::eq:
      return left == right;
    case detail::CompareOp::neq:
      return left != right;
    case detail::CompareOp::lt:
      return left < right;
    case detail::CompareOp::lte:
      return left <= right;
    case detail::CompareOp::gt:
      return left > right;
    case detail::CompareOp::gte:
      return left >= right;
  }
  return false;
}

std::optional<double> number_of(const Value& v) {
  if (v.kind == Value::Kind::integer) return static_cast<double>(v.integer);
  if (v.kind == Value::Kind::real) return v.real;
  if (v.kind != Value::Kind::text) return std::nullopt;
  std::string_view s = v.text;
  if (s.starts_with('+')) s.remove_prefix(1);
  // from_chars would also take "inf", "nan" and a second sign.
  if (s.empty() || s.find_first_not_of("0123456789.eE+-") != std::string_view::npos ||
      (s.size() != v.text.size() && s.starts_with('-')))
    return std::nullopt;
  double d = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), d);
  if (error != std::errc() || end != s.data() + s.size()) return std::nullopt;
  return d;
}

std::optional<std::string_view> scalar_text(const Value& v) {
  switch (v.kind) {
    case Value::Kind::text:
    case Value::Kind::integer:
    case Value::Kind::real:
      return v.text;
    case Value::Kind::boolean:
      return v.boolean ? "true" : "false";
    default:
      return std::nullopt;
  }
}

bool matches(const detail::NumberPattern& p, const Value& v) {
  switch (v.kind) {
    case Value::Kind::integer:
      return p.integer ? v.integer == *p.integer : static_cast<double>(v.integer) == p.real;
    case Value::Kind::real:
      return v.real == p.real;
    case Value::Kind::text:
      return v.text == p.text;
    default:
      return false;
  }
}

bool matches(const detail::ComparePattern& p, const Value& v) {
  const std::optional<double> n = number_of(v);
  return n && compare(p.op, *n, p.value);
}

bool matches(const detail::CidrPattern& p, const Value& v) {
  if (v.kind != Value::Kind::text) return false;
  const auto address = parse_address(v.text);
  return address && contains(p, *address);
}

std::optional<int> time_part_of(detail::TimePart part, std::string_view text) {
  if (text.size() < 10 || !parse_log_time(text)) return std::nullopt;
  const auto digits = [&](std::size_t at, std::size_t n) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + n, value);
    return value;
  };
  using namespace std::chrono;
  const year_month_day date{year(digits(0, 4)), month(static_cast<unsigned>(digits(5, 2))),
                            day(static_cast<unsigned>(digits(8, 2)))};
  const bool has_clock = text.size() >= 16;
  switch (part) {
    case detail::TimePart::minute:
      return has_clock ? digits(14, 2) : 0;
    case detail::TimePart::hour:
      return has_clock ? digits(11, 2) : 0;
    case detail::TimePart::day:
      return static_cast<int>(static_cast<unsigned>(date.day()));
    case detail::TimePart::month:
      return static_cast<int>(static_cast<unsigned>(date.month()));
    case detail::TimePart::year:
      return static_cast<int>(date.year());
    case detail::TimePart::week:
      break;
  }
  // ISO 8601: the week belongs to the year of its Thursday.
  const sys_days today{date};
  const weekday wd{today};
  const sys_days thursday = today + days(4 - static_cast<int>(wd.iso_encoding()));
  const year_month_day t{thursday};
  return static_cast<int>((thursday - sys_days{t.year() / January / 1}).count()) / 7 + 1;
}

bool matches(const detail::TimePartPattern& p, const Value& v) {
  if (v.kind != Value::Kind::text) return false;
  const std::optional<int> n = time_part_of(p.part, v.text);
  return n && compare(p.op, *n, p.value);
}

}  // namespace backtrail::sigma::match
