#include "store/trino/functions/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/json.h"

namespace backtrail::store::trino {
namespace od = simdjson::ondemand;
namespace {

constexpr std::size_t kCachedPaths = 64;
constexpr int kMaxJsonDepth = 1000;

bool is_path_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c & '\x80') != 0;
}

JsonStep make_step(std::string name) {
  JsonStep step{.name = std::move(name)};
  std::uint64_t index = 0;
  const char* end = step.name.data() + step.name.size();
  const auto read = std::from_chars(step.name.data(), end, index);
  if (read.ec == std::errc() && read.ptr == end) step.index = index;
  return step;
}

bool is_json_number(std::string_view t) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < t.size() && t[i] >= '0' && t[i] <= '9') ++i;
    return i - from;
  };
  if (i < t.size() && t[i] == '-') ++i;
  const bool zero = i < t.size() && t[i] == '0';
  const auto whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < t.size() && t[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
    ++i;
    if (i < t.size() && (t[i] == '+' || t[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == t.size();
}

std::string_view trimmed(std::string_view t) {
  while (!t.empty() &&
         (t.back() == ' ' || t.back() == '\n' || t.back() == '\r' || t.back() == '\t'))
    t.remove_suffix(1);
  return t;
}

/// Writes a value as compact JSON; false when it is not JSON.
bool write_value(od::value value, bool sort, int depth, JsonWriter& out);

bool write_object(od::value value, bool sort, int depth, JsonWriter& out) {
  od::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  std::vector<std::pair<std::string, std::string>> members;  // only when sorted
  if (!sort) out.begin_object();
  for (auto field : object) {
    std::string_view name;
    od::value member;
    if (field.unescaped_key(true).get(name) != simdjson::SUCCESS) return false;
    const std::string key(name);
    if (field.value().get(member) != simdjson::SUCCESS) return false;
    if (!sort) {
      out.key(key);
      if (!write_value(member, sort, depth + 1, out)) return false;
      continue;
    }
    JsonWriter nested;
    if (!write_value(member, sort, depth + 1, nested)) return false;
    members.emplace_back(key, nested.take());
  }
  if (!sort) return out.end_object(), true;
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  out.begin_object();
  for (std::size_t i = 0; i < members.size(); ++i)
    // Of repeated members the last counts here, as in Trino's json_parse.
    if (i + 1 == members.size() || members[i + 1].first != members[i].first)
      out.key(members[i].first).raw(members[i].second);
  out.end_object();
  return true;
}

bool write_value(od::value value, bool sort, int depth, JsonWriter& out) {
  if (depth > kMaxJsonDepth) return false;
  od::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  switch (type) {
    case od::json_type::object:
      return write_object(value, sort, depth, out);
    case od::json_type::array: {
      od::array array;
      if (value.get_array().get(array) != simdjson::SUCCESS) return false;
      out.begin_array();
      for (auto element : array) {
        od::value member;
        if (element.get(member) != simdjson::SUCCESS) return false;
        if (!write_value(member, sort, depth + 1, out)) return false;
      }
      out.end_array();
      return true;
    }
    case od::json_type::string: {
      std::string_view text;
      if (value.get_string(true).get(text) != simdjson::SUCCESS) return false;
      out.string(text);
      return true;
    }
    case od::json_type::number: {
      const auto token = trimmed(value.raw_json_token());
      if (!is_json_number(token)) return false;
      out.raw(token);
      return true;
    }
    case od::json_type::boolean: {
      bool b = false;
      if (value.get_bool().get(b) != simdjson::SUCCESS) return false;
      out.boolean(b);
      return true;
    }
    case od::json_type::null: {
      bool is_null = false;
      if (value.is_null().get(is_null) != simdjson::SUCCESS || !is_null) return false;
      out.null();
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
  for (const std::string_view mode : {"lax ", "strict "})
    if (text.starts_with(mode)) text.remove_prefix(mode.size());
  if (!text.starts_with('$')) return std::nullopt;
  JsonPath path;
  std::size_t at = 1;
  while (at < text.size()) {
    std::string name;
    if (text[at] == '.') {
      ++at;
      while (at < text.size() && (is_path_char(text[at]) || text[at] == ':' || text[at] == '$'))
        name += text[at++];
      if (name.empty()) return std::nullopt;
    } else if (text[at] == '[' && text.substr(at + 1).starts_with('"')) {
      for (at += 2; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && ++at == text.size()) return std::nullopt;
        name += text[at];
      }
      if (text.substr(at, 2) != "\"]") return std::nullopt;
      at += 2;
    } else if (text[at] == '[') {
      for (++at; at < text.size() && is_path_char(text[at]); ++at) name += text[at];
      if (name.empty() || at == text.size() || text[at] != ']') return std::nullopt;
      ++at;
    } else {
      return std::nullopt;
    }
    path.push_back(make_step(std::move(name)));
  }
  return path;
}

struct JsonReader::Parser {
  od::parser parser{};
  std::string buffer{};
  od::document document{};

  /// The value at `path`. The text is put into brackets, so that a lone scalar reads like any
  /// value.
  std::optional<od::value> find(std::string_view json, const JsonPath& path) {
    buffer.clear();
    buffer.reserve(json.size() + 2 + simdjson::SIMDJSON_PADDING);
    buffer.append("[").append(json).append("]");
    if (parser.iterate(buffer).get(document) != simdjson::SUCCESS) return std::nullopt;
    od::value value;
    if (document.at(0).get(value) != simdjson::SUCCESS) return std::nullopt;
    for (const JsonStep& step : path) {
      od::json_type type;
      if (value.type().get(type) != simdjson::SUCCESS) return std::nullopt;
      od::value next;
      if (type == od::json_type::object) {
        if (!find_member(value, step.name, next)) return std::nullopt;
      } else if (type == od::json_type::array && step.index) {
        if (value.at(*step.index).get(next) != simdjson::SUCCESS) return std::nullopt;
      } else {
        return std::nullopt;
      }
      value = next;
    }
    return value;
  }

  static bool find_member(od::value value, std::string_view name, od::value& out) {
    od::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key(true).get(key) != simdjson::SUCCESS) return false;
      if (key == name) return field.value().get(out) == simdjson::SUCCESS;
    }
    return false;
  }
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;

std::optional<std::string> JsonReader::scalar(std::string_view json, const JsonPath& path) {
  auto value = parser_->find(json, path);
  if (!value) return std::nullopt;
  od::json_type type;
  if (value->type().get(type) != simdjson::SUCCESS) return std::nullopt;
  if (type == od::json_type::string) {
    std::string_view text;
    if (value->get_string(true).get(text) != simdjson::SUCCESS) return std::nullopt;
    return std::string(text);
  }
  if (type != od::json_type::number && type != od::json_type::boolean) return std::nullopt;
  JsonWriter out;
  if (!write_value(*value, false, 0, out)) return std::nullopt;
  return out.take();
}

std::optional<std::string> JsonReader::value(std::string_view json, const JsonPath& path) {
  auto value = parser_->find(json, path);
  JsonWriter out;
  if (!value || !write_value(*value, false, 0, out)) return std::nullopt;
  return out.take();
}

std::optional<JsonKind> JsonReader::kind(std::string_view json, const JsonPath& path) {
  auto value = parser_->find(json, path);
  od::json_type type;
  if (!value || value->type().get(type) != simdjson::SUCCESS) return std::nullopt;
  switch (type) {
    case od::json_type::object:
      return JsonKind::object;
    case od::json_type::array:
      return JsonKind::array;
    case od::json_type::string:
      return JsonKind::string;
    case od::json_type::number:
      return JsonKind::number;
    case od::json_type::boolean:
      return JsonKind::boolean;
    case od::json_type::null: {
      bool is_null = false;
      if (value->is_null().get(is_null) != simdjson::SUCCESS || !is_null) return std::nullopt;
      return JsonKind::null;
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::int64_t> JsonReader::size(std::string_view json, const JsonPath& path) {
  auto value = parser_->find(json, path);
  if (!value) return std::nullopt;
  std::size_t n = 0;
  if (value->count_elements().get(n) == simdjson::SUCCESS) return static_cast<std::int64_t>(n);
  if (value->count_fields().get(n) == simdjson::SUCCESS) return static_cast<std::int64_t>(n);
  return std::nullopt;
}

std::optional<std::vector<std::string>> JsonReader::elements(std::string_view json,
                                                             const JsonPath& path) {
  auto value = parser_->find(json, path);
  od::array array;
  if (!value || value->get_array().get(array) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> out;
  for (auto element : array) {
    od::value member;
    JsonWriter writer;
    if (element.get(member) != simdjson::SUCCESS || !write_value(member, false, 0, writer))
      return std::nullopt;
    out.push_back(writer.take());
  }
  return out;
}

std::optional<std::string> JsonReader::canonical(std::string_view json) {
  auto& p = *parser_;
  p.buffer.clear();
  p.buffer.reserve(json.size() + 2 + simdjson::SIMDJSON_PADDING);
  p.buffer.append("[").append(json).append("]");
  if (p.parser.iterate(p.buffer).get(p.document) != simdjson::SUCCESS) return std::nullopt;
  od::array whole;
  if (p.document.get_array().get(whole) != simdjson::SUCCESS) return std::nullopt;
  std::optional<std::string> out;
  for (auto element : whole) {
    od::value value;
    JsonWriter writer;
    if (out || element.get(value) != simdjson::SUCCESS || !write_value(value, true, 0, writer))
      return std::nullopt;
    out = writer.take();
  }
  if (!p.document.at_end()) return std::nullopt;
  return out;
}

const JsonPath* JsonReader::path(std::string_view text) {
  auto found = paths_.find(text);
  if (found == paths_.end()) {
    if (paths_.size() >= kCachedPaths) paths_.clear();  // paths come from a column
    found = paths_.emplace(std::string(text), parse_json_path(text)).first;
  }
  return found->second ? &*found->second : nullptr;
}

std::optional<std::string> json_string_text(JsonReader& reader, std::string_view json) {
  const JsonPath root;
  if (reader.kind(json, root) != JsonKind::string) return std::nullopt;
  return reader.scalar(json, root);
}

}  // namespace backtrail::store::trino
