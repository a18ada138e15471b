#pragma once

#include <span>
#include <string>
#include <string_view>

#include "casefile/casefile.h"

namespace backtrail::casefile {

/// case.json: the members of Info. The same Info gives the same text.
[[nodiscard]] Json to_json(const Info& info);
[[nodiscard]] Json to_json(const Context& context);
[[nodiscard]] std::string case_text(const Info& info);

/// Reads a document of the present version. Error `case.damaged` names the member.
[[nodiscard]] Result<Info> info_from(const Json& document);

/// One step from an older version of case.json to the next.
struct Migration {
  int from = 0;
  Json (*apply)(Json document) = nullptr;
};
/// Brings a document to `target`. Errors: `case.newer`, `case.damaged` (no version, or one that
/// never was).
[[nodiscard]] Result<Json> migrate(Json document, std::span<const Migration> steps, int target);
/// The steps to kCaseSchemaVersion.
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace backtrail::casefile
