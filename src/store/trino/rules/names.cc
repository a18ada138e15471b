#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

template <std::size_t N>
bool is_any_word(const Node& node, const std::array<std::string_view, N>& words) {
  return node.kind == TokenKind::word &&
         std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return is_word(node, w); });
}

bool is_name(const Node& node) {
  return node.kind == TokenKind::word || node.kind == TokenKind::quoted;
}

/// Schemas that exist here; other catalogs and databases are those of the place the query comes
/// from.
bool is_own_schema(const std::string& name) {
  static const std::set<std::string, std::less<>> own = {"main", "temp", "system",
                                                         "information_schema", "pg_catalog"};
  return own.contains(name);
}

using Qualified = std::set<std::string, std::less<>>;  // `database.table`, lower case

/// Tables that people name after an account (`vpc_flow_logs_111122223333`), and Security Lake's, which bear
/// region and version: the name that the table has here, or "".
std::string plain_table_name(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  const auto digits = [](std::string_view s) { return s.find_first_not_of("0123456789") == std::string_view::npos; };
  if (lower.size() > 13 && lower[lower.size() - 13] == '_' && digits(std::string_view(lower).substr(lower.size() - 12)))
    return lower.substr(0, lower.size() - 13);
  constexpr std::string_view kLake = "amazon_security_lake_table_";
  if (!lower.starts_with(kLake)) return {};
  std::vector<std::string_view> parts = split(std::string_view(lower).substr(kLake.size()), '_');
  while (parts.size() > 1 && digits(parts.back())) parts.pop_back();  // the version
  std::size_t region = 0;  // us_east_1: up to the first number
  while (region < parts.size() && !digits(parts[region])) ++region;
  if (region + 1 >= parts.size()) return {};
  std::string out(kLake.substr(0, kLake.size() - 1));
  for (std::size_t i = region + 1; i < parts.size(); ++i) out.append("_").append(parts[i]);
  return out;
}

constexpr std::string_view kPlainNote = "sql.note.table_name";

class TableNames {
 public:
  std::vector<Note> rewrite(Nodes& nodes) {
    wants_path_ = mentions(nodes, "$path");
    wants_items_ = mentions(nodes, "eventdata");
    if (wants_path_) collect_with_names(nodes);
    collect(nodes);
    if (!dropped_.empty()) drop_in_columns(nodes);
    return std::move(notes_);
  }

 private:
  static constexpr std::array<std::string_view, 13> kNoTable = {
      "select", "where", "group",  "order",   "having", "limit",    "union",
      "on",     "using", "window", "qualify", "except", "intersect"};

  static bool mentions(const Nodes& nodes, std::string_view name) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const Node& n) {
      return (is_name(n) && to_lower_ascii(name_of(n)) == name) || mentions(n.children, name);
    });
  }

  void collect_with_names(const Nodes& nodes) {
    for (std::size_t i = 0; i + 2 < nodes.size(); ++i)
      if (is_name(nodes[i]) && is_word(nodes[i + 1], "as") && is_group(nodes[i + 2], '('))
        with_names_.insert(to_lower_ascii(name_of(nodes[i])));
    for (const Node& node : nodes) collect_with_names(node.children);
  }

  void collect(Nodes& nodes, bool table_first = false) {
    // `FROM` of extract(x FROM y) is none of a query.
    const bool query =
        std::any_of(nodes.begin(), nodes.end(),
                    [](const Node& n) {
                      return is_word(n, "select") || is_word(n, "show") || is_word(n, "describe");
                    }) ||
        (!nodes.empty() && is_word(nodes[0], "from"));
    Nodes out;
    bool in_from = table_first, table_next = table_first;
    for (std::size_t i = 0; i < nodes.size();) {
      Node& node = nodes[i];
      const bool distinct_from =
          i > 0 && is_word(node, "from") && !out.empty() && is_word(out.back(), "distinct");
      if (is_word(node, "from") && !distinct_from && query) {
        in_from = table_next = true;
      } else if (is_word(node, "join") || (i == 0 && is_word(node, "describe"))) {
        table_next = true;
      } else if (is_any_word(node, kNoTable)) {
        in_from = table_next = false;
      } else if (is_symbol(node, ",")) {
        table_next = in_from;
      } else if (table_next && (is_name(node) || node.kind == TokenKind::number ||
                                (node.kind == TokenKind::symbol && event_data_store_at(nodes, i)))) {
        table_next = false;
        i = take_table(nodes, i, out);
        continue;
      } else if (node.kind == TokenKind::group) {
        // FROM (a CROSS JOIN b): names of tables from the start, unless it is a query
        const bool tables = table_next && !node.children.empty() && is_name(node.children[0]) &&
                            !is_word(node.children[0], "select") &&
                            !is_word(node.children[0], "with") &&
                            !is_word(node.children[0], "values");
        collect(node.children, tables);
        table_next = false;
      }
      out.push_back(std::move(node));
      ++i;
    }
    nodes = std::move(out);
  }

  /// The query gives the table before `next` another name.
  static bool is_aliased(const Node* next) {
    static constexpr std::array<std::string_view, 19> kNoAlias = {
        "where",     "group",  "order", "having",  "limit",      "union", "except",
        "intersect", "join",   "inner", "left",    "right",      "full",  "cross",
        "on",        "offset", "fetch", "qualify", "tablesample"};
    return next != nullptr && is_name(*next) && !is_any_word(*next, kNoAlias);
  }

  /// Puts the table or view `plain` there, under the name that the query calls it by.
  void put_table(const std::string& plain, const std::string& name, std::uint32_t at,
                 const Node* next, Nodes& out) const {
    if (!wants_path_)
      append(out, expand(quote_name(plain), at, {}));
    else
      append(out, expand("(SELECT *, (SELECT path FROM main.evidence WHERE id = _evidence) AS \"$path\" FROM " +
                             quote_name(plain) + ")",
                         at, {}));
    if (!is_aliased(next) && (wants_path_ || plain != name))
      append(out, expand("AS " + quote_name(name), at, {}));
  }

  std::size_t take_table(Nodes& nodes, std::size_t at, Nodes& out) {
    if (const auto store = event_data_store_at(nodes, at)) {
      const std::string plain = wants_items_ ? "config_lake" : "cloudtrail_lake";
      notes_.push_back({nodes[at].at, std::string(kEventDataStoreNote),
                        fmt::format("event data store {} is read as {}", store->name, plain)});
      put_table(plain, store->name, nodes[at].at,
                store->end < nodes.size() ? &nodes[store->end] : nullptr, out);
      return store->end;
    }
    if (!is_name(nodes[at])) {
      out.push_back(std::move(nodes[at]));
      return at + 1;
    }
    std::size_t last = at;
    std::string path = name_of(nodes[at]);
    bool own = false;
    while (last + 2 < nodes.size() && is_symbol(nodes[last + 1], ".") && is_name(nodes[last + 2])) {
      own = own || is_own_schema(name_of(nodes[last]));
      last += 2;
      path += "." + to_lower_ascii(name_of(nodes[last]));
    }
    const bool function = last + 1 < nodes.size() && is_group(nodes[last + 1], '(');
    const std::string name = name_of(nodes[last]);
    const std::string plain = own || function ? std::string() : plain_table_name(name);
    const bool with_path = wants_path_ && !own && !function && !with_names_.contains(to_lower_ascii(name));
    if (plain.empty() && !with_path && (last == at || own || function)) {
      append(out, take_range(nodes, at, last + 1));
      return last + 1;
    }
    if (last != at) dropped_.insert(path);
    nodes[last].gap = nodes[at].gap;
    if (plain.empty() && !with_path) {
      out.push_back(std::move(nodes[last]));
      return last + 1;
    }
    if (!plain.empty())
      notes_.push_back({nodes[last].at, std::string(kPlainNote), fmt::format("{} is read as {}", name, plain)});
    put_table(plain.empty() ? name : plain, name, nodes[last].at,
              last + 1 < nodes.size() ? &nodes[last + 1] : nullptr, out);
    return last + 1;
  }

  /// `database.table.column` → `table.column` where FROM said `database.table`.
  void drop_in_columns(Nodes& nodes) {
    Nodes out;
    for (std::size_t i = 0; i < nodes.size();) {
      drop_in_columns(nodes[i].children);
      const bool starts = is_name(nodes[i]) && (out.empty() || !is_symbol(out.back(), "."));
      std::size_t end = i;
      if (starts) {
        std::string path = to_lower_ascii(name_of(nodes[i]));
        // A path has at most three parts: catalog, database, table.
        for (std::size_t k = i; k + 2 < nodes.size() && k < i + 4 && is_symbol(nodes[k + 1], ".") &&
                                is_name(nodes[k + 2]);) {
          k += 2;
          path += "." + to_lower_ascii(name_of(nodes[k]));
          if (dropped_.contains(path)) end = k;
        }
      }
      if (end > i) nodes[end].gap = nodes[i].gap;
      out.push_back(std::move(nodes[end]));
      i = end + 1;
    }
    nodes = std::move(out);
  }

  Qualified dropped_;
  Qualified with_names_;      // queries that WITH names
  bool wants_path_ = false;   // "$path", Athena's name for the file that a row lies in
  bool wants_items_ = false;  // `eventdata`: an event data store of configuration items
  std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> rewrite_table_names(Nodes& query) { return TableNames().rewrite(query); }

namespace {

/// Whether an item of the select list surely has no name of its own.
bool is_nameless(NodesView item) {
  if (item.empty()) return false;
  const Node& last = item.back();
  for (const Node& node : item)
    if (is_word(node, "as")) return false;
  if (item.size() >= 2 && is_symbol(item[item.size() - 2], ".")) return false;  // t.*, t.column
  if (is_symbol(last, "*") || last.kind == TokenKind::symbol || last.kind == TokenKind::quoted)
    return false;
  // Reserved words are no names.
  static constexpr std::array<std::string_view, 7> kReserved = {
      "end", "null", "true", "false", "current_date", "current_timestamp", "localtimestamp"};
  if (last.kind == TokenKind::word) return is_any_word(last, kReserved);
  return true;
}

}  // namespace

void name_result_columns(Nodes& query) {
  // The outermost SELECT: the first at this level (WITH queries are groups).
  const auto select =
      std::find_if(query.begin(), query.end(), [](const Node& n) { return is_word(n, "select"); });
  if (select == query.end()) return;
  static constexpr std::array<std::string_view, 12> kEndsList = {
      "from",  "where",  "group",     "having", "order",  "limit",
      "union", "except", "intersect", "fetch",  "offset", "qualify"};
  auto begin = static_cast<std::size_t>(select - query.begin()) + 1;
  if (begin < query.size() && (is_word(query[begin], "distinct") || is_word(query[begin], "all")))
    ++begin;
  std::size_t end = begin;
  while (end < query.size() && !is_any_word(query[end], kEndsList)) ++end;
  Nodes rest = take_from(query, end);
  Nodes list = take_from(query, begin);
  std::size_t number = 0, from = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && !is_symbol(list[i], ",")) continue;
    const bool nameless = is_nameless(NodesView(list).subspan(from, i - from));
    const std::uint32_t at = i > from ? list[from].at : 0;
    append(query, take_range(list, from, i));
    if (nameless) append(query, expand(fmt::format("AS \"_col{}\"", number), at, {}));
    if (i < list.size()) query.push_back(std::move(list[i]));
    from = i + 1;
    ++number;
  }
  append(query, std::move(rest));
}

}  // namespace backtrail::store::trino
