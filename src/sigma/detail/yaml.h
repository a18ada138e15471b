#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/detail/issues.h"

namespace backtrail::sigma::detail {

/// A YAML value with its place; aliases are expanded, merge keys (`<<`) applied.
struct Yaml {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  bool plain = true;  // scalar: neither quoted nor a block nor tagged as text
  Place place{};
  std::string text{};
  std::vector<Yaml> items{};                     // sequence
  std::vector<std::pair<Yaml, Yaml>> members{};  // map, in order; keys are scalars, each once

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  /// YAML's null: an empty value, or plain `null`, `Null`, `NULL`, `~`.
  [[nodiscard]] bool is_null() const;
  /// The member, or nullptr.
  [[nodiscard]] const Yaml* find(std::string_view key) const;
  [[nodiscard]] Yaml* find(std::string_view key);
};

/// Plain scalars by YAML 1.2's core schema: `true`, `True`, `TRUE`, … `yes` and `no` are text.
[[nodiscard]] std::optional<bool> yaml_bool(const Yaml& v);
[[nodiscard]] std::optional<NumberPattern> yaml_number(const Yaml& v);
/// "a list", "a number", … for messages.
[[nodiscard]] std::string_view yaml_kind(const Yaml& v);

/// One document of a file: its tree, or the error that refuses it.
struct YamlDocument {
  int number = 0;           // position in the file, from 0; empty documents are not counted
  Place place{};            // of its first line
  std::string_view text{};  // into the file's text
  Yaml root{};
  Issues issues{};
};

inline constexpr std::size_t kMaxFileBytes = std::size_t{8} << 20;
inline constexpr std::size_t kMaxNodes = 100'000;  // per document, aliases expanded
inline constexpr std::size_t kMaxDepth = 64;

/// Reads every document. Damage in one leaves the others: documents are told apart by their `---`
/// lines before parsing. `text` must outlive the result.
[[nodiscard]] std::vector<YamlDocument> read_yaml(std::string_view text);

}  // namespace backtrail::sigma::detail
