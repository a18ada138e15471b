#include "sigma/sql/test_sql.h"

#include <fmt/format.h>

#include <functional>

#include "sigma/sql/quote.h"
#include "sigma/sql/stored_field.h"
#include "sigma/sql/text_predicate.h"

namespace backtrail::sigma::sql {
namespace {

using Predicate = std::function<Result<std::string>(std::string_view x)>;

std::string_view sign(detail::CompareOp op) {
  switch (op) {
    case detail::CompareOp::eq:
      return "=";
    case detail::CompareOp::neq:
      return "<>";
    case detail::CompareOp::lt:
      return "<";
    case detail::CompareOp::lte:
      return "<=";
    case detail::CompareOp::gt:
      return ">";
    case detail::CompareOp::gte:
      return ">=";
  }
  return "=";
}

/// Builds the SQL of one test on one stored place.
class TestBuilder {
 public:
  TestBuilder(const Dialect& dialect, const detail::FieldTest& test,
              bool missing_columns_are_absent, std::vector<std::string>& notes)
      : dialect_(dialect),
        test_(test),
        missing_are_absent_(missing_columns_are_absent),
        notes_(notes) {}

  Result<TestSql> field() {
    BACKTRAIL_ASSIGN(const StoredField field, find(test_.field));
    BACKTRAIL_RETURN_IF_ERROR(texts(field));
    for (const detail::Pattern& p : test_.any) BACKTRAIL_RETURN_IF_ERROR(other(field, p));
    return result(field.cost);
  }

  Result<TestSql> keywords() {
    notes_.emplace_back(
        "keywords are looked for in the stored columns; names of fields and what is not stored are "
        "not searched");
    for (const StoredField& field : searched_fields()) BACKTRAIL_RETURN_IF_ERROR(texts(field));
    return result(50);
  }

 private:
  Result<StoredField> find(std::string_view field) {
    Result<StoredField> found = find_stored_field(field);
    if (found || !missing_are_absent_) return found;
    notes_.push_back(found.error().message + "; it counts as absent here");
    return StoredField{.storage = Storage::nothing};
  }

  TestSql result(int cost) const {
    if (terms_.empty()) return {.sql = "FALSE", .cost = cost};
    std::string sql = fmt::format("{}", fmt::join(terms_, " OR "));
    return {.sql = terms_.size() > 1 ? "(" + sql + ")" : sql, .cost = cost};
  }

  /// The predicate on any value of that kind.
  Result<std::string> any(const StoredField& f, JsonValues kind, std::string_view variable,
                          const Predicate& predicate) const {
    std::string list;
    switch (f.storage) {
      case Storage::text:
        return predicate(f.column);
      case Storage::map_text:
        return predicate(dialect_.map_value(f.column, f.path));
      case Storage::list_text:
        list = dialect_.members(f.column, f.path);
        break;
      case Storage::json: {
        BACKTRAIL_ASSIGN(list, dialect_.json_values(kind, f.column, f.path));
        break;
      }
      case Storage::nothing:
        return std::string("FALSE");
      case Storage::object:
      case Storage::list:
        return not_text(f);
    }
    BACKTRAIL_ASSIGN(const std::string sql, predicate(variable));
    return dialect_.any_match(list, variable, sql);
  }

  Error not_text(const StoredField& f) const {
    return not_found(
        "sigma.field_not_stored",
        fmt::format("{0} is stored as the parts of {1}, not as its JSON text; test its "
                    "parts (such as {0}.{2}), or use the native matcher",
                    test_.field, f.column, f.storage == Storage::list ? "ARN" : "type"));
  }

  Result<void> texts(const StoredField& f) {
    BACKTRAIL_ASSIGN(const TextPredicate shape, text_predicate(dialect_, test_, "x"));
    if (shape.sql.empty()) return {};
    note_folding(dialect_, test_, notes_);
    if (only_presence() && (f.storage == Storage::object || f.storage == Storage::list)) {
      terms_.push_back(f.column + " IS NOT NULL");
      return {};
    }
    BACKTRAIL_ASSIGN(std::string sql, any(f, JsonValues::texts, "x", [&](std::string_view x) {
                       return with_decoded(x, shape.may_match_object);
                     }));
    terms_.push_back(std::move(sql));
    return {};
  }

  Result<std::string> with_decoded(std::string_view x, bool decode) const {
    BACKTRAIL_ASSIGN(const TextPredicate plain, text_predicate(dialect_, test_, x));
    if (!decode || only_presence()) return plain.sql;
    BACKTRAIL_ASSIGN(const TextPredicate decoded,
                     text_predicate(dialect_, test_, dialect_.percent_decoded(x)));
    return fmt::format("({} OR {})", plain.sql, decoded.sql);
  }

  bool only_presence() const {
    for (const detail::Pattern& p : test_.any) {
      if (std::holds_alternative<detail::RegexPattern>(p)) return false;
      const auto* text = std::get_if<detail::TextPattern>(&p);
      if (text != nullptr && text->shape != detail::TextShape::any) return false;
    }
    return true;
  }

  Result<void> other(const StoredField& f, const detail::Pattern& pattern) {
    Result<std::string> sql = std::visit(
        [&](const auto& p) -> Result<std::string> { return pattern_sql(f, p); }, pattern);
    if (!sql) return std::move(sql).error();
    if (!sql->empty()) terms_.push_back(std::move(*sql));
    return {};
  }

  // Texts were translated together.
  Result<std::string> pattern_sql(const StoredField&, const detail::TextPattern&) const {
    return std::string();
  }
  Result<std::string> pattern_sql(const StoredField&, const detail::RegexPattern&) const {
    return std::string();
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::NumberPattern& p) const {
    BACKTRAIL_ASSIGN(const std::string text,
                     any(f, JsonValues::strings, "x", [&](std::string_view x) {
                       return Result<std::string>(fmt::format("{} = {}", x, quote_text(p.text)));
                     }));
    if (f.storage != Storage::json) return text;
    BACKTRAIL_ASSIGN(const std::string number,
                     any(f, JsonValues::numbers, "x", [&](std::string_view x) {
                       return Result<std::string>(dialect_.number_equals(x, p));
                     }));
    return fmt::format("({} OR {})", text, number);
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::ComparePattern& p) const {
    return any(f, JsonValues::scalars, "x", [&](std::string_view x) {
      return Result<std::string>(
          fmt::format("{} {} {}", dialect_.number(x), sign(p.op), double_literal(p.value)));
    });
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::CidrPattern& p) const {
    return any(f, JsonValues::strings, "x",
               [&](std::string_view x) { return Result<std::string>(dialect_.in_network(x, p)); });
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::TimePartPattern& p) const {
    return any(f, JsonValues::strings, "x", [&](std::string_view x) {
      return Result<std::string>(
          fmt::format("{} {} {}", dialect_.time_part(x, p.part), sign(p.op), p.value));
    });
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::NullPattern&) const {
    BACKTRAIL_ASSIGN(std::string absent, absence(f));
    if (f.storage != Storage::json) return absent;
    BACKTRAIL_ASSIGN(const std::string null, dialect_.json_has_null(f.column, f.path));
    return fmt::format("({} OR {})", absent, null);
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::ExistsPattern& p) {
    if ((f.storage != Storage::json || f.path.empty()) && f.storage != Storage::nothing)
      notes_.push_back(
          fmt::format("{}: the table does not tell JSON null from an absent field; null "
                      "counts as absent here",
                      test_.field));
    return p.expected ? presence(f) : absence(f);
  }

  Result<std::string> pattern_sql(const StoredField& f, const detail::FieldRefPattern& p) {
    BACKTRAIL_ASSIGN(const StoredField right, find(p.field));
    return any(f, JsonValues::scalars, "x", [&](std::string_view x) {
      return any(right, JsonValues::scalars, "y", [&](std::string_view y) {
        const std::string a = p.cased ? std::string(x) : dialect_.fold(x);
        const std::string b = p.cased ? std::string(y) : dialect_.fold(y);
        switch (p.shape) {
          case detail::TextShape::prefix:
            return Result<std::string>(dialect_.starts_with(a, b));
          case detail::TextShape::suffix:
            return Result<std::string>(dialect_.ends_with(a, b));
          case detail::TextShape::contains:
            return Result<std::string>(dialect_.contains(a, b));
          default:
            return Result<std::string>(fmt::format("{} = {}", a, b));
        }
      });
    });
  }

  /// Whether there is a value; in JSON, null is one.
  Result<std::string> presence(const StoredField& f) const {
    switch (f.storage) {
      case Storage::text:
      case Storage::object:
      case Storage::list:
        return f.column + " IS NOT NULL";
      case Storage::map_text:
        return dialect_.map_has(f.column, f.path);
      case Storage::list_text:
        return dialect_.any_match(dialect_.members(f.column, f.path), "x", "x IS NOT NULL");
      case Storage::json:
        return dialect_.json_exists(f.column, f.path);
      case Storage::nothing:
        break;
    }
    return std::string("FALSE");
  }

  Result<std::string> absence(const StoredField& f) const {
    if (f.storage == Storage::text || f.storage == Storage::object || f.storage == Storage::list)
      return f.column + " IS NULL";
    BACKTRAIL_ASSIGN(const std::string present, presence(f));
    return fmt::format("NOT COALESCE({}, FALSE)", present);
  }

  const Dialect& dialect_;
  const detail::FieldTest& test_;
  bool missing_are_absent_;
  std::vector<std::string>& notes_;
  std::vector<std::string> terms_{};
};

}  // namespace

Result<TestSql> test_sql(const Dialect& dialect, const detail::FieldTest& test,
                         bool missing_columns_are_absent, std::vector<std::string>& notes) {
  TestBuilder builder(dialect, test, missing_columns_are_absent, notes);
  return test.field.empty() ? builder.keywords() : builder.field();
}

}  // namespace backtrail::sigma::sql
