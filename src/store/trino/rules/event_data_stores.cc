#include <algorithm>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

/// An event data store's id as CloudTrail Lake takes it: 8-4-4-4-12 hexadecimal digits without
/// quotes, which are several tokens. Its end, or `at`.
std::size_t uuid_end(const Nodes& nodes, std::size_t at, std::string& text) {
  std::size_t i = at;
  for (; i < nodes.size() && text.size() < 36; ++i) {
    if (i > at && nodes[i].gap != 0) break;
    const Node& n = nodes[i];
    if (n.kind != TokenKind::word && n.kind != TokenKind::number && !is_symbol(n, "-")) break;
    text += n.text;
  }
  if (text.size() != 36) return at;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const bool dash = k == 8 || k == 13 || k == 18 || k == 23;
    const char c = static_cast<char>(text[k] | 0x20);
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? text[k] != '-' : !hex) return at;
  }
  return i;
}

/// Whether a placeholder stands for an event data store: `EDS ID`, `event_data_store_id`.
bool is_store_name(std::string_view text) {
  std::string letters;
  for (const char c : to_lower_ascii(text))
    if (c >= 'a' && c <= 'z') letters += c;
  return letters.find("eventdatastore") != std::string::npos || letters == "eds" || letters == "edsid";
}

/// `<…>` as AWS's samples write what is to be filled in. Its end, or `at`.
std::size_t angle_end(const Nodes& nodes, std::size_t at, std::string& text) {
  constexpr std::size_t kMostWords = 8;
  if (!is_symbol(nodes[at], "<")) return at;
  for (std::size_t i = at + 1; i < nodes.size() && i <= at + kMostWords; ++i) {
    if (is_symbol(nodes[i], ">")) return i > at + 1 ? i + 1 : at;
    if (nodes[i].kind != TokenKind::word) return at;
    text += (text.empty() ? "" : " ") + nodes[i].text;
  }
  return at;
}

}  // namespace

std::optional<EventDataStore> event_data_store_at(const Nodes& nodes, std::size_t at) {
  if (at >= nodes.size()) return std::nullopt;
  std::string text;
  if (const std::size_t end = uuid_end(nodes, at, text); end != at) return EventDataStore{.name = text, .end = end};
  text.clear();
  if (const std::size_t end = angle_end(nodes, at, text); end != at && is_store_name(text))
    return EventDataStore{.name = text, .end = end};
  const Node& node = nodes[at];
  const bool variable = node.kind == TokenKind::symbol && node.text.size() > 1 && node.text[0] == '$';
  if (variable && is_store_name(node.text)) return EventDataStore{.name = node.text.substr(1), .end = at + 1};
  if (is_word(node, "config_event_data_store_id")) return EventDataStore{.name = node.text, .end = at + 1};
  return std::nullopt;
}

}  // namespace backtrail::store::trino
