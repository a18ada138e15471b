#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "store/store.h"

namespace backtrail::testing {

/// Every table that the database has, as text: one line a row, ordered by uid where there is one, then by
/// the other columns. `without`: columns left out, wherever they occur.
inline std::map<std::string, std::string> dump_tables(store::Store& store,
                                                      const std::set<std::string>& without = {}) {
  std::map<std::string, std::string> out;
  const auto fetch = [&](const std::string& sql) {
    auto t = store::fetch(store.engine(), {.sql = sql});
    EXPECT_TRUE(t) << sql << ": " << t.error().message;
    return t ? std::move(*t) : store::Table{};
  };
  std::map<std::string, std::string> columns;
  const store::Table names = fetch(
      "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
      "USING (table_catalog, table_schema, table_name) WHERE table_type = 'BASE TABLE' ORDER BY "
      "table_name, ordinal_position");
  for (const auto& row : names.rows) {
    const std::string table = store::to_text(row[0]), column = store::to_text(row[1]);
    if (without.contains(column)) continue;
    std::string& list = columns[table];
    list = column == "uid" ? "uid" + (list.empty() ? "" : ", " + list)
                           : (list.empty() ? "" : list + ", ") + "\"" + column + "\"";
  }
  for (const auto& [table, list] : columns) {
    std::string& text = out[table];
    const store::Table rows = fetch("SELECT " + list + " FROM \"" + table + "\" ORDER BY ALL");
    for (const auto& row : rows.rows) {
      for (const auto& cell : row) text += (store::is_null(cell) ? "NULL" : store::to_text(cell)) + "|";
      text += '\n';
    }
  }
  return out;
}

/// Compares two dumps table by table, naming the first line that differs.
inline void expect_equal_tables(const std::map<std::string, std::string>& got,
                                const std::map<std::string, std::string>& want, const std::string& what) {
  EXPECT_FALSE(want.empty());
  std::set<std::string> tables;
  for (const auto& [table, text] : got) tables.insert(table);
  for (const auto& [table, text] : want) tables.insert(table);
  for (const std::string& table : tables) {
    const std::string a = got.contains(table) ? got.at(table) : "(no table)";
    const std::string b = want.contains(table) ? want.at(table) : "(no table)";
    if (a == b) continue;
    std::size_t at = 0;
    while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
    const auto line = [at](const std::string& s) {
      const std::size_t from = at == 0 || at > s.size() ? 0 : s.rfind('\n', at - 1) + 1;
      return s.substr(from, s.find('\n', at) - from).substr(0, 2000);
    };
    ADD_FAILURE() << what << ": table " << table << " differs\n got: " << line(a) << "\nwant: " << line(b);
  }
}

}  // namespace backtrail::testing
