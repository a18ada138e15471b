#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

constexpr std::array<std::string_view, 4> kJsonColumns = {"requestparameters", "responseelements",
                                                          "additionaleventdata", "serviceeventdetails"};

constexpr std::size_t kMostMembers = 32;  // of one path: each is a call around the others

bool is_name(const Node& node) { return node.kind == TokenKind::word || node.kind == TokenKind::quoted; }

/// A member's name as written: case counts in JSON.
std::string spelled(const Node& node) { return node.kind == TokenKind::quoted ? name_of(node) : node.text; }

class Members {
 public:
  std::vector<Note> rewrite(Nodes& nodes) {
    visit(nodes);
    return std::move(notes_);
  }

 private:
  void visit(Nodes& nodes) {
    Nodes out;
    for (std::size_t i = 0; i < nodes.size();) {
      visit(nodes[i].children);
      const std::size_t end = members_end(nodes, i);
      if (end == i) {
        out.push_back(std::move(nodes[i++]));
        continue;
      }
      take(nodes, i, end, out);
      i = end;
    }
    nodes = std::move(out);
  }

  /// Past `column.member.member`, or `at`.
  static std::size_t members_end(const Nodes& nodes, std::size_t at) {
    const std::string name = is_name(nodes[at]) ? to_lower_ascii(name_of(nodes[at])) : std::string();
    if (std::find(kJsonColumns.begin(), kJsonColumns.end(), name) == kJsonColumns.end()) return at;
    std::size_t end = at + 1;
    while (end + 1 < nodes.size() && is_symbol(nodes[end], ".") && is_name(nodes[end + 1])) end += 2;
    const bool called = end < nodes.size() && is_group(nodes[end], '(');
    return end == at + 1 || end > at + 1 + 2 * kMostMembers || called ? at : end;
  }

  void take(Nodes& nodes, std::size_t at, std::size_t end, Nodes& out) {
    Nodes column;
    if (out.size() >= 2 && is_symbol(out.back(), ".") && is_name(out[out.size() - 2])) {  // t.column
      column = {std::move(out[out.size() - 2]), std::move(out.back())};
      out.resize(out.size() - 2);
    }
    const std::uint32_t place = column.empty() ? nodes[at].at : column.front().at;
    const char gap = column.empty() ? nodes[at].gap : column.front().gap;
    std::string path = "$";
    for (std::size_t i = at + 2; i < end; i += 2) path += "." + spelled(nodes[i]);
    if (notes_.empty())
      notes_.push_back({nodes[at].at, "sql.note.json_member",
                        fmt::format("{0} is JSON text, of which a member is read here; Athena wants "
                                    "json_extract_scalar({0}, '{1}')",
                                    spelled(nodes[at]), path)});
    column.push_back(std::move(nodes[at]));
    Nodes value = std::move(column);
    for (std::size_t i = at + 2; i < end; i += 2)
      value = expand("trino_element_at($1, " + quote_text(spelled(nodes[i])) + ")", place, {std::move(value)});
    value.front().gap = gap;
    append(out, std::move(value));
  }

  std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> rewrite_json_members(Nodes& query) { return Members().rewrite(query); }

}  // namespace backtrail::store::trino
