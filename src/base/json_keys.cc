#include "base/json_keys.h"

#include <algorithm>

namespace backtrail {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

void camel(std::string& out, std::size_t from) {
  const auto is_name = [](char c) { return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (!std::all_of(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), is_name)) return;
  for (std::size_t i = from; i < out.size() && is_upper(out[i]); ++i) {
    // The last capital of several begins the next word.
    if (i > from && i + 1 < out.size() && is_lower(out[i + 1])) break;
    out[i] = lower(out[i]);
  }
}

void all_lower(std::string& out, std::size_t from) {
  // In a key with escapes letters may be part of one.
  if (out.find('\\', from) != std::string::npos) return;
  for (std::size_t i = from; i < out.size(); ++i) out[i] = lower(out[i]);
}

std::string with_keys(std::string_view json, void (*respell)(std::string& out, std::size_t from)) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    if (json[i] != '"') {
      const std::size_t next = std::min(json.find('"', i), json.size());
      out.append(json, i, next - i);
      i = next;
      continue;
    }
    std::size_t end = i + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    end = std::min(end, json.size());
    out += '"';
    const std::size_t from = out.size();
    out.append(json, i + 1, end - i - 1);
    const std::size_t after = json.find_first_not_of(" \t\r\n", end + 1);
    if (after != std::string_view::npos && json[after] == ':') respell(out, from);
    if (end < json.size()) out += '"';
    i = end + 1;
  }
  return out;
}

}  // namespace

std::string with_camel_keys(std::string_view json) { return with_keys(json, camel); }
std::string with_lower_keys(std::string_view json) { return with_keys(json, all_lower); }

}  // namespace backtrail
