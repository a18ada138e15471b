#include "store/detail/log_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace backtrail::store {
namespace {

using model::FieldKind;
using model::LogField;
using model::LogType;
using model::Pick;

std::string_view sql_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::integer: return "INTEGER";
    case FieldKind::big_integer: return "BIGINT";
    case FieldKind::real: return "DOUBLE";
    case FieldKind::date: return "DATE";
    case FieldKind::text:
    case FieldKind::nested: break;
  }
  return "VARCHAR";
}

/// The column, or what lies in it, that a record's path is kept as; text.
std::string expression_of(const LogType& type, std::string_view path) {
  const LogField* best = nullptr;
  for (const LogField& f : type.fields) {
    const bool above = path.starts_with(f.name) && (path.size() == f.name.size() || path[f.name.size()] == '.');
    if (above && (best == nullptr || f.name.size() > best->name.size())) best = &f;
  }
  if (best == nullptr) return "CAST(NULL AS VARCHAR)";
  const std::string column = quoted_name(best->column);
  if (path.size() == best->name.size())
    return best->kind == FieldKind::text ? column : "CAST(" + column + " AS VARCHAR)";
  const std::string_view rest = path.substr(best->name.size() + 1);
  if (best->kind == FieldKind::nested) {
    std::string out = column;
    for (const std::string_view part : split(rest, '.')) out += "." + quoted_name(to_lower_ascii(part));
    return "CAST(" + out + " AS VARCHAR)";
  }
  std::string pointer = "$";
  for (const std::string_view part : split(rest, '.'))
    pointer += "." + quoted_name(best->lower_keys ? to_lower_ascii(part) : std::string(part));
  return "json_extract_string(try_cast(" + column + " AS JSON), " + sql_text(pointer) + ")";
}

std::string pick_sql(const LogType& type, const Pick& pick) {
  if (pick.fields.empty())
    return pick.otherwise.empty() ? "CAST(NULL AS VARCHAR)" : sql_text(pick.otherwise);
  std::string value;
  if (pick.fields.size() == 1) {
    value = "nullif(" + expression_of(type, pick.fields[0]) + ", '')";
  } else {
    for (const std::string& field : pick.fields)
      value += (value.empty() ? "coalesce(" : ", ") + ("nullif(" + expression_of(type, field) + ", '')");
    value += ")";
  }
  std::string out = value;
  if (!pick.cases.empty()) {
    out = "CASE";
    for (const Pick::Case& c : pick.cases) {
      const bool prefix = c.match.ends_with('*');
      const std::string text = sql_text(std::string_view(c.match).substr(0, c.match.size() - (prefix ? 1 : 0)));
      const std::string word = c.word.empty() ? "NULL" : sql_text(c.word);
      if (c.match == "*")
        out += " WHEN " + value + " IS NOT NULL THEN " + word;
      else if (prefix)
        out += " WHEN starts_with(" + value + ", " + text + ") THEN " + word;
      else
        out += " WHEN " + value + " = " + text + " THEN " + word;
    }
    out += " ELSE " + value + " END";
  }
  if (!pick.otherwise.empty()) out = "coalesce(" + out + ", " + sql_text(pick.otherwise) + ")";
  return out;
}

bool is_security_lake(const LogType& type) { return type.table.starts_with("amazon_security_lake_table_"); }

/// The columns that published queries filter on as partitions, where the type has none of that name.
std::string partition_columns(const LogType& type) {
  std::vector<std::pair<std::string, std::string>> columns = {
      {"region", "_region"},
      {"accid", "_account"},
      {"year", "strftime(_time, '%Y')"},
      {"month", "strftime(_time, '%m')"},
      {"day", "strftime(_time, '%d')"},
      {"hour", "strftime(_time, '%H')"},
      {"date", "CAST(_time AS DATE)"}};
  if (is_security_lake(type)) {
    columns.emplace_back("accountid", "_account");
    columns.emplace_back("eventday", "strftime(_time, '%Y%m%d')");
  }
  for (const model::Partition& p : type.partitions) {
    std::erase_if(columns, [&](const auto& c) { return c.first == p.column; });
    if (!p.format.empty()) columns.emplace_back(p.column, "strftime(_time, " + sql_text(p.format) + ")");
  }
  std::string out;
  for (const auto& [name, expression] : columns) {
    const bool taken = std::any_of(type.fields.begin(), type.fields.end(),
                                   [&](const LogField& f) { return f.column == name; });
    if (!taken) out += expression + " AS " + quoted_name(name) + ", ";
  }
  return out;
}

/// The statement that makes the table of a type with rare fields: they lie in one column as JSON, and are
/// computed from it when they are read. Such a type has no nested fields. Its texts come from small sets
/// (addresses, ids, words), so that no other method than dictionaries need be tried.
std::string table_with_rare(const LogType& type, const std::string& rare) {
  const auto column = [](std::string_view name, std::string_view sql) {
    std::string out = quoted_name(name);
    out.append(" ").append(sql);
    if (sql == "VARCHAR") out += " USING COMPRESSION dict_fsst";
    return out + ", ";
  };
  std::string columns;
  for (const LogField& f : type.fields)
    if (!f.rare && !f.column.empty()) columns += column(f.column, sql_type(f.kind));
  return fmt::format(
      "CREATE TABLE {} ({}_more VARCHAR USING COMPRESSION zstd, {}{}{}uid UUID USING COMPRESSION uncompressed, "
      "_time TIMESTAMP, _evidence INTEGER, _record INTEGER);\n",
      quoted_name(type.table), columns, rare, column("_account", "VARCHAR"), column("_region", "VARCHAR"));
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string table_sql(const LogType& type) {
  if (type.fields.empty()) return {};
  // Through a SELECT, which gives nested columns their type.
  std::string columns, shown, rare;
  for (const LogField& f : type.fields) {
    if (f.column.empty()) continue;
    const std::string name = quoted_name(f.column);
    if (f.rare) {
      shown += name + ", ";
      rare += fmt::format("{} {} GENERATED ALWAYS AS (try_cast(json_extract_string(_more, {}) AS {})) VIRTUAL, ", name,
                          sql_type(f.kind), sql_text("$." + quoted_name(f.column)), sql_type(f.kind));
      continue;
    }
    columns += f.kind == FieldKind::nested
                   ? fmt::format("json_transform('null', {}) AS {}, ", sql_text(f.structure), name)
                   : fmt::format("CAST(NULL AS {}) AS {}, ", sql_type(f.kind), name);
    // Where the record does not tell its region the delivery does.
    if (f.column == "time_dt" && is_security_lake(type))
      shown += "coalesce(try_cast(time_dt AS TIMESTAMP), _time) AS time_dt, ";
    else if (f.column == "region" && f.kind == FieldKind::text)
      shown += "coalesce(" + name + ", _region) AS " + name + ", ";
    else if (!f.column.starts_with('_'))
      shown += name + ", ";
  }
  const std::string table = quoted_name(type.table);
  std::string out = fmt::format(
      "CREATE TABLE {} AS SELECT {}CAST(NULL AS VARCHAR) AS _account, CAST(NULL AS VARCHAR) AS _region, "
      "CAST(NULL AS UUID) AS uid, CAST(NULL AS TIMESTAMP) AS _time, CAST(NULL AS INTEGER) AS _evidence, "
      "CAST(NULL AS INTEGER) AS _record LIMIT 0;\n",
      table, columns);
  if (!rare.empty()) out = table_with_rare(type, rare);
  out += fmt::format("CREATE VIEW \"default\".{} AS SELECT {}{}uid, _time, _evidence, _record FROM main.{};\n", table,
                     shown, partition_columns(type), table);
  return out;
}

std::string event_select(const LogType& type) {
  const model::EventShape& s = type.shape;
  const auto value = [&](const Pick& pick) { return pick_sql(type, pick); };
  const std::string principal = "coalesce(" + value(s.principal) + ", '')";
  return fmt::format(
      "SELECT uid, _time AS \"time\", {} AS source, {} AS log, _account AS account, "
      "CAST(NULL AS VARCHAR) AS principal_account, _region AS region, {} AS principal, "
      "CAST(NULL AS VARCHAR) AS principal_type, coalesce({}, '') AS session, {} AS user_name, {} AS access_key, "
      "CAST(NULL AS VARCHAR) AS invoked_by, {} AS \"action\", {} AS resource, {} AS outcome, {} AS error, "
      "{} AS error_message, {} AS source_ip, {} AS user_agent, {} AS event_id, {} AS request_id, "
      "CAST(NULL AS BOOLEAN) AS read_only, CAST(NULL AS VARCHAR) AS category, _evidence, _record, "
      "{} AS severity, {} AS destination_ip FROM main.{}",
      value(s.source), sql_text(type.name), principal, value(s.session), value(s.user_name),
      value(s.access_key), value(s.action), value(s.resource), value(s.outcome), value(s.error),
      value(s.message), value(s.source_ip), value(s.user_agent), value(s.event_id), value(s.request_id),
      value(s.severity), value(s.destination_ip), quoted_name(type.table));
}

std::string events_sql(std::span<const model::LogType* const> types) {
  std::string events = "CREATE OR REPLACE VIEW events AS SELECT * FROM main.cloudtrail_events";
  std::string records = "CREATE OR REPLACE VIEW records AS SELECT uid, 'cloudtrail' AS log, _evidence, _record FROM main.cloudtrail_logs";
  for (const LogType* type : types) {
    if (type->fields.empty()) continue;
    if (!type->is_state) events += "\nUNION ALL " + event_select(*type);
    records += fmt::format("\nUNION ALL SELECT uid, {} AS log, _evidence, _record FROM main.{}",
                           sql_text(type->name), quoted_name(type->table));
  }
  return events + ";\n" + records + ";\n";
}

}  // namespace backtrail::store
