#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/log_type.h"

/// Tables and views out of log types. SQL with stock types and functions only.
namespace backtrail::store {

/// The table of the type, with our columns behind Athena's, and the view of its name in schema "default"
/// without ours but with the partition columns that published queries filter on. Types without fields
/// have tables of their own kind (schema.sql).
[[nodiscard]] std::string table_sql(const model::LogType& type);

/// `SELECT … FROM <table>` in the shape of view `events`.
[[nodiscard]] std::string event_select(const model::LogType& type);

/// Views `events` and `records` over CloudTrail's table and those of the types.
[[nodiscard]] std::string events_sql(std::span<const model::LogType* const> types);

[[nodiscard]] std::string quoted_name(std::string_view name);
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace backtrail::store
