#include "base/json_value.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace backtrail {
namespace {

/// Sign, digits without zeros at either end, exponent of the last digit.
std::string number_form(std::string_view text) {
  std::string out;
  if (text.starts_with('-')) {
    out = '-';
    text.remove_prefix(1);
  }
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  std::string_view exponent_text = text.substr(std::min(e + 1, text.size()));
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] =
      std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  // Nobody computes with such an exponent; the text as it is stands for the number.
  if (error == std::errc::result_out_of_range || exponent > (1LL << 60) || exponent < -(1LL << 60))
    return out.append(text);
  std::string digits;
  const std::string_view mantissa = text.substr(0, e);
  for (const char c : mantissa)
    if (c != '.') digits += c;
  if (const std::size_t point = mantissa.find('.'); point != std::string_view::npos)
    exponent -= static_cast<std::int64_t>(mantissa.size() - point - 1);
  const std::size_t last = digits.find_last_not_of('0');
  if (last == std::string::npos) return "0";
  exponent += static_cast<std::int64_t>(digits.size() - last - 1);
  digits.resize(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));
  return out.append(digits).append("e").append(std::to_string(exponent));
}

std::string text_form(std::string_view text) {
  return "\"" + std::to_string(text.size()) + ":" + std::string(text);
}

/// Receives RapidJSON's events; numbers arrive as they are written.
class FormBuilder {
 public:
  bool Null() { return add("n"); }
  bool Bool(bool b) { return add(b ? "t" : "f"); }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    return add("#" + number_form({s, n}) + ";");
  }
  bool String(const char* s, rapidjson::SizeType n, bool) { return add(text_form({s, n})); }
  bool Key(const char* s, rapidjson::SizeType n, bool) {
    open_.back().emplace_back(text_form({s, n}), std::string());
    return true;
  }
  bool StartObject() { return start(); }
  bool StartArray() { return start(); }
  bool EndObject(rapidjson::SizeType) {
    auto members = finish();
    std::stable_sort(members.begin(), members.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out = "{";
    for (const auto& [key, value] : members) out.append(key).append(value);
    return add(out + "}");
  }
  bool EndArray(rapidjson::SizeType) {
    const auto items = finish();
    std::string out = "[";
    for (const auto& [key, value] : items) out.append(value);
    return add(out + "]");
  }
  // Not called: numbers arrive raw.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  [[nodiscard]] std::string take() { return std::move(result_); }

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  bool start() {
    open_.emplace_back();
    return true;
  }
  Members finish() {
    Members out = std::move(open_.back());
    open_.pop_back();
    return out;
  }
  bool add(std::string form) {
    if (open_.empty())
      result_ = std::move(form);
    else if (!open_.back().empty() && !open_.back().back().first.empty() &&
             open_.back().back().second.empty())
      open_.back().back().second = std::move(form);  // of the key before it
    else
      open_.back().emplace_back(std::string(), std::move(form));
    return true;
  }

  std::vector<Members> open_{};
  std::string result_{};
};

}  // namespace

std::optional<std::string> json_value_form(std::string_view json) {
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  FormBuilder builder;
  if (reader.Parse<kFlags>(stream, builder).IsError()) return std::nullopt;
  return builder.take();
}

}  // namespace backtrail
