#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/log_type.h"
#include "model/severity.h"
#include "sources/detail/draft.h"
#include "sources/detail/json_item.h"

/// What the types of other tools' findings share.
namespace backtrail::sources::detail {

/// A finding as `model::finding_fields` hold it.
struct ExternalFinding {
  std::string id{}, type{}, title{}, source{};
  model::Severity level = model::Severity::medium;
  std::string_view first{}, last{};  // time texts as logged
  std::string access_key{};
  std::set<std::string> principals{}, addresses{}, resources{};
};

/// A type with these fields, those of findings behind them, and their place in the common shape.
[[nodiscard]] model::LogType finding_type(model::LogType type);

/// Puts the finding into the last fields of `type`'s record.
void set_finding(const model::LogType& type, const ExternalFinding& finding, Draft& draft);

/// Adds what lies at each of these paths (`JsonItem::all`) and is not empty.
void collect(const JsonItem& item, std::initializer_list<std::string_view> paths, std::set<std::string>& out);

/// CRITICAL, HIGH, MEDIUM (or MODERATE), LOW, INFORMATIONAL and so on, in any case; else nullopt.
[[nodiscard]] std::optional<model::Severity> level_of_label(std::string_view label);

/// The name by which CloudTrail's records call an identity of these parts (`IAMUser`, `AssumedRole`, `Root`, …); a
/// role's path is not known and taken to be none.
[[nodiscard]] std::string principal_name(std::string_view account, std::string_view kind, std::string_view name);
/// The same of any ARN of an identity; "" for another text.
[[nodiscard]] std::string principal_of_arn(std::string_view arn);

/// The account or region of an ARN (fields 4 and 3), "" where it is none.
[[nodiscard]] std::string_view arn_part(std::string_view arn, std::size_t part);

/// A time as AWS's tools print it: ISO 8601 in most spellings, or seconds since 1970 with a fraction.
[[nodiscard]] std::optional<Timestamp> time_of_text(std::string_view text);

}  // namespace backtrail::sources::detail
