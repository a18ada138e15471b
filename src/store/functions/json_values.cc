#include "store/functions/json_values.h"

namespace backtrail::store {
namespace {

using model::Value;
constexpr std::size_t kJsonPadding = 64;  // model::Record::set asks for it
constexpr std::size_t kKeptPaths = 256;

bool is_nested(const Value& v) {
  return v.kind == Value::Kind::object || v.kind == Value::Kind::array;
}
bool is_number(const Value& v) {
  return v.kind == Value::Kind::integer || v.kind == Value::Kind::real;
}

}  // namespace

JsonValues::JsonValues() : layout_({"json"}), record_(layout_) {}

const model::FieldRef& JsonValues::set(std::string_view json, std::string_view path) {
  record_.clear();
  Value v = Value::of_text(json);
  if (!json.empty() && (json.front() == '{' || json.front() == '[')) {
    padded_.assign(json);
    padded_.resize(json.size() + kJsonPadding, '\0');
    v = {.kind = json.front() == '{' ? Value::Kind::object : Value::Kind::array,
         .text = std::string_view(padded_).substr(0, json.size())};
  }
  record_.set(layout_.slot("json"), v);
  const auto known = paths_.find(path);
  if (known != paths_.end()) return known->second;
  if (paths_.size() >= kKeptPaths) paths_.clear();  // paths come from a column
  const std::string field = path.empty() ? "json" : "json." + std::string(path);
  return paths_.emplace(std::string(path), model::bind_field(layout_, field)).first->second;
}

/// The texts of a value that is no array.
void JsonValues::add(const Value& v, Texts& out) const {
  if (v.kind == Value::Kind::null) return;
  out.emplace_back(record_.compact(v));
  if (v.kind != Value::Kind::object) return;
  record_.any_leaf(v, [&](const Value& leaf) {
    if (leaf.kind != Value::Kind::null) out.emplace_back(leaf.text);
    return false;
  });
}

void JsonValues::texts(std::string_view json, std::string_view path, Texts& out) {
  const model::FieldRef& field = set(json, path);
  record_.any_whole(field, [&](const Value& v) {
    if (v.kind == Value::Kind::array) out.emplace_back(record_.compact(v));
    return false;
  });
  record_.any(field, [&](const Value& v) {
    add(v, out);
    return false;
  });
}

void JsonValues::strings(std::string_view json, std::string_view path, Texts& out) {
  record_.any(set(json, path), [&](const Value& v) {
    if (v.is_text()) out.emplace_back(v.text);
    return false;
  });
}

void JsonValues::numbers(std::string_view json, std::string_view path, Texts& out) {
  record_.any(set(json, path), [&](const Value& v) {
    if (is_number(v)) out.emplace_back(v.text);
    return false;
  });
}

void JsonValues::scalars(std::string_view json, std::string_view path, Texts& out) {
  record_.any(set(json, path), [&](const Value& v) {
    if (v.kind != Value::Kind::null && !is_nested(v)) out.emplace_back(v.text);
    return false;
  });
}

bool JsonValues::exists(std::string_view json, std::string_view path) {
  return record_.exists(set(json, path));
}

bool JsonValues::has_null(std::string_view json, std::string_view path) {
  return record_.any(set(json, path), [](const Value& v) { return v.kind == Value::Kind::null; });
}

}  // namespace backtrail::store
