#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "base/text.h"
#include "store/trino/rules/rules.h"
#include "store/trino/syntax/hints.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

/// Moves what belongs to a call behind its brackets: WITHIN GROUP (…), IGNORE NULLS, FILTER (…),
/// OVER.
std::size_t take_after(Nodes& nodes, std::size_t at, Nodes& after) {
  std::size_t end = at;
  const auto is_at = [&](std::size_t i, std::string_view w) {
    return i < nodes.size() && is_word(nodes[i], w);
  };
  const auto group_at = [&](std::size_t i) { return i < nodes.size() && is_group(nodes[i], '('); };
  while (true) {
    if (is_at(end, "within") && is_at(end + 1, "group") && group_at(end + 2))
      end += 3;
    else if ((is_at(end, "ignore") || is_at(end, "respect")) && is_at(end + 1, "nulls"))
      end += 2;
    else if (is_at(end, "filter") && group_at(end + 1))
      end += 2;
    else if (is_at(end, "over") && end + 1 < nodes.size())
      end += 2;
    else
      break;
  }
  for (std::size_t i = at; i < end; ++i) after.push_back(std::move(nodes[i]));
  return end;
}

/// `SELECT *`, `, *`, `t.*`: a star that stands for columns.
bool ends_in_star(const Nodes& nodes) {
  if (nodes.empty() || !is_symbol(nodes.back(), "*")) return false;
  if (nodes.size() == 1) return true;
  const Node& before = nodes[nodes.size() - 2];
  return is_word(before, "select") || is_word(before, "distinct") || is_symbol(before, ",") ||
         is_symbol(before, ".");
}

Result<void> rewrite_calls(Nodes& nodes, Context context) {
  Nodes out;
  bool filter = context.filter;
  for (std::size_t i = 0; i < nodes.size();) {
    Node& node = nodes[i];
    const bool is_call = node.kind == TokenKind::word && i + 1 < nodes.size() &&
                         is_group(nodes[i + 1], '(') &&
                         (out.empty() || !is_symbol(out.back(), "."));
    if (is_word(node, "where") || is_word(node, "on") || is_word(node, "having")) filter = true;
    if (is_word(node, "select") || is_word(node, "group") || is_word(node, "order") ||
        is_word(node, "join"))
      filter = false;
    CallSite site;
    CallRule rule = nullptr;
    if (is_call) {
      site.name = to_lower_ascii(node.text);
      rule = find_call_rule(site.name);
    }
    if (is_call) {
      // SUBSTRING(x FROM 2) and * REPLACE (…) are syntax, not calls.
      const bool syntax = ends_in_star(out) ||
                          std::any_of(nodes[i + 1].children.begin(), nodes[i + 1].children.end(),
                                      [](const Node& n) { return is_word(n, "from"); });
      if (!syntax && layer_name(site.name) != site.name) node.text = layer_name(site.name);
    }
    if (rule == nullptr) {
      out.push_back(std::move(node));
      ++i;
      continue;
    }
    site.at = node.at;
    site.gap = node.gap;
    site.inside = std::move(nodes[i + 1].children);
    site.context = {.filter = filter};
    const std::size_t end = take_after(nodes, i + 2, site.after);
    BACKTRAIL_ASSIGN(auto made, rule(site));
    if (made) {
      if (!made->empty()) made->front().gap = site.gap;
      append(out, std::move(*made));
    } else {
      nodes[i + 1].children = std::move(site.inside);
      out.push_back(std::move(node));
      out.push_back(std::move(nodes[i + 1]));
    }
    // A rule that does not want what follows leaves it.
    append(out, std::move(site.after));
    i = end;
  }
  nodes = std::move(out);
  return {};
}

bool is_query(const Nodes& nodes) {
  return !nodes.empty() && (is_word(nodes[0], "select") || is_word(nodes[0], "with") ||
                            is_word(nodes[0], "values") || is_word(nodes[0], "from"));
}

/// Rewrites groups first, then the sequence they stand in. Depth is bounded by the tokenizer.
Result<void> rewrite_sequence(Nodes& nodes, Context context) {
  bool filter = context.filter;
  for (Node& node : nodes) {
    if (is_word(node, "where") || is_word(node, "on") || is_word(node, "having")) filter = true;
    if (is_word(node, "select") || is_word(node, "group") || is_word(node, "order") ||
        is_word(node, "join"))
      filter = false;
    if (node.kind != TokenKind::group) continue;
    const bool inner = is_query(node.children);
    BACKTRAIL_RETURN_IF_ERROR(rewrite_sequence(node.children, {.filter = filter && !inner}));
  }
  rewrite_literals(nodes);
  rewrite_time_zones(nodes);
  BACKTRAIL_RETURN_IF_ERROR(rewrite_calls(nodes, context));
  rewrite_operators(nodes);
  rewrite_values(nodes);
  rewrite_unnest(nodes);
  rewrite_row_limits(nodes);
  return {};
}

/// unsupported() carries the offset in its id.
Error with_place(Error error, std::string_view query) {
  const auto mark = error.id.find('@');
  if (mark == std::string::npos) return error;
  const std::size_t offset = std::strtoul(error.id.c_str() + mark + 1, nullptr, 10);
  error.id.resize(mark);
  error.message = fmt::format("{}: {}", place_of(query, offset), error.message);
  return error;
}

}  // namespace

std::size_t Rewritten::original_offset(std::size_t offset) const {
  const auto after =
      std::upper_bound(anchors.begin(), anchors.end(), offset,
                       [](std::size_t o, const Anchor& a) { return o < a.rewritten; });
  return after == anchors.begin() ? 0 : (after - 1)->original;
}

Result<Rewritten> rewrite(std::string_view query) {
  BACKTRAIL_ASSIGN(Nodes nodes, parse_tokens(query));
  while (!nodes.empty() && is_symbol(nodes.back(), ";")) nodes.pop_back();
  std::vector<Note> notes = notes_on(nodes);
  learn_alias_kinds(nodes);
  std::vector<Note> table_notes = rewrite_table_names(nodes);
  // An event data store's eventtime is a timestamp, compared as such.
  if (std::any_of(table_notes.begin(), table_notes.end(), [](const Note& n) { return n.id == kEventDataStoreNote; }))
    std::erase_if(notes, [](const Note& n) { return n.id == "sql.note.text_time"; });
  for (Note& note : rewrite_json_members(nodes)) table_notes.push_back(std::move(note));
  notes.insert(notes.end(), std::make_move_iterator(table_notes.begin()),
               std::make_move_iterator(table_notes.end()));
  name_result_columns(nodes);
  if (auto done = rewrite_sequence(nodes, {}); !done) return with_place(done.error(), query);
  Rewritten rewritten = write_tokens(nodes);
  rewritten.notes = std::move(notes);
  return rewritten;
}

}  // namespace backtrail::store::trino
