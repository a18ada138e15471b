#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/detail/issues.h"
#include "sigma/detail/text_value.h"
#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {

enum class Modifier : std::uint8_t {
  all,
  cased,
  contains,
  startswith,
  endswith,
  exists,
  neq,
  re,
  ignore_case,
  multiline,
  dotall,
  windash,
  base64,
  base64offset,
  wide,
  utf16be,
  utf16,
  lt,
  lte,
  gt,
  gte,
  minute,
  hour,
  day,
  week,
  month,
  year,
  cidr,
  expand,
  fieldref,
};

/// The modifier of that name (aliases included), or nullopt.
[[nodiscard]] std::optional<Modifier> modifier_named(std::string_view name);
[[nodiscard]] const std::vector<std::string>& modifier_names();

/// A value of a detection item while its modifiers are applied.
struct ItemValue {
  Place place{};
  std::string_view kind{};  // "a number", … as the rule wrote it
  std::variant<TextValue, NumberPattern, bool, NullPattern, RegexPattern, CidrPattern,
               ComparePattern, TimePartPattern, ExistsPattern, FieldRefPattern>
      value{};
};
/// What one listed value has become: alternatives that stay OR-ed under `all`.
using Variants = std::vector<ItemValue>;

/// The most variants that one listed value may become.
inline constexpr std::size_t kMaxVariants = 10'000;

struct ModifierContext {
  Issues& issues;
  const LoadOptions& options;
  bool keyword = false;  // the item has no field
  bool cased = false;    // set by `cased`
};

/// Applies one modifier to the variants of one value; false after `issues.fail`. `all` and `neq`
/// change nothing here.
[[nodiscard]] bool apply_modifier(Modifier modifier, std::string_view name, Variants& variants,
                                  ModifierContext& context);

/// The pattern that a value has become once all modifiers are applied.
[[nodiscard]] Pattern to_pattern(const ItemValue& v, bool cased, bool keyword);

/// `expand`: replaces `%name%`. Declared apart since it alone needs the placeholder table.
[[nodiscard]] bool expand_placeholders(Variants& variants, ModifierContext& context);

}  // namespace backtrail::sigma::detail
