#pragma once

#include "sigma/detail/issues.h"
#include "sigma/detail/yaml.h"
#include "sigma/sigma.h"

namespace backtrail::sigma::detail {

/// Reads what detection rules, correlations and filters have in common. Unknown keys are kept out
/// of the way, not refused. False after `issues.fail` (unknown level or status).
[[nodiscard]] bool read_metadata(const Yaml& root, RuleInfo& info, Issues& issues);

/// `logsource`; false after `issues.fail` when it is missing, empty or no map.
[[nodiscard]] bool read_logsource(const Yaml& root, LogSource& out, Issues& issues);

/// Tags to techniques and tactics; unknown namespaces and tactics give warnings.
void read_tags(const Yaml& tags, RuleInfo& info, Issues& issues);

/// The text of a scalar, or the texts of a list of scalars.
[[nodiscard]] std::vector<std::string> yaml_texts(const Yaml* v);
/// The member's text, or "".
[[nodiscard]] std::string yaml_text(const Yaml& map, std::string_view key);

/// Whether every part that `wanted` states equals the one of `given`.
[[nodiscard]] bool covers(const LogSource& wanted, const LogSource& given);

}  // namespace backtrail::sigma::detail
