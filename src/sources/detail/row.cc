#include "sources/detail/row.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "sources/detail/shape.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

/// Lower-case name → CloudTrail's spelling, of every part of every known field.
const std::map<std::string, std::string, std::less<>>& spellings() {
  static const auto map = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const std::string& name : cloudtrail_layout().names())
      for (const std::string_view part : split(name, '.')) out[to_lower_ascii(part)] = part;
    for (const std::string_view part :
         {"userId", "identityStoreArn", "sourceArn", "sourceAccount", "issuerType",
          "credentialsIssuedTo", "federatedProvider", "ec2IssuedInVpc", "assumedRoot"})
      out[to_lower_ascii(part)] = part;
    return out;
  }();
  return map;
}

std::string spelled(std::string_view name) {
  const auto it = spellings().find(to_lower_ascii(trim(name)));
  return it != spellings().end() ? it->second : std::string(trim(name));
}

/// With the keys of CloudTrail's spelling, down through objects.
Json respelled(const Json& value) {
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, inner] : value.as_object()) out.set(spelled(key), respelled(inner));
  return out;
}

/// Presto's text of a row or map, `{a=b, c={d=e}}`: where the value that starts at `pos` ends. A comma
/// ends it only when a name and `=` follow, since values hold commas too.
std::size_t end_of_struct_value(std::string_view text, std::size_t pos) {
  int depth = 0;
  for (; pos < text.size(); ++pos) {
    const char c = text[pos];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth-- == 0) return pos;
    if (c != ',' || depth > 0 || !text.substr(pos).starts_with(", ")) continue;
    const std::size_t name = pos + 2;
    const std::size_t equals = text.find('=', name);
    if (equals == std::string_view::npos || equals == name) continue;
    const std::string_view candidate = text.substr(name, equals - name);
    if (candidate.find_first_of(" ,{}[]\"") == std::string_view::npos) return pos;
  }
  return pos;
}

/// Such a text as JSON; null when it is none. `level` bounds the nesting.
Json of_struct(std::string_view text, bool respell, int level = 0) {
  constexpr int kDeepest = 16;
  text = trim(text);
  if (level > kDeepest || text.size() < 2 || text.front() != '{' || text.back() != '}') return {};
  Json out = Json::object();
  std::size_t pos = 1;
  while (pos < text.size() - 1) {
    const std::size_t equals = text.find('=', pos);
    if (equals == std::string_view::npos) return {};
    const std::string_view name = text.substr(pos, equals - pos);
    const std::size_t end = end_of_struct_value(text, equals + 1);
    const std::string_view value = text.substr(equals + 1, end - equals - 1);
    const std::string key = respell ? spelled(name) : std::string(trim(name));
    if (value != "null") {
      Json inner = of_struct(value, respell, level + 1);
      out.set(key, inner.is_object() ? std::move(inner) : Json(value));
    }
    pos = end + (text.substr(end).starts_with(", ") ? 2 : 1);
  }
  return out;
}

bool holds_json(int slot) {
  return slot >= kRequestParameters && slot <= kUserIdentity;
}

void write_value(JsonWriter& out, int slot, std::string_view text) {
  if (slot == kReadOnly || slot == kManagementEvent) {
    if (equal_ignore_case_ascii(text, "true") || equal_ignore_case_ascii(text, "false")) {
      out.boolean(equal_ignore_case_ascii(text, "true"));
      return;
    }
  }
  if (slot >= 0 && holds_json(slot) && looks_like_json(text)) {
    const bool respell = slot == kUserIdentity;
    if (const Result<Json> json = Json::parse(text)) {
      if (respell)
        out.value(respelled(*json));
      else
        out.raw(text);
      return;
    }
    if (const Json json = of_struct(text, respell); json.is_object()) {
      out.value(json);
      return;
    }
  }
  out.string(text);
}

bool is_absent(const Cell& cell) {
  const std::string_view text = trim(cell.text);
  return text.empty() || text == "null" || text == "NULL";
}

}  // namespace

std::string record_of_row(const std::vector<Cell>& row) {
  for (const std::string_view whole : {"eventjson", "@message", "message", "cloudtrailevent"}) {
    for (const Cell& cell : row) {
      if (equal_ignore_case_ascii(trim(cell.column), whole) && !cell.is_json &&
          looks_like_json(cell.text))
        return cell.text;
    }
  }
  std::map<std::string, const Cell*> fields;  // the last of a repeated column
  for (const Cell& cell : row) {
    if (!is_absent(cell)) fields[spelled(cell.column)] = &cell;
  }
  if (!fields.contains("eventName") && !fields.contains("eventSource")) return {};
  JsonWriter out;
  out.begin_object();
  for (const auto& [name, cell] : fields) {
    out.key(name);
    const int slot = cloudtrail_layout().slot(name);
    if (!cell->is_json) {
      write_value(out, slot, cell->text);
    } else if (const Result<Json> json = Json::parse(cell->text); json && slot == kUserIdentity) {
      out.value(respelled(*json));
    } else {
      out.raw(cell->text);
    }
  }
  out.end_object();
  return out.take();
}

std::vector<Cell> cells_of_json(std::string_view json) {
  const auto cell = [](std::string_view column, const Json& value) {
    if (value.is_string()) return Cell{.column = std::string(column), .text = value.as_string()};
    return Cell{.column = std::string(column), .text = value.dump(), .is_json = true};
  };
  std::vector<Cell> out;
  const Result<Json> parsed = Json::parse(json);
  if (!parsed) return out;
  if (parsed->is_object()) {
    for (const auto& [key, value] : parsed->as_object()) out.push_back(cell(key, value));
    return out;
  }
  for (const Json& member : parsed->as_array()) {
    const Json::Object& object = member.as_object();
    if (const Json* field = member.find("field"); field != nullptr && object.size() == 2) {
      out.push_back(cell(field->as_string(), member["value"]));
    } else if (object.size() == 1) {
      out.push_back(cell(object[0].first, object[0].second));
    } else {
      return {};
    }
  }
  return out;
}

}  // namespace backtrail::sources::detail
