#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace backtrail {

/// An owned JSON value for documents off the hot path (case files, ledger, rules' tests, reports).
/// Objects keep their order; a repeated key is an error on parsing.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool b) : v_(b) {}
  Json(std::int64_t i) : v_(i) {}
  Json(std::uint64_t u) : v_(u) {}
  Json(int i) : v_(static_cast<std::int64_t>(i)) {}
  Json(unsigned u) : v_(static_cast<std::int64_t>(u)) {}
  Json(double d) : v_(d) {}
  Json(std::string s) : v_(std::move(s)) {}
  Json(std::string_view s) : v_(std::string(s)) {}
  Json(const char* s) : v_(std::string(s)) {}
  Json(Array a) : v_(std::move(a)) {}
  Json(Object o) : v_(std::move(o)) {}

  [[nodiscard]] static Json object() { return Json(Object{}); }
  [[nodiscard]] static Json array() { return Json(Array{}); }

  [[nodiscard]] bool is_null() const { return v_.index() == 0; }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(v_); }
  [[nodiscard]] bool is_number() const { return v_.index() >= 2 && v_.index() <= 4; }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(v_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(v_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(v_); }

  /// The value as that type, or the type's empty value where it is another type.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;
  [[nodiscard]] std::uint64_t as_uint() const;
  [[nodiscard]] double as_double() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const Array& as_array() const;
  [[nodiscard]] const Object& as_object() const;
  [[nodiscard]] Array& mutable_array();    // becomes an array when null
  [[nodiscard]] Object& mutable_object();  // becomes an object when null

  /// The member, or null when there is none.
  [[nodiscard]] const Json& operator[](std::string_view key) const;
  [[nodiscard]] const Json& operator[](const char* key) const {
    return (*this)[std::string_view(key)];
  }
  [[nodiscard]] const Json* find(std::string_view key) const;
  /// Sets or replaces a member.
  Json& set(std::string_view key, Json value);
  /// Adds a member that is known not to be there: unlike `set`, it does not look.
  void append(std::string_view key, Json value) { mutable_object().emplace_back(std::string(key), std::move(value)); }
  void push(Json value) { mutable_array().push_back(std::move(value)); }

  friend bool operator==(const Json&, const Json&) = default;

  /// Compact text; invalid UTF-8 becomes U+FFFD.
  [[nodiscard]] std::string dump() const;
  /// Two-space indented text with a final newline.
  [[nodiscard]] std::string dump_pretty() const;
  /// Compact text with members sorted by key (bytes), for hashing and signing.
  [[nodiscard]] std::string dump_canonical() const;

  /// Parses one document of at most 1,024 levels. Errors `json.invalid`, `json.duplicate_key`.
  [[nodiscard]] static Result<Json> parse(std::string_view text);

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      v_;
};

/// Writes JSON text piece by piece (RapidJSON inside). Invalid UTF-8 becomes U+FFFD; NaN and
/// infinite numbers become null.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(JsonWriter&&) noexcept;
  JsonWriter& operator=(JsonWriter&&) noexcept;

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view k);
  JsonWriter& string(std::string_view s);
  JsonWriter& integer(std::int64_t i);
  JsonWriter& uinteger(std::uint64_t u);
  JsonWriter& real(double d);
  JsonWriter& boolean(bool b);
  JsonWriter& null();
  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json);
  JsonWriter& value(const Json& v);

  // key and value at once
  JsonWriter& field(std::string_view k, std::string_view s) { return key(k).string(s); }
  JsonWriter& field(std::string_view k, const char* s) { return key(k).string(s); }
  JsonWriter& field(std::string_view k, const std::string& s) { return key(k).string(s); }
  JsonWriter& field(std::string_view k, bool b) { return key(k).boolean(b); }
  JsonWriter& field(std::string_view k, int i) { return key(k).integer(i); }
  JsonWriter& field(std::string_view k, std::int64_t i) { return key(k).integer(i); }
  JsonWriter& field(std::string_view k, std::uint64_t u) { return key(k).uinteger(u); }
  JsonWriter& field(std::string_view k, double d) { return key(k).real(d); }

  /// The text so far; the writer starts anew.
  [[nodiscard]] std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backtrail
