#include "base/time.h"

#include <array>
#include <cstdlib>

namespace backtrail {
namespace {

using std::chrono::microseconds;

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
  }
};

/// Reads text from the left, one piece at a time.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool done() const { return text_.empty(); }
  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_.front(); }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view s) {
    if (!text_.starts_with(s)) return false;
    text_.remove_prefix(s.size());
    return true;
  }
  std::optional<int> digits(std::size_t n) {
    if (text_.size() < n) return std::nullopt;
    int v = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return std::nullopt;
      v = v * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(n);
    return v;
  }
  /// A fraction of 1 to 9 digits as microseconds.
  std::optional<int> fraction() {
    int micros = 0;
    int n = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (n < 6) micros = micros * 10 + (text_.front() - '0');
      ++n;
      text_.remove_prefix(1);
    }
    if (n == 0 || n > 9) return std::nullopt;
    for (int i = n; i < 6; ++i) micros *= 10;
    return micros;
  }

 private:
  std::string_view text_;
};

std::optional<std::chrono::sys_days> read_date(Reader& in) {
  auto y = in.digits(4);
  if (!y || !in.take('-')) return std::nullopt;
  auto m = in.digits(2);
  if (!m || !in.take('-')) return std::nullopt;
  auto d = in.digits(2);
  if (!d) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year{*y},
                                        std::chrono::month{static_cast<unsigned>(*m)},
                                        std::chrono::day{static_cast<unsigned>(*d)}};
  if (!ymd.ok() || *y == 0) return std::nullopt;
  return std::chrono::sys_days{ymd};
}

std::optional<microseconds> read_time_of_day(Reader& in) {
  auto h = in.digits(2);
  if (!h || !in.take(':')) return std::nullopt;
  auto m = in.digits(2);
  if (!m || !in.take(':')) return std::nullopt;
  auto s = in.digits(2);
  // 60 is a leap second; it counts as the second after :59.
  if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  int micros = 0;
  if (in.take('.')) {
    auto f = in.fraction();
    if (!f) return std::nullopt;
    micros = *f;
  }
  return std::chrono::hours{*h} + std::chrono::minutes{*m} + std::chrono::seconds{*s} +
         microseconds{micros};
}

/// `±hh:mm`; when `loose`, also `±hhmm` and `±hh`.
std::optional<microseconds> read_offset(Reader& in, bool loose) {
  const bool minus = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  auto h = in.digits(2);
  if (!h || *h > 23) return std::nullopt;
  int minutes = 0;
  if (in.take(':') || (loose && !in.done())) {
    auto m = in.digits(2);
    if (!m || *m > 59) return std::nullopt;
    minutes = *m;
  } else if (!loose) {
    return std::nullopt;
  }
  const microseconds offset = std::chrono::hours{*h} + std::chrono::minutes{minutes};
  return minus ? -offset : offset;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Reader in(text);
  auto date = read_date(in);
  if (!date || (!in.take('T') && !in.take('t'))) return std::nullopt;
  auto time = read_time_of_day(in);
  if (!time) return std::nullopt;
  if (in.take('Z') || in.take('z')) return in.done() ? std::optional(*date + *time) : std::nullopt;
  auto offset = read_offset(in, false);
  if (!offset || !in.done()) return std::nullopt;
  return *date + *time - *offset;
}

std::optional<Timestamp> parse_log_time(std::string_view text) {
  Reader in(text);
  auto date = read_date(in);
  if (!date) return std::nullopt;
  if (in.done()) return Timestamp{*date};
  if (!in.take('T') && !in.take('t') && !in.take(' ')) return std::nullopt;
  auto time = read_time_of_day(in);
  if (!time) return std::nullopt;
  const Timestamp local = *date + *time;
  if (in.done()) return local;
  in.take(' ');
  if (in.take('Z') || in.take('z') || in.take("UTC")) {
    return in.done() ? std::optional(local) : std::nullopt;
  }
  auto offset = read_offset(in, true);
  if (!offset || !in.done()) return std::nullopt;
  return local - *offset;
}

namespace {

/// The number in at least `least` digits, with zeroes before it.
void append_digits(std::string& out, std::uint64_t number, int least) {
  std::array<char, 20> digits{};
  std::size_t n = 0;
  do {
    digits[n++] = static_cast<char>('0' + number % 10);
    number /= 10;
    --least;
  } while (number > 0 || least > 0);
  while (n > 0) out += digits[--n];
}

}  // namespace

std::string format_rfc3339(Timestamp t) {
  const auto days = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day ymd{days};
  const std::chrono::hh_mm_ss tod{t - days};
  const int year = static_cast<int>(ymd.year());
  std::string out;
  out.reserve(28);
  if (year < 0) out += '-';
  append_digits(out, static_cast<std::uint64_t>(std::abs(year)), 4);
  const auto part = [&](char before, auto value) {
    out += before;
    append_digits(out, static_cast<std::uint64_t>(value), 2);
  };
  part('-', static_cast<unsigned>(ymd.month()));
  part('-', static_cast<unsigned>(ymd.day()));
  part('T', tod.hours().count());
  part(':', tod.minutes().count());
  part(':', tod.seconds().count());
  if (const auto micros = tod.subseconds().count(); micros != 0) {
    out += '.';
    append_digits(out, static_cast<std::uint64_t>(micros), 6);
  }
  return out += 'Z';
}

std::optional<std::chrono::seconds> unit_of(char letter) {
  using std::chrono::seconds;
  switch (letter) {
    case 's':
      return seconds(1);
    case 'm':
      return seconds(60);
    case 'h':
      return seconds(3600);
    case 'd':
      return seconds(86400);
    case 'w':
      return seconds(7 * 86400);
    default:
      return std::nullopt;
  }
}

Result<Timestamp> parse_time_argument(std::string_view text, Timestamp now) {
  if (auto t = parse_log_time(text)) return *t;
  std::string_view rest = text;
  if (rest == "now") return now;
  int sign = -1;
  if (rest.starts_with("now")) {
    rest.remove_prefix(3);
    if (rest.starts_with('+')) sign = 1;
    if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
  }
  std::int64_t amount = 0;
  std::size_t n = 0;
  while (n < rest.size() && n < 9 && rest[n] >= '0' && rest[n] <= '9')
    amount = amount * 10 + (rest[n++] - '0');
  if (n > 0 && n + 1 == rest.size()) {
    const auto length = unit_of(rest[n]);
    // 10,000 years bound the arithmetic.
    if (length && amount <= std::int64_t{10000} * 366 * 86400 / length->count())
      return now + sign * amount * *length;
  }
  return invalid_argument("time.invalid",
                          "'" + std::string(text) +
                              "' is not a time. Use RFC 3339 (2026-01-31T08:00:00Z), a date "
                              "(2026-01-31), or a span back from now (90m, 24h, 7d, now-2h).");
}

}  // namespace backtrail
