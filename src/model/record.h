#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"

namespace backtrail::model {

/// One value of a log record as rules see it. Views point into the record's storage.
struct Value {
  enum class Kind : std::uint8_t { absent, null, boolean, integer, real, text, object, array };

  Kind kind = Kind::absent;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  /// text: unescaped UTF-8; numbers, objects and arrays: their JSON text as in the log.
  std::string_view text{};

  [[nodiscard]] bool present() const { return kind != Kind::absent; }
  [[nodiscard]] bool is_text() const { return kind == Kind::text; }
  [[nodiscard]] static Value of_text(std::string_view s) { return {.kind = Kind::text, .text = s}; }
};

/// The named places of one log type: top-level fields and the nested ones that are extracted on the
/// way (`userIdentity.arn`). Immutable after construction; one per log type, shared by all threads.
class RecordLayout {
 public:
  /// Slot 0 is always the whole record (its JSON text); `names[i]` becomes slot i + 1.
  explicit RecordLayout(std::vector<std::string> names);
  [[nodiscard]] std::size_t slot_count() const { return names_.size() + 1; }
  /// The slot of exactly this (dotted) name, or -1.
  [[nodiscard]] int slot(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::pair<std::string, int>> index_;  // by name
};

inline constexpr int kWholeRecord = 0;

/// A dotted path bound to a layout: the slot to start at and what is left to walk inside its JSON.
struct FieldRef {
  std::string path{};
  int slot = kWholeRecord;
  std::vector<std::string> rest{};  // empty: the slot's value itself
};

[[nodiscard]] FieldRef bind_field(const RecordLayout& layout, std::string_view path);

/// One record: its slots, and lazily parsed JSON below them. Reused from record to record by one
/// thread; what it hands out is valid until `clear()`.
class Record {
 public:
  explicit Record(const RecordLayout& layout);
  ~Record();
  Record(Record&&) noexcept;
  Record& operator=(Record&&) noexcept;

  void clear();
  /// `v.text` must stay valid until `clear()`; for objects, arrays and the whole record at least
  /// 64 readable bytes must follow it (simdjson's padding).
  void set(int slot, const Value& v) {
    slots_[static_cast<std::size_t>(slot)] = v;
  }
  /// The same for text, objects and arrays; writes field by field, which is several times faster than
  /// copying a value that was just put together.
  void set_text(int slot, Value::Kind kind, std::string_view text) {
    Value& v = slots_[static_cast<std::size_t>(slot)];
    v.kind = kind;
    v.boolean = false;
    v.integer = 0;
    v.real = 0;
    v.text = text;
  }
  [[nodiscard]] const Value& at(int slot) const { return slots_[static_cast<std::size_t>(slot)]; }
  [[nodiscard]] const RecordLayout& layout() const { return *layout_; }

  /// Calls `f` for each value at `field` until it returns true; returns whether it did. A path that
  /// crosses or ends at an array gives each member (an empty array gives none; nested arrays are
  /// opened). A literal key with dots at one level wins over the walk; of a repeated key the last counts. An absent path gives no call;
  /// JSON null gives one call of kind null.
  bool any(const FieldRef& field, FunctionRef<bool(const Value&)> f) const;

  /// Calls `f` for the values at `field` without opening a final array: an array is one value.
  bool any_whole(const FieldRef& field, FunctionRef<bool(const Value&)> f) const;

  /// Walks the objects of the array at `field`: `f(key, value, first)` for each member, `first` marking
  /// an object's first; an item that is no object (or empty) gives one call with an empty key.
  void any_members(const FieldRef& field,
                   FunctionRef<void(std::string_view, const Value&, bool)> f) const;

  /// Calls `f` for each scalar leaf of the value (itself when scalar) until it returns true. `v` must
  /// come from this record.
  bool any_leaf(const Value& v, FunctionRef<bool(const Value&)> f) const;

  /// The path exists, JSON null included.
  [[nodiscard]] bool exists(const FieldRef& field) const;
  /// The first value at the path as text: text, or the JSON text of anything else; nullopt when absent or null.
  [[nodiscard]] std::optional<std::string> text(const FieldRef& field) const;

  /// The JSON text without insignificant white space (a copy is made only when there is some).
  [[nodiscard]] std::string_view compact(const Value& v) const;

 private:
  struct Lazy;
  const RecordLayout* layout_;
  std::vector<Value> slots_;
  std::unique_ptr<Lazy> lazy_;
};

}  // namespace backtrail::model
