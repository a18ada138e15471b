#include "template.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace bench {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_alphanumeric(char c) { return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z'); }

/// Whether `text` looks like `pattern`: `d` a digit, `x` a hex digit, anything else itself.
bool looks_like(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char p = pattern[i];
    const char c = text[i];
    if (p == 'd' ? !is_digit(c) : p == 'x' ? !is_lower_hex(c) : p != c) return false;
  }
  return true;
}

std::size_t address_length(std::string_view text) {
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    while (i < text.size() && digits < 4 && is_digit(text[i])) ++i, ++digits;
    if (digits < 1 || digits > 3) return 0;
    if (part < 3 && (i >= text.size() || text[i++] != '.')) return 0;
  }
  return i < text.size() && text[i] == '"' ? i : 0;
}

std::uint64_t next(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

void shift_time(std::string_view text, std::uint64_t copy, char* out) {
  const auto number = [&](std::size_t at, std::size_t length) {
    int n = 0;
    std::from_chars(text.data() + at, text.data() + at + length, n);
    return n;
  };
  using namespace std::chrono;
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok()) return;
  const sys_seconds moved = sys_days(date) + hours(number(11, 2)) + minutes(number(14, 2)) +
                            seconds(number(17, 2)) + seconds(copy * 21617);
  const auto midnight = floor<days>(moved);
  const year_month_day new_date(midnight);
  const hh_mm_ss clock(moved - midnight);
  const auto put = [&](std::size_t at, std::size_t length, long value) {
    for (std::size_t i = length; i-- > 0; value /= 10)
      out[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, static_cast<int>(new_date.year()));
  put(5, 2, static_cast<long>(static_cast<unsigned>(new_date.month())));
  put(8, 2, static_cast<long>(static_cast<unsigned>(new_date.day())));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
}

/// Other last two numbers of the same length, at most 199.
void vary_address(std::string_view text, std::uint64_t state, char* out) {
  std::size_t from = text.find('.', text.find('.') + 1) + 1;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find('.', from), text.size());
    for (std::size_t i = from; i < to; ++i) out[i] = static_cast<char>('0' + next(state) % 10);
    if (to - from > 1) out[from] = '1';
    from = to + 1;
  }
}

void fill(std::string_view alphabet, std::uint64_t state, char* out, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) out[i] = alphabet[next(state) % alphabet.size()];
}

}  // namespace

std::uint64_t Variation::hash(std::string_view token, std::uint64_t salt) const {
  std::uint64_t h = 0xcbf29ce484222325U ^ seed_ ^ (salt * 0x9e3779b97f4a7c15U);
  for (const char c : token) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return next(h);
}

bool RecordTemplate::find_place(std::string_view text, std::size_t at, Place& place) {
  const std::string_view rest = text.substr(at);
  const auto found = [&](Kind kind, std::size_t skip, std::size_t length) {
    place = {kind, static_cast<std::uint32_t>(at + skip), static_cast<std::uint32_t>(length)};
    return true;
  };
  if (looks_like(rest, "dddd-dd-ddTdd:dd:ddZ")) return found(Kind::time, 0, 20);
  if (looks_like(rest, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) return found(Kind::hex, 0, 36);
  if (const std::size_t length = address_length(rest); length != 0)
    return found(Kind::address, 0, length);
  std::size_t run = 0;
  bool hex = true;
  bool upper = true;
  bool digits = true;
  bool lower = true;
  bool has_digit = false;
  for (; run < rest.size() && is_alphanumeric(rest[run]); ++run) {
    hex = hex && is_lower_hex(rest[run]);
    upper = upper && (is_upper(rest[run]) || is_digit(rest[run]));
    digits = digits && is_digit(rest[run]);
    lower = lower && !is_upper(rest[run]);
    has_digit = has_digit || is_digit(rest[run]);
  }
  if (run == 12 && digits) return found(Kind::account, 0, run);
  if ((run == 20 || run == 21) && upper)
    for (const std::string_view prefix : {"AKIA", "ASIA", "AROA", "AIDA"})
      if (rest.starts_with(prefix)) return found(Kind::base32, 4, run - 4);
  if (run == 16 && upper) return found(Kind::letters, 0, run);
  if (run >= 17 && hex && !digits) return found(Kind::hex, 0, run);
  if (run >= 20 && has_digit && !lower && !upper) return found(Kind::token, 0, run);
  return false;
}

RecordTemplate::RecordTemplate(std::string json) : json_(std::move(json)) {
  for (std::size_t i = 0; i < json_.size();) {
    Place place{};
    const bool starts = is_alphanumeric(json_[i]) && (i == 0 || !is_alphanumeric(json_[i - 1]));
    if (starts && find_place(json_, i, place)) {
      places_.push_back(place);
      i = place.from + place.length;
    } else {
      ++i;
    }
  }
}

void RecordTemplate::render(const Variation& variation, std::string& out) const {
  out = json_;
  if (variation.copy() == 0) return;
  for (const Place& place : places_) {
    const std::string_view old = std::string_view(json_).substr(place.from, place.length);
    char* const at = out.data() + place.from;
    const std::uint64_t number = variation.number(old);
    switch (place.kind) {
      case Kind::hex: {
        std::uint64_t state = number;
        for (std::size_t i = 0; i < old.size(); ++i)
          if (old[i] != '-') at[i] = "0123456789abcdef"[next(state) & 15];
        break;
      }
      case Kind::base32:
        fill("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", number, at, old.size());
        break;
      case Kind::letters:
        fill("ABCDEFGHJKMNPQRSTVWXYZ0123456789", number, at, old.size());
        break;
      case Kind::token:
        fill("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", number, at,
             old.size());
        break;
      case Kind::account:
        fill("0123456789", variation.shared_number(old), at, old.size());
        break;
      case Kind::time:
        shift_time(old, variation.copy(), at);
        break;
      case Kind::address:
        vary_address(old, number, at);
        break;
    }
  }
}

}  // namespace bench
