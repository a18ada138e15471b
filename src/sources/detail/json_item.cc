#include "sources/detail/json_item.h"

#include <algorithm>
#include <simdjson.h>

#include <cstring>

#include "model/json_element.h"
#include "sources/detail/text_arena.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

using model::Value;
using simdjson::dom::element;

std::optional<element> child(element e, std::string_view path) {
  if (path.empty()) return e;
  if (e.is_array()) {
    const simdjson::dom::array items = e.get_array().value_unsafe();
    for (const element item : items)
      if (const auto found = child(item, path)) return found;
    return std::nullopt;
  }
  simdjson::dom::object object;
  if (e.get_object().get(object) != simdjson::SUCCESS) return std::nullopt;
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  std::optional<element> value;
  for (const auto member : object)
    if (member.key == key) value = member.value;
  if (!value) return std::nullopt;
  return child(*value, dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1));
}

void each_leaf(element e, std::string_view path, FunctionRef<void(std::string_view)> f) {
  if (e.is_array()) {
    const simdjson::dom::array items = e.get_array().value_unsafe();
    for (const element item : items) each_leaf(item, path, f);
    return;
  }
  if (path.empty()) {
    std::string_view text;
    if (e.get_string().get(text) == simdjson::SUCCESS)
      f(text);
    else if (e.is_number())
      f(simdjson::minify(e));
    return;
  }
  simdjson::dom::object object;
  if (e.get_object().get(object) != simdjson::SUCCESS) return;
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  for (const auto member : object)
    if (key == "*" || member.key == key) each_leaf(member.value, rest, f);
}

}  // namespace

struct JsonItem::State {
  simdjson::dom::parser parser{};
  element root{};
  TextArena arena{};

  std::string_view keep(std::string_view text) {
    char* const out = arena.room(text.size() + kPadding);
    std::ranges::copy(text, out);
    std::memset(out + text.size(), 0, kPadding);
    arena.keep(text.size() + kPadding);
    return {out, text.size()};
  }

  Value value(element e) {
    return model::value_of(e, [this](std::string_view text) { return keep(text); });
  }
};

JsonItem::JsonItem() : state_(std::make_unique<State>()) {}
JsonItem::~JsonItem() = default;

bool JsonItem::load(std::string_view text) {
  whole_ = text;
  members_.clear();
  state_->arena.clear();
  if (state_->parser.parse(text.data(), text.size(), false).get(state_->root) != simdjson::SUCCESS)
    return false;
  simdjson::dom::object object;
  if (state_->root.get_object().get(object) != simdjson::SUCCESS) return false;
  for (const auto member : object) members_.emplace_back(member.key, state_->value(member.value));
  return true;
}

const Value* JsonItem::find(std::string_view key) const {
  const Value* found = nullptr;
  for (const auto& [name, value] : members_)
    if (name == key) found = &value;
  return found;
}

std::string_view JsonItem::text(std::string_view key) const {
  const Value* v = find(key);
  return v == nullptr || v->kind == Value::Kind::null ? std::string_view() : v->text;
}

std::optional<std::string> JsonItem::at(std::string_view path) const {
  const auto e = child(state_->root, path);
  if (!e || e->is_null()) return std::nullopt;
  std::string_view text;
  if (e->get_string().get(text) == simdjson::SUCCESS) return std::string(text);
  return std::string(simdjson::minify(*e));
}

void JsonItem::all(std::string_view path, FunctionRef<void(std::string_view)> f) const {
  each_leaf(state_->root, path, f);
}

void JsonItem::each(std::string_view key, FunctionRef<void(std::string_view)> f) const {
  const auto e = child(state_->root, key);
  if (!e || !e->is_array()) return;
  const simdjson::dom::array items = e->get_array().value_unsafe();
  for (const element item : items) {
    std::string_view text;
    if (item.get_string().get(text) == simdjson::SUCCESS)
      f(text);
    else if (item.is_object())
      f(std::string(simdjson::minify(item)));
  }
}

}  // namespace backtrail::sources::detail
