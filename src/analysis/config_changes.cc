#include <algorithm>

#include "analysis/history.h"

namespace backtrail::analysis {
namespace {

// Deeper values, and those below a longer path, are compared as a whole.
constexpr int kDeepest = 64;
constexpr std::size_t kLongestPath = 1'000;

std::string below(const std::string& path, std::string_view key) {
  const bool plain = !key.empty() && key.find_first_of(".[]\"") == std::string_view::npos;
  if (!plain) return path + "[" + Json(key).dump() + "]";
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::optional<std::string> shown(const Json* value) {
  if (value == nullptr) return std::nullopt;
  return value->is_string() ? value->as_string() : value->dump();
}

/// What the value holds: policies are kept as texts. `storage` keeps what was opened.
const Json& opened(const Json& value, Json& storage) {
  const std::string& text = value.as_string();
  if (!text.starts_with('{') && !text.starts_with('[')) return value;
  Result<Json> inner = Json::parse(text);
  if (!inner) return value;
  storage = std::move(*inner);
  return storage;
}

using Members = std::vector<const Json::Member*>;
Members by_key(const Json& object) {
  Members out;
  out.reserve(object.as_object().size());
  for (const Json::Member& m : object.as_object()) out.push_back(&m);
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  return out;
}

/// The members of a list, by what they say, then by place.
struct Element {
  std::string text{};
  std::size_t place = 0;
  auto operator<=>(const Element&) const = default;
};
std::vector<Element> by_text(const Json& list) {
  std::vector<Element> out;
  out.reserve(list.as_array().size());
  for (const Json& value : list.as_array()) {
    Json storage;
    out.push_back({opened(value, storage).dump_canonical(), out.size()});
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Comparison {
 public:
  void compare(const std::string& path, const Json& from, const Json& to, int depth) {
    Json from_storage, to_storage;
    const Json& a = opened(from, from_storage);
    const Json& b = opened(to, to_storage);
    if (a == b) return;
    const bool goes_deeper = depth < kDeepest && path.size() <= kLongestPath;
    if (goes_deeper && a.is_object() && b.is_object()) return objects(path, a, b, depth);
    if (goes_deeper && a.is_array() && b.is_array()) return lists(path, a, b, depth);
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
    const Members before = by_key(a), after = by_key(b);
    auto x = before.begin();
    auto y = after.begin();
    while (x != before.end() || y != after.end()) {
      if (y == after.end() || (x != before.end() && (*x)->first < (*y)->first)) {
        add(below(path, (*x)->first), &(*x)->second, nullptr);
        ++x;
      } else if (x == before.end() || (*y)->first < (*x)->first) {
        add(below(path, (*y)->first), nullptr, &(*y)->second);
        ++y;
      } else {
        compare(below(path, (*x)->first), (*x)->second, (*y)->second, depth + 1);
        ++x, ++y;
      }
    }
  }
  /// Members that both have are left out, wherever they stand.
  void lists(const std::string& path, const Json& a, const Json& b, int depth) {
    const std::vector<Element> before = by_text(a), after = by_text(b);
    std::vector<std::size_t> gone, come;  // places
    auto x = before.begin();
    auto y = after.begin();
    while (x != before.end() || y != after.end()) {
      if (y == after.end() || (x != before.end() && x->text < y->text))
        gone.push_back((x++)->place);
      else if (x == before.end() || y->text < x->text)
        come.push_back((y++)->place);
      else
        ++x, ++y;
    }
    if (gone.size() == 1 && come.size() == 1) {
      compare(path + "[" + std::to_string(come[0]) + "]", a.as_array()[gone[0]], b.as_array()[come[0]], depth + 1);
      return;
    }
    std::sort(gone.begin(), gone.end());
    std::sort(come.begin(), come.end());
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
