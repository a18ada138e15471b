#pragma once

#include <string>
#include <vector>

#include "analysis/flows.h"
#include "base/json.h"
#include "report/case_text.h"
#include "report/rows.h"

namespace backtrail::report {

[[nodiscard]] std::string_view name_of(analysis::FlowView view);
[[nodiscard]] Json to_json(const analysis::Flows& flows, analysis::FlowView view);  // backtrail.flows/1

[[nodiscard]] std::vector<RowColumn> flow_columns(analysis::FlowView view);
/// The answer row by row; `people`: sizes and times for reading.
[[nodiscard]] std::vector<std::vector<RowCell>> flow_rows(const analysis::Flows& flows, bool people);
/// What stands below the table: what is known of the addresses, and what the logs leave out.
[[nodiscard]] std::string flow_notes(const analysis::Flows& flows, const TextOptions& options);

}  // namespace backtrail::report
