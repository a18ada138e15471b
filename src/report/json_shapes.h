#pragma once

#include <string>
#include <string_view>

#include "analysis/analysis.h"
#include "base/json.h"
#include "casefile/casefile.h"
#include "ingest/ingest.h"
#include "sigma/sigma.h"

/// The stable JSON of the answers: one object each, with a `schema` member. docs/cli.md describes
/// them. Texts from logs are masked.
namespace backtrail::report {

[[nodiscard]] Json to_json(const ingest::Summary& summary);        // backtrail.import/1
[[nodiscard]] std::string json_text(const model::Hit& hit);        // backtrail.hit/1
[[nodiscard]] Json to_json(const model::Finding& finding);         // backtrail.finding/1
[[nodiscard]] Json to_json(const analysis::TimelineRow& row);      // backtrail.event/1
[[nodiscard]] Json to_json(const analysis::CaseSummary& summary);  // backtrail.summary/1
[[nodiscard]] Json to_json(const casefile::VerifyReport& report);  // backtrail.verify/1
[[nodiscard]] Json to_json(const casefile::Info& info,
                           std::string_view directory);     // backtrail.case/1
[[nodiscard]] Json to_json(const sigma::Problem& problem);  // part of backtrail.lint/1
[[nodiscard]] Json to_json(const std::vector<sigma::Problem>& problems);
[[nodiscard]] Json to_json(const sigma::RuleInfo& rule);    // backtrail.rule/1

/// RFC 3339 with `Z`, or null.
[[nodiscard]] Json time_json(const std::optional<Timestamp>& t);
[[nodiscard]] Json strings_json(const std::vector<std::string>& texts);
/// `{"schema": "backtrail.<name>/1"}`
[[nodiscard]] Json with_schema(std::string_view name);

}  // namespace backtrail::report
