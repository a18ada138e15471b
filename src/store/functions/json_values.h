#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"

namespace backtrail::store {

/// Reads values of a column that holds JSON text. Reused from row to row by one thread.
class JsonValues {
 public:
  JsonValues();

  using Texts = std::vector<std::string>;
  /// What text tests see at the path: a scalar's text; an object's compact JSON and each leaf below
  /// it; an array's compact JSON and its members likewise.
  void texts(std::string_view json, std::string_view path, Texts& out);
  void strings(std::string_view json, std::string_view path, Texts& out);
  void numbers(std::string_view json, std::string_view path, Texts& out);
  /// Strings, numbers and booleans.
  void scalars(std::string_view json, std::string_view path, Texts& out);
  [[nodiscard]] bool exists(std::string_view json, std::string_view path);
  [[nodiscard]] bool has_null(std::string_view json, std::string_view path);

 private:
  const model::FieldRef& set(std::string_view json, std::string_view path);
  void add(const model::Value& v, Texts& out) const;

  model::RecordLayout layout_;
  model::Record record_;
  std::string padded_{};
  std::map<std::string, model::FieldRef, std::less<>> paths_{};
};

}  // namespace backtrail::store
