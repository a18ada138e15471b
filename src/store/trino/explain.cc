#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/json.h"
#include "base/text.h"
#include "store/trino/syntax/hints.h"
#include "store/trino/syntax/tokens.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

/// What DuckDB says, taken apart (`errors_as_json`).
struct Fault {
  std::string type{};  // "Binder", "Catalog", "Parser", "Conversion", …
  std::string message{};
  std::string name{};  // of what is missing
  std::string kind{};  // "Table", "Scalar Function", …
  std::string candidates{};
  std::optional<std::size_t> position{};  // in the rewritten text
};

Fault read_fault(std::string_view text) {
  Fault fault;
  const auto brace = text.find('{');
  if (brace != std::string_view::npos)
    if (const auto json = Json::parse(text.substr(brace));
        json && json->find("exception_message") != nullptr) {
      fault.type = (*json)["exception_type"].as_string();
      fault.message = (*json)["exception_message"].as_string();
      fault.name = (*json)["name"].as_string();
      fault.kind = (*json)["type"].as_string();
      fault.candidates = (*json)["candidates"].as_string();
      const std::string& position = (*json)["position"].as_string();
      if (!position.empty()) fault.position = std::strtoull(position.c_str(), nullptr, 10);
      return fault;
    }
  const auto colon = text.find(" Error: ");
  fault.type = colon == std::string_view::npos ? "" : text.substr(0, colon);
  fault.message = colon == std::string_view::npos ? text : text.substr(colon + 8);
  return fault;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

/// Functions of the layer carry `trino_`; users know the name without.
std::string public_names(std::string text) {
  for (std::size_t at = 0; (at = text.find("trino_", at)) != std::string::npos;) text.erase(at, 6);
  return text;
}

/// The text between the first pair of `quote` in a message.
std::string quoted_in(std::string_view text, char quote) {
  const auto begin = text.find(quote);
  const auto end = begin == std::string_view::npos ? begin : text.find(quote, begin + 1);
  return end == std::string_view::npos ? "" : std::string(text.substr(begin + 1, end - begin - 1));
}

/// Where a name stands in the user's query, when it does.
std::optional<std::size_t> find_name(const Nodes& nodes, const std::string& lower_case_name) {
  for (const Node& node : nodes) {
    if ((node.kind == TokenKind::word || node.kind == TokenKind::quoted) &&
        to_lower_ascii(name_of(node)) == lower_case_name)
      return node.at;
    if (const auto inside = find_name(node.children, lower_case_name)) return inside;
  }
  return std::nullopt;
}

std::vector<std::string> with_candidates(const std::vector<std::string>& names,
                                         const std::string& candidates) {
  std::vector<std::string> all = names;
  for (const std::string_view part : split(candidates, ',')) {
    const auto name = trim(part);
    all.emplace_back(
        name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1));
  }
  return all;
}

/// The nearest of the names that is not the word itself, which another table may have.
std::string did_you_mean(std::string_view word, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& n) { return equal_ignore_case_ascii(n, word); });
  const std::string near = nearest(word, names);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

class Explainer {
 public:
  Explainer(std::string_view query, const Rewritten& rewritten, Fault fault,
            const NameCatalog& names)
      : query_(query), rewritten_(rewritten), fault_(std::move(fault)), names_(names) {
    if (auto parsed = parse_tokens(query)) tokens_ = std::move(*parsed);
  }

  Error run() {
    if (fault_.type == "INTERRUPT" || fault_.type == "Interrupt")
      return make_error(ErrorCode::cancelled, "interrupted", "the query was stopped");
    if (fault_.type == "Permission")
      return make_error(ErrorCode::permission_denied, "sql.forbidden", first_line(fault_.message));
    if (fault_.type == "Out of Memory")
      return make_error(
          ErrorCode::resource_exhausted, "sql.memory",
          fmt::format("{}; narrow the time, select fewer columns, or give more memory",
                      first_line(fault_.message)));
    if (fault_.type == "Parser" || fault_.type == "Syntax") return syntax();
    if (fault_.kind == "Table" || fault_.message.starts_with("Table with name"))
      return missing("sql.unknown_table", "table", name_or_quoted(), names_.tables);
    if (fault_.kind.ends_with("Function"))
      return missing("sql.unknown_function", "function", public_names(fault_.name),
                     names_.functions);
    if (fault_.message.starts_with("Referenced table"))
      return missing("sql.unknown_table", "table or alias", quoted_in(fault_.message, '"'),
                     with_candidates({}, tail_candidates()));
    if (is_missing_column())
      return missing("sql.unknown_column", "column", missing_column(), names_.columns);
    if (fault_.message.starts_with("No function matches") ||
        fault_.message.starts_with("Could not choose a best candidate"))
      return wrong_arguments();
    if (fault_.message.starts_with("Cannot compare values")) return wrong_comparison();
    if (fault_.message.starts_with("Cannot extract field")) return no_member();
    if (fault_.message.find("must appear in the GROUP BY clause") != std::string::npos) return not_grouped();
    if (fault_.type == "Conversion" || fault_.message.starts_with("Values were not provided"))
      if (const auto hint = hint_for_placeholder(tokens_)) return make("sql.syntax", hint->offset, hint->message);
    if (fault_.message.starts_with("Macro ")) return wrong_macro();
    if (fault_.message.starts_with("UNNEST"))
      return make("sql.type", place(),
                  "UNNEST takes arrays here; for a map write UNNEST(map_entries(m)) AS t(e) and "
                  "use e.key, e.value");
    const bool type = fault_.type == "Binder" || fault_.type == "Catalog";
    return make(type ? "sql.type" : "sql.failed", place(),
                public_names(first_line(fault_.message)));
  }

 private:
  std::optional<std::size_t> place() const {
    if (!fault_.position || *fault_.position > rewritten_.sql.size()) return std::nullopt;
    return rewritten_.original_offset(*fault_.position);
  }

  Error make(std::string_view id, std::optional<std::size_t> at, std::string message) const {
    if (at) message = fmt::format("{}: {}", place_of(query_, *at), message);
    return invalid_argument(id, message);
  }

  std::string name_or_quoted() const {
    if (!fault_.name.empty()) return fault_.name;
    const auto word = fault_.message.substr(std::string_view("Table with name ").size());
    return word.substr(0, word.find(' '));
  }

  /// "Candidate tables: "a", "b"" in the second line.
  std::string tail_candidates() const {
    const auto colon = fault_.message.find("Candidate");
    std::string tail = colon == std::string::npos ? "" : fault_.message.substr(colon);
    tail.erase(0, std::min(tail.size(), tail.find(':') + 1));
    std::erase(tail, '"');
    return tail;
  }

  bool is_missing_column() const {
    return fault_.message.starts_with("Referenced column") ||
           fault_.message.starts_with("Could not find key") ||
           fault_.message.find("does not have a column named") != std::string::npos;
  }
  std::string missing_column() const {
    if (const auto at = fault_.message.find("column named "); at != std::string::npos)
      return quoted_in(std::string_view(fault_.message).substr(at), '"');
    return quoted_in(fault_.message, '"');
  }

  /// Columns of the tables that the query, as it ran, names.
  std::vector<std::string> columns_in_reach() const {
    const auto ran = parse_tokens(rewritten_.sql);
    std::vector<std::string> out;
    for (const auto& [table, column] : names_.table_columns)
      if (ran && find_name(*ran, table)) out.push_back(column);
    return out;
  }

  /// A column of that name, marks aside, that another table has.
  std::string of_another_table(std::string_view name) const {
    const auto plain = [](std::string_view text) {
      std::string out = to_lower_ascii(text);
      std::erase_if(out, [](char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'); });
      return out;
    };
    for (const auto& [table, column] : names_.table_columns)
      if (plain(column) == plain(name)) return fmt::format("; table {} has a column '{}'", table, column);
    return {};
  }

  Error missing(std::string_view id, std::string_view what, const std::string& name,
                const std::vector<std::string>& names) const {
    auto at = place();
    if (const auto found = find_name(tokens_, to_lower_ascii(name))) at = found;
    std::string message = fmt::format("there is no {} '{}'", what, name);
    // DuckDB's candidates are of the query's own tables.
    const std::string own = fault_.candidates + "," + tail_candidates();
    std::string near = did_you_mean(name, with_candidates({}, own));
    const std::vector<std::string> columns = what == "column" ? columns_in_reach() : std::vector<std::string>();
    if (near.empty()) near = did_you_mean(name, with_candidates(columns.empty() ? names : columns, own));
    if (near.empty() && what == "column") near = of_another_table(name);
    message += near;
    if (what == "column" && near.empty() &&
        (name.find("date") != std::string::npos || name.find("day") != std::string::npos))
      message += "; days are in columns called date, day, date_partition or eventday: DESCRIBE shows which";
    if (what == "table" && near.empty() && !names_.tables.empty())
      message += fmt::format(
          "; there are {}",
          join({names_.tables.begin(),
                names_.tables.begin() +
                    static_cast<std::ptrdiff_t>(std::min<std::size_t>(names_.tables.size(), 12))},
               ", "));
    if (const auto hint = hint_for_placeholder(tokens_)) message += "; " + hint->message;
    return make(id, at, std::move(message));
  }

  Error syntax() const {
    for (const auto find : {hint_for_missing_where, hint_for_placeholder})
      if (const auto hint = find(tokens_)) return make("sql.syntax", hint->offset, hint->message);
    auto at = place();
    std::string message = first_line(fault_.message);
    if (message == "syntax error at end of input") {
      at = query_.size();
      message = "the query ends too early";
    } else if (at) {
      std::string word = quoted_in(message, '"');
      if (word.empty()) word = text_at(*at);
      message = fmt::format("'{}' does not fit here{}", word, near_keyword(*at));
    }
    return make("sql.syntax", at, std::move(message));
  }

  /// The word at the place, or the one before it, which was taken for an alias, may be a keyword
  /// with a slip in it.
  std::string near_keyword(std::size_t at) const {
    static const std::vector<std::string> kKeywords = {
        "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "JOIN", "VALUES"};
    const auto slip = [](std::string_view word) {
      const std::string near = word.size() < 4 ? "" : nearest(word, kKeywords);
      return near.empty() || equal_ignore_case_ascii(near, word)
                 ? ""
                 : fmt::format("; did you mean {} for '{}'?", near, word);
    };
    if (std::string found = slip(text_at(at)); !found.empty()) return found;
    const std::string_view before = trim(query_.substr(0, std::min(at, query_.size())));
    return slip(before.substr(before.find_last_of(" \n\t,()") + 1));
  }

  std::string text_at(std::size_t at) const {
    const auto rest = query_.substr(std::min(at, query_.size()));
    return std::string(rest.substr(0, rest.find_first_of(" \n\t,()")));
  }

  /// The call's place: errors inside a macro point into the macro's own text.
  std::optional<std::size_t> place_of_call(const std::string& function) const {
    if (const auto found = find_name(tokens_, to_lower_ascii(function))) return found;
    const auto at = place();
    const bool there =
        at && fault_.position &&
        std::string_view(rewritten_.sql).substr(*fault_.position).starts_with(function);
    return there ? at : std::nullopt;
  }

  Error wrong_arguments() const {
    // … 'f(VARCHAR, INTEGER)'. …  or  … "f(VARCHAR)". …
    std::string call = quoted_in(fault_.message, '\'');
    if (call.empty()) call = quoted_in(fault_.message, '"');
    call = public_names(std::move(call));
    for (std::size_t at = 0; (at = call.find("STRING_LITERAL", at)) != std::string::npos;)
      call.replace(at, 14, "VARCHAR");
    const std::string function = call.substr(0, call.find('('));
    std::string message =
        fmt::format("{} does not take {}", function, call.substr(function.size()));
    if (call.find("VARCHAR") != std::string::npos) {
      static constexpr std::array<std::string_view, 16> kOfTimes = {
          "date_format", "format_datetime", "date_add",   "date_diff", "date_sub", "date_trunc",
          "to_unixtime", "epoch",           "to_iso8601", "hour",      "day",      "month",
          "year",        "minute",          "isodow",     "timezone"};
      static constexpr std::array<std::string_view, 4> kOfNumbers = {"sum", "avg", "round", "abs"};
      const auto is_one = [&](const auto& list) {
        return std::find(list.begin(), list.end(), function) != list.end();
      };
      if (is_one(kOfTimes))
        message += "; text must become a time first: from_iso8601_timestamp(eventtime)";
      if (is_one(kOfNumbers)) message += "; text must become a number first: CAST(x AS bigint)";
    }
    return make("sql.type", place_of_call(function), std::move(message));
  }

  /// "Macro f() does not support …\nCandidate macros:\n\tf(a, b)…"
  Error wrong_macro() const {
    const std::string text = public_names(fault_.message);
    const std::string function = text.substr(6, text.find('(') - 6);
    std::string forms;
    for (const std::string_view line : split(text, '\n'))
      if (line.starts_with('\t'))
        forms += fmt::format("{}{}", forms.empty() ? "" : " or ", line.substr(1));
    return make("sql.type", place_of_call(function),
                fmt::format("{} does not take these arguments; it is {}", function, forms));
  }

  /// A member of what is text.
  Error no_member() const {
    const std::string member = quoted_in(fault_.message, '\'');
    const std::string of = quoted_in(fault_.message, '"');
    std::string message = fmt::format(
        "'{0}' has no members, since it is text; of JSON text write json_extract_scalar({0}, '$.{1}')", of, member);
    if (find_name(tokens_, "r53dns"))
      message += "; answers and srcids of r53dns are texts, as AWS declares them: r53_rlogs has them with members";
    const auto at = find_name(tokens_, to_lower_ascii(member));
    return make("sql.type", at ? at : place(), std::move(message));
  }

  Error not_grouped() const {
    const std::string column = quoted_in(fault_.message, '"');
    const auto at = find_name(tokens_, to_lower_ascii(column));
    return make("sql.type", at ? at : place(),
                fmt::format("'{0}' is selected but not grouped by: add what is selected of it to GROUP BY, or write "
                            "arbitrary({0}) for the value of any row",
                            column));
  }

  Error wrong_comparison() const {
    std::string message = first_line(fault_.message);
    message = message.substr(0, message.find(" - an explicit"));
    const bool text = message.find("VARCHAR") != std::string::npos;
    const bool time =
        message.find("TIMESTAMP") != std::string::npos || message.find("DATE") != std::string::npos;
    if (text && time)
      message +=
          "; eventtime and the like are text here: compare with text ('2023-07-10T11:42:31Z'), or "
          "use "
          "from_iso8601_timestamp(eventtime)";
    else if (text)
      message += "; write CAST(… AS varchar) or quote the value";
    return make("sql.type", place(), std::move(message));
  }

  std::string_view query_;
  const Rewritten& rewritten_;
  Fault fault_;
  const NameCatalog& names_;
  Nodes tokens_;
};

}  // namespace

Error explain_error(std::string_view user_query, const Rewritten& rewritten,
                    std::string_view duckdb_message, const NameCatalog& names) {
  return Explainer(user_query, rewritten, read_fault(duckdb_message), names).run();
}

}  // namespace backtrail::store::trino
