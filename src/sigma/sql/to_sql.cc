#include <fmt/format.h>

#include <algorithm>

#include "sigma/detail/compiled.h"
#include "sigma/detail/metadata.h"
#include "sigma/sql.h"
#include "sigma/sql/dialect.h"
#include "sigma/sql/quote.h"
#include "sigma/sql/test_sql.h"

namespace backtrail::sigma {
namespace {

using detail::Node;

/// Translates conditions. Every piece is true, false or NULL; AND and OR keep "NULL means no", NOT
/// does not, so what stands below NOT is made two-valued there.
class ConditionTranslator {
 public:
  ConditionTranslator(const RuleSet::Compiled& compiled, const SqlOptions& options)
      : compiled_(compiled), dialect_(sql::dialect(options.dialect)), options_(options) {}

  Result<sql::TestSql> translate(const Node& node) {
    switch (node.kind) {
      case Node::Kind::test:
        return sql::test_sql(dialect_, compiled_.tests[node.test],
                             options_.missing_columns_are_absent, notes_);
      case Node::Kind::not_: {
        BACKTRAIL_ASSIGN(const sql::TestSql inner, translate(node.children.front()));
        return sql::TestSql{.sql = fmt::format("NOT COALESCE({}, FALSE)", inner.sql),
                            .cost = inner.cost};
      }
      case Node::Kind::all_of:
        return join(node, " AND ");
      case Node::Kind::any_of:
        return join(node, " OR ");
    }
    return internal_error("sigma.sql", "a condition of unknown kind");
  }

  [[nodiscard]] std::vector<std::string>& notes() { return notes_; }

 private:
  /// Cheap terms first: engines may evaluate in order.
  Result<sql::TestSql> join(const Node& node, std::string_view word) {
    std::vector<sql::TestSql> terms;
    for (const Node& child : node.children) {
      BACKTRAIL_ASSIGN(sql::TestSql term, translate(child));
      terms.push_back(std::move(term));
    }
    if (terms.size() == 1) return std::move(terms.front());
    std::stable_sort(terms.begin(), terms.end(),
                     [](const auto& a, const auto& b) { return a.cost < b.cost; });
    sql::TestSql out{.sql = "(", .cost = 0};
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (i > 0) out.sql += word;
      out.sql += terms[i].sql;
      out.cost = node.kind == Node::Kind::all_of && i == 0 ? terms[i].cost
                                                           : std::max(out.cost, terms[i].cost);
    }
    out.sql += ")";
    return out;
  }

  const RuleSet::Compiled& compiled_;
  const sql::Dialect& dialect_;
  const SqlOptions& options_;
  std::vector<std::string> notes_{};
};

}  // namespace

Result<SqlText> to_sql(const RuleSet& rules, std::uint32_t rule, const SqlOptions& options) {
  const RuleSet::Compiled& compiled = rules.compiled();
  BACKTRAIL_CHECK(rule < compiled.infos.size(), "a rule of this set");
  BACKTRAIL_CHECK(!options.columns.empty(), "columns to select");
  const RuleInfo& info = compiled.infos[rule];
  const detail::Detection* const detection = compiled.detection(rule);
  if (detection == nullptr)
    return sql::no_sql(
        fmt::format("{} is a correlation: run the rules it cites, then correlate", info.id));
  if (!detail::covers(info.logsource, {.product = "aws", .service = "cloudtrail"}))
    return not_found("sigma.logsource_not_stored",
                     fmt::format("{} is for other logs than CloudTrail", info.id));

  ConditionTranslator translator(compiled, options);
  const auto context = [&] { return fmt::format("{}: rule {}", info.path, info.id); };
  Node conditions{.kind = Node::Kind::any_of};
  for (const detail::Condition& c : detection->conditions) conditions.children.push_back(c.root);
  BACKTRAIL_ASSIGN(const sql::TestSql fires,
                   translator.translate(conditions).with_context(context()));

  std::vector<std::string> columns;
  for (const std::string& column : options.columns) columns.push_back(sql::quote_name(column));
  SqlText out{.sql = fmt::format("SELECT {}\nFROM {}\nWHERE {}", fmt::join(columns, ", "),
                                 sql::quote_name(options.table), fires.sql)};
  for (const detail::AppliedFilter& f : detection->filters) {
    BACKTRAIL_ASSIGN(const sql::TestSql filter,
                     translator.translate(f.root).with_context(context()));
    out.sql += "\n  AND " + filter.sql;
  }
  std::vector<std::string>& notes = translator.notes();
  std::sort(notes.begin(), notes.end());
  notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
  out.notes = std::move(notes);
  return out;
}

}  // namespace backtrail::sigma
