#include <set>

#include "analysis/detail/finding_table.h"
#include "analysis/detail/hit_table.h"
#include "analysis/detail/sql.h"
#include "base/hash.h"
#include "sources/sources.h"
#include "store/store.h"

// Findings of other tools beside those of our rules: tables of log types with `finding_fields`.
namespace backtrail::analysis {
namespace {

/// Versions of all findings, whoever passed them on; "" where the case has no table of any. The last one counts: by
/// its time, then by its uid.
Result<std::string> all_versions(store::Engine& engine) {
  BACKTRAIL_ASSIGN(const store::Table tables,
                   fetch(engine, {.sql = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"}));
  std::set<std::string> present;
  for (const auto& row : tables.rows) present.insert(store::to_text(row[0]));
  std::string out;
  for (const model::LogType* type : sources::log_types()) {
    if (!type->is_finding || !present.contains(type->table)) continue;
    out += out.empty() ? "" : " UNION ALL ";
    out += "SELECT _finding_id, _finding_type, _finding_title, _finding_level, _finding_source, _finding_first, "
           "_finding_last, _principals, _addresses, _resources, _account, _region, _time, uid FROM main." +
           type->table;
  }
  return out;
}

std::string id_of(std::string_view finding) {
  return "f-" + sha256_hex("external finding:" + std::string(finding)).substr(0, 16);
}

std::vector<std::string> with_one(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
}

}  // namespace

Result<std::uint64_t> each_external_finding(store::Engine& engine, std::uint32_t last_item,
                                            FunctionRef<Result<void>(const model::Finding&)> f, std::stop_token stop) {
  BACKTRAIL_ASSIGN(const std::string versions, all_versions(engine));
  if (versions.empty()) return 0;
  const auto last = [](std::string_view column) {
    return "arg_max(coalesce(" + std::string(column) + ", ''), k)";
  };
  const auto last_list = [](std::string_view column) {
    return "from_json(arg_max(coalesce(" + std::string(column) + ", '[]'), k), '[\"VARCHAR\"]')";
  };
  std::string sql = "SELECT _finding_id";
  for (const char* column : {"_finding_type", "_finding_title", "_finding_level", "_finding_source"})
    sql += ", " + last(column);
  sql += ", min(try_cast(_finding_first AS TIMESTAMP)), max(try_cast(_finding_last AS TIMESTAMP))";
  for (const char* column : {"_principals", "_addresses", "_resources"}) sql += ", " + last_list(column);
  sql += ", " + last("_account") + ", " + last("_region") +
         ", list(CAST(uid AS VARCHAR) ORDER BY _time, uid), count(*) FROM (SELECT *, "
         "(coalesce(_time, TIMESTAMP '0001-01-01'), uid) AS k FROM (" +
         versions + ") WHERE coalesce(_finding_id, '') <> ''";
  store::Query query{};
  if (last_item != kAllEvidence) {
    sql += " AND uid IN " + known_events("$1");
    query.parameters.emplace_back(std::int64_t{last_item});
  }
  query.sql = sql + ") GROUP BY 1 ORDER BY 1";
  std::uint64_t count = 0;
  Result<void> outcome{};
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine, query,
      [&](std::span<const store::Cell> row) {
        const auto text = [row](std::size_t i) { return store::to_text(row[i]); };
        model::Finding out{.id = id_of(text(0)),
                           .title = text(2).empty() ? text(1) : text(2),
                           .severity = model::parse_severity(text(3)).value_or(model::Severity::medium),
                           .count = to_count(row[13]),
                           .first = store::to_time(row[5]),
                           .last = store::to_time(row[6]),
                           .principals = to_list(row[7]),
                           .source_ips = to_list(row[8]),
                           .event_ids = to_list(row[12]),
                           .rule_ids = {text(1)},
                           .actions = with_one(text(1)),
                           .accounts = with_one(text(10)),
                           .regions = with_one(text(11)),
                           .source = text(4),
                           .resources = to_list(row[9])};
        ++count;
        outcome = f(out);
        return outcome.has_value();
      },
      std::move(stop)));
  BACKTRAIL_RETURN_IF_ERROR(outcome);
  return count;
}

}  // namespace backtrail::analysis
