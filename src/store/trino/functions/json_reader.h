#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtrail::store::trino {

/// One step of a JSON path: a member's name; digits also index arrays.
struct JsonStep {
  std::string name{};
  std::optional<std::uint64_t> index{};
};
using JsonPath = std::vector<JsonStep>;

/// `$.a.b[0]["c d"]` as Trino reads it: names of letters, digits, `_` and `:`; nothing for text
/// that Trino refuses (`$.a-b`, `$['a']`, `$.l[*]`, a path without `$`). `lax`/`strict` may come
/// first.
[[nodiscard]] std::optional<JsonPath> parse_json_path(std::string_view text);

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

/// Reads JSON text on demand (simdjson): only what lies on the path is looked at. Numbers keep
/// their spelling. Of repeated members the first counts. Not thread-safe.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  /// The scalar at `path` as text; nothing for objects, arrays, null, missing members and bad JSON.
  [[nodiscard]] std::optional<std::string> scalar(std::string_view json, const JsonPath& path);
  /// The value at `path` as compact JSON; nothing for missing members and bad JSON.
  [[nodiscard]] std::optional<std::string> value(std::string_view json, const JsonPath& path);
  [[nodiscard]] std::optional<JsonKind> kind(std::string_view json, const JsonPath& path);
  /// The members of the object or elements of the array at `path`; nothing for anything else.
  [[nodiscard]] std::optional<std::int64_t> size(std::string_view json, const JsonPath& path);
  /// The elements of the array at `path`, each as compact JSON.
  [[nodiscard]] std::optional<std::vector<std::string>> elements(std::string_view json,
                                                                 const JsonPath& path);
  /// The whole text, checked, compact, members sorted by name; nothing when it is not JSON.
  [[nodiscard]] std::optional<std::string> canonical(std::string_view json);

  /// parse_json_path, remembering the last ones. Nothing as there.
  [[nodiscard]] const JsonPath* path(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::map<std::string, std::optional<JsonPath>, std::less<>> paths_;
};

/// The text that a JSON string stands for; nothing for other JSON.
[[nodiscard]] std::optional<std::string> json_string_text(JsonReader& reader,
                                                          std::string_view json);

}  // namespace backtrail::store::trino
