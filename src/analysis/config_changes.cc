#include <algorithm>

#include "analysis/history.h"

namespace backtrail::analysis {
namespace {

constexpr int kDeepest = 64;  // deeper values are compared as a whole

std::string below(const std::string& path, std::string_view key) {
  const bool plain = !key.empty() && key.find_first_of(".[]\"") == std::string_view::npos;
  if (!plain) return path + "[" + Json(key).dump() + "]";
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::optional<std::string> shown(const Json* value) {
  if (value == nullptr) return std::nullopt;
  return value->is_string() ? value->as_string() : value->dump();
}

/// Policies are kept as texts.
Json opened(const Json& value) {
  if (!value.is_string()) return value;
  const std::string& text = value.as_string();
  if (!text.starts_with('{') && !text.starts_with('[')) return value;
  Result<Json> inner = Json::parse(text);
  return inner ? std::move(*inner) : value;
}

class Comparison {
 public:
  void compare(const std::string& path, const Json& from, const Json& to, int depth) {
    const Json a = opened(from);
    const Json b = opened(to);
    if (a == b) return;
    if (depth < kDeepest && a.is_object() && b.is_object()) return objects(path, a, b, depth);
    if (depth < kDeepest && a.is_array() && b.is_array()) return lists(path, a, b, depth);
    add(path, &from, &to);
  }
  std::vector<ConfigChange> take() {
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const ConfigChange& a, const ConfigChange& b) { return a.path < b.path; });
    return std::move(changes_);
  }

 private:
  void add(const std::string& path, const Json* from, const Json* to) {
    changes_.push_back({.path = path, .from = shown(from), .to = shown(to)});
  }
  void objects(const std::string& path, const Json& a, const Json& b, int depth) {
    for (const auto& [key, value] : a.as_object()) {
      if (const Json* const other = b.find(key); other != nullptr)
        compare(below(path, key), value, *other, depth + 1);
      else
        add(below(path, key), &value, nullptr);
    }
    for (const auto& [key, value] : b.as_object())
      if (a.find(key) == nullptr) add(below(path, key), nullptr, &value);
  }
  /// Members that both have are left out, wherever they stand.
  void lists(const std::string& path, const Json& a, const Json& b, int depth) {
    const auto text_of = [](const Json& j) { return opened(j).dump_canonical(); };
    std::vector<std::string> texts;
    for (const Json& value : b.as_array()) texts.push_back(text_of(value));
    std::vector<std::size_t> order(texts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      return texts[x] != texts[y] ? texts[x] < texts[y] : x < y;
    });
    std::vector<bool> matched(texts.size());
    std::vector<std::size_t> gone, come;
    for (std::size_t i = 0; i < a.as_array().size(); ++i) {
      const std::string text = text_of(a.as_array()[i]);
      auto it = std::lower_bound(order.begin(), order.end(), text,
                                 [&](std::size_t x, const std::string& t) { return texts[x] < t; });
      while (it != order.end() && texts[*it] == text && matched[*it]) ++it;
      if (it != order.end() && texts[*it] == text)
        matched[*it] = true;
      else
        gone.push_back(i);
    }
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (!matched[i]) come.push_back(i);
    if (gone.size() == 1 && come.size() == 1) {
      compare(path + "[" + std::to_string(come[0]) + "]", a.as_array()[gone[0]], b.as_array()[come[0]], depth + 1);
      return;
    }
    for (const std::size_t i : gone) add(path + "[]", &a.as_array()[i], nullptr);
    for (const std::size_t i : come) add(path + "[]", nullptr, &b.as_array()[i]);
  }

  std::vector<ConfigChange> changes_{};
};

}  // namespace

std::vector<ConfigChange> config_changes(const Json& before, const Json& after) {
  Comparison comparison;
  comparison.compare("", before, after, 0);
  return comparison.take();
}

}  // namespace backtrail::analysis
