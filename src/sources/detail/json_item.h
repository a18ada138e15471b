#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "model/record.h"

namespace backtrail::sources::detail {

/// One JSON object, parsed and sound: its members, and what lies deeper by path. Reused; what it hands out
/// lives until the next `load`.
class JsonItem {
 public:
  JsonItem();
  ~JsonItem();
  JsonItem(const JsonItem&) = delete;
  JsonItem& operator=(const JsonItem&) = delete;

  /// False when `text` (with 64 readable bytes behind it) is no sound JSON object.
  [[nodiscard]] bool load(std::string_view text);
  /// The text given to `load`.
  [[nodiscard]] std::string_view whole() const { return whole_; }

  /// Top-level members in their order, of a repeated key the last value too. Objects and arrays as compact
  /// JSON text with 64 readable bytes behind it.
  [[nodiscard]] std::span<const std::pair<std::string_view, model::Value>> members() const {
    return members_;
  }
  /// The top-level member (of a repeated key the last), or null.
  [[nodiscard]] const model::Value* find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  /// The top-level member is a string, a number, …: its text; else "".
  [[nodiscard]] std::string_view text(std::string_view key) const;
  [[nodiscard]] bool is_text(std::string_view key, std::string_view value) const {
    const model::Value* v = find(key);
    return v != nullptr && v->is_text() && v->text == value;
  }

  /// What lies at a path of keys, as text (JSON text of objects and arrays); nullopt when absent or null.
  /// An array on the way: its first item that has it.
  [[nodiscard]] std::optional<std::string> at(std::string_view path) const;
  /// Calls `f` with each text or number at a path of keys, entering arrays on the way and at its end; `*` stands
  /// for any key.
  void all(std::string_view path, FunctionRef<void(std::string_view)> f) const;
  /// Calls `f` with the JSON text of each object in the array at the top-level key (or, where it holds
  /// texts, with the texts).
  void each(std::string_view key, FunctionRef<void(std::string_view)> f) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string_view whole_{};
  std::vector<std::pair<std::string_view, model::Value>> members_{};
};

}  // namespace backtrail::sources::detail
