#include "model/record.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>

#include "model/json_element.h"

namespace backtrail::model {
namespace {

using simdjson::dom::element;

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t dot = path.find('.');
    out.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    path.remove_prefix(dot + 1);
  }
}

/// Any byte that JSON allows between its tokens, inside strings or not.
bool has_white_space(std::string_view text) {
  // Branch-free over blocks, so that the compiler makes vector code of it.
  constexpr std::size_t kBlock = 64;
  while (text.size() >= kBlock) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < kBlock; ++i)
      found = static_cast<unsigned char>(found | (static_cast<unsigned char>(text[i]) <= ' ' ? 1 : 0));
    if (found != 0) return true;
    text.remove_prefix(kBlock);
  }
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

}  // namespace

RecordLayout::RecordLayout(std::vector<std::string> names) : names_(std::move(names)) {
  for (std::size_t i = 0; i < names_.size(); ++i)
    index_.emplace_back(names_[i], static_cast<int>(i) + 1);
  std::sort(index_.begin(), index_.end());
}

int RecordLayout::slot(std::string_view name) const {
  const auto it = std::lower_bound(index_.begin(), index_.end(), name,
                                   [](const auto& e, std::string_view n) { return e.first < n; });
  return it != index_.end() && it->first == name ? it->second : -1;
}

FieldRef bind_field(const RecordLayout& layout, std::string_view path) {
  std::string_view head = path;
  for (;;) {
    if (const int slot = layout.slot(head); slot >= 0) {
      FieldRef ref{.path = std::string(path), .slot = slot};
      if (head.size() < path.size()) ref.rest = split_path(path.substr(head.size() + 1));
      return ref;
    }
    const std::size_t dot = head.rfind('.');
    if (dot == std::string_view::npos) break;
    head = head.substr(0, dot);
  }
  return {.path = std::string(path), .slot = kWholeRecord, .rest = split_path(path)};
}

/// JSON parsed on demand below the slots, and the texts made for it.
struct Record::Lazy {
  struct Tree {
    simdjson::dom::parser parser{};
    element root{};
    bool tried = false;
    bool good = false;
  };
  std::vector<std::unique_ptr<Tree>> slot_trees{};
  std::vector<std::size_t> touched{};
  std::deque<std::string> texts{};                 // stable addresses
  std::vector<std::unique_ptr<Tree>> extra_trees{};  // pool for values below the slots
  std::size_t extra_used = 0;

  void clear() {
    for (const std::size_t i : touched) slot_trees[i]->tried = false;
    touched.clear();
    texts.clear();
    extra_used = 0;
  }

  static const element* parse(Tree& tree, std::string_view json) {
    tree.tried = true;
    tree.good =
        tree.parser.parse(json.data(), json.size(), false).get(tree.root) == simdjson::SUCCESS;
    return tree.good ? &tree.root : nullptr;
  }

  const element* of_slot(std::size_t slot, const Value& v) {
    if (v.kind != Value::Kind::object && v.kind != Value::Kind::array) return nullptr;
    if (slot >= slot_trees.size()) slot_trees.resize(slot + 1);
    auto& tree = slot_trees[slot];
    if (!tree) tree = std::make_unique<Tree>();
    if (!tree->tried) {
      touched.push_back(slot);
      return parse(*tree, v.text);
    }
    return tree->good ? &tree->root : nullptr;
  }

  const element* of_text(std::string_view json) {
    if (extra_used == extra_trees.size()) extra_trees.push_back(std::make_unique<Tree>());
    Tree& tree = *extra_trees[extra_used++];
    tree.tried = true;
    tree.good = tree.parser.parse(json.data(), json.size(), true).get(tree.root) ==
                simdjson::SUCCESS;
    return tree.good ? &tree.root : nullptr;
  }

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }

  Value value(element e) {
    return value_of(e, [this](std::string text) { return keep(std::move(text)); });
  }

  using Visit = FunctionRef<bool(element)>;

  /// The elements at `parts[at…]`; a final array is opened when `open_last`.
  bool walk(element e, const std::vector<std::string>& parts, std::size_t at, bool open_last,
            Visit f) {
    if (e.is_array() && (at < parts.size() || open_last)) {
      const simdjson::dom::array members = e.get_array().value_unsafe();
      for (element member : members)
        if (walk(member, parts, at, open_last, f)) return true;
      return false;
    }
    if (at == parts.size()) return f(e);
    simdjson::dom::object object;
    if (e.get_object().get(object) != simdjson::SUCCESS) return false;
    for (std::size_t end = parts.size(); end > at; --end) {
      std::string key = parts[at];
      for (std::size_t i = at + 1; i < end; ++i) key.append(".").append(parts[i]);
      std::optional<element> child;  // of a repeated key the last, as with the slots
      for (const auto member : object)
        if (member.key == key) child = member.value;
      if (child) return walk(*child, parts, end, open_last, f);
    }
    return false;
  }

  bool leaves(element e, FunctionRef<bool(const Value&)> f) {
    if (e.is_array()) {
      const simdjson::dom::array members = e.get_array().value_unsafe();
      for (element member : members)
        if (leaves(member, f)) return true;
      return false;
    }
    if (e.is_object()) {
      const simdjson::dom::object members = e.get_object().value_unsafe();
      for (auto [key, child] : members)
        if (leaves(child, f)) return true;
      return false;
    }
    return f(value(e));
  }
};

Record::Record(const RecordLayout& layout)
    : layout_(&layout), slots_(layout.slot_count()), lazy_(std::make_unique<Lazy>()) {}
Record::~Record() = default;
Record::Record(Record&&) noexcept = default;
Record& Record::operator=(Record&&) noexcept = default;

void Record::clear() {
  // Value{} is all zeros; as one block this is several times faster than value by value
  static_assert(std::is_trivially_copyable_v<Value> && Value{}.kind == Value::Kind{});
  std::memset(static_cast<void*>(slots_.data()), 0, slots_.size() * sizeof(Value));
  lazy_->clear();
}

bool Record::any(const FieldRef& field, FunctionRef<bool(const Value&)> f) const {
  const Value& v = at(field.slot);
  if (!v.present()) return false;
  if (field.rest.empty() && v.kind != Value::Kind::array) return f(v);
  const element* root = lazy_->of_slot(static_cast<std::size_t>(field.slot), v);
  if (root == nullptr) return field.rest.empty() && f(v);
  return lazy_->walk(*root, field.rest, 0, true, [&](element e) { return f(lazy_->value(e)); });
}

bool Record::any_whole(const FieldRef& field, FunctionRef<bool(const Value&)> f) const {
  const Value& v = at(field.slot);
  if (!v.present()) return false;
  if (field.rest.empty()) return f(v);
  const element* root = lazy_->of_slot(static_cast<std::size_t>(field.slot), v);
  if (root == nullptr) return false;
  return lazy_->walk(*root, field.rest, 0, false, [&](element e) { return f(lazy_->value(e)); });
}

void Record::any_members(const FieldRef& field,
                         FunctionRef<void(std::string_view, const Value&, bool)> f) const {
  const element* root = lazy_->of_slot(static_cast<std::size_t>(field.slot), at(field.slot));
  if (root == nullptr) return;
  lazy_->walk(*root, field.rest, 0, true, [&](element e) {
    simdjson::dom::object object;
    if (e.get_object().get(object) != simdjson::SUCCESS || object.begin() == object.end()) {
      f("", Value{}, true);
      return false;
    }
    bool first = true;
    for (auto [key, child] : object) {
      f(key, lazy_->value(child), first);
      first = false;
    }
    return false;
  });
}

bool Record::any_leaf(const Value& v, FunctionRef<bool(const Value&)> f) const {
  if (!v.present()) return false;
  if (v.kind != Value::Kind::object && v.kind != Value::Kind::array) return f(v);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].text.data() != v.text.data() || slots_[i].text.size() != v.text.size()) continue;
    const element* root = lazy_->of_slot(i, v);
    return root != nullptr && lazy_->leaves(*root, f);
  }
  const element* root = lazy_->of_text(v.text);
  return root != nullptr && lazy_->leaves(*root, f);
}

bool Record::exists(const FieldRef& field) const {
  return any_whole(field, [](const Value&) { return true; });
}

std::optional<std::string> Record::text(const FieldRef& field) const {
  std::optional<std::string> out;
  any_whole(field, [&](const Value& v) {
    if (v.kind != Value::Kind::null) out = std::string(compact(v));
    return true;
  });
  return out;
}

std::string_view Record::compact(const Value& v) const {
  if (v.kind != Value::Kind::object && v.kind != Value::Kind::array) return v.text;
  if (!has_white_space(v.text)) return v.text;
  std::string out(v.text.size() + simdjson::SIMDJSON_PADDING, '\0');
  std::size_t size = 0;
  if (simdjson::minify(v.text.data(), v.text.size(), out.data(), size) != simdjson::SUCCESS)
    return v.text;
  if (size == v.text.size()) return v.text;
  out.resize(size);
  return lazy_->keep(std::move(out));
}

}  // namespace backtrail::model
