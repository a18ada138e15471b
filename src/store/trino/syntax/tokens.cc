#include "store/trino/syntax/tokens.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace backtrail::store::trino {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & '\x80') != 0;
}
bool continues_name(char c) { return starts_name(c) || is_digit(c) || c == '$'; }

constexpr std::array<std::string_view, 12> kLongSymbols = {"->>", "->", "=>", "<=", ">=", "<>",
                                                           "!=",  "||", "::", ":=", "==", "!~"};

Error syntax_error(std::string_view query, std::size_t at, std::string_view what) {
  return invalid_argument("sql.syntax", fmt::format("{}: {}", place_of(query, at), what));
}

class Scanner {
 public:
  explicit Scanner(std::string_view query) : query_(query) {}

  Result<Nodes> run() {
    // Groups still open, innermost last; the first is the query itself.
    std::vector<Node> open(1);
    while (true) {
      BACKTRAIL_ASSIGN(const char gap, skip_space());
      if (at_ == query_.size()) break;
      const char c = query_[at_];
      if (c == '(' || c == '[' || c == '{') {
        if (open.size() > kMaxDepth)
          return invalid_argument("sql.too_deep", fmt::format("{}: more than {} open brackets",
                                                              place_of(query_, at_), kMaxDepth));
        open.push_back(
            {.kind = TokenKind::group, .text = std::string(1, c), .at = here(), .gap = gap});
        ++at_;
      } else if (c == ')' || c == ']' || c == '}') {
        if (open.size() == 1)
          return syntax_error(query_, at_, fmt::format("'{}' closes nothing", c));
        Node group = std::move(open.back());
        open.pop_back();
        if (closing(group) != c)
          return syntax_error(query_, at_,
                              fmt::format("'{}' does not close the '{}' at {}", c, group.text,
                                          place_of(query_, group.at)));
        group.end = here();
        open.back().children.push_back(std::move(group));
        ++at_;
      } else {
        BACKTRAIL_ASSIGN(Node token, scan_token());
        token.gap = gap;
        open.back().children.push_back(std::move(token));
      }
    }
    if (open.size() > 1)
      return syntax_error(query_, open.back().at,
                          fmt::format("'{}' is never closed", open.back().text));
    return std::move(open.front().children);
  }

  static char closing(const Node& group) {
    return group.text == "(" ? ')' : group.text == "[" ? ']' : '}';
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(at_); }
  char peek(std::size_t ahead) const {
    return at_ + ahead < query_.size() ? query_[at_ + ahead] : '\0';
  }

  /// Passes white space and comments; says what to write in their place.
  Result<char> skip_space() {
    char gap = 0;
    while (at_ < query_.size()) {
      const char c = query_[at_];
      if (is_space(c)) {
        if (gap != '\n') gap = c == '\n' ? '\n' : ' ';
        ++at_;
      } else if (c == '-' && peek(1) == '-') {
        at_ = query_.find('\n', at_);
        if (at_ == std::string_view::npos) at_ = query_.size();
        if (gap == 0) gap = ' ';
      } else if (c == '/' && peek(1) == '*') {
        const auto end = query_.find("*/", at_ + 2);
        if (end == std::string_view::npos)
          return syntax_error(query_, at_, "the comment '/*' is never closed");
        at_ = end + 2;
        if (gap == 0) gap = ' ';
      } else {
        break;
      }
    }
    return gap;
  }

  Node token(TokenKind kind, std::size_t from) const {
    return {.kind = kind,
            .text = std::string(query_.substr(from, at_ - from)),
            .at = static_cast<std::uint32_t>(from)};
  }

  Result<Node> scan_token() {
    const std::size_t from = at_;
    const char c = query_[at_];
    if (c == '\0') return syntax_error(query_, at_, "a zero byte");
    if (c == '\'') return scan_quoted(TokenKind::string, '\'', "string");
    if (c == '"') return scan_quoted(TokenKind::quoted, '"', "quoted name");
    if (c == '`') return scan_backquoted();
    if ((c == 'e' || c == 'E') && peek(1) == '\'') return scan_escape_string();
    if (c == '$' && (peek(1) == '$' || starts_name(peek(1)))) {
      BACKTRAIL_ASSIGN(const bool found, scan_dollar_string());
      if (found) return token(TokenKind::string, from);
    }
    if (starts_name(c)) {
      while (at_ < query_.size() && continues_name(query_[at_])) ++at_;
      return token(TokenKind::word, from);
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      scan_number();
      return token(TokenKind::number, from);
    }
    if (c == '$' || c == '?') {
      ++at_;
      while (at_ < query_.size() && continues_name(query_[at_])) ++at_;
      return token(TokenKind::symbol, from);
    }
    for (const auto symbol : kLongSymbols)
      if (query_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return token(TokenKind::symbol, from);
      }
    ++at_;
    return token(TokenKind::symbol, from);
  }

  Result<Node> scan_quoted(TokenKind kind, char quote, std::string_view what) {
    const std::size_t from = at_++;
    bool doubled = false;
    while (true) {
      at_ = query_.find(quote, at_);
      if (at_ == std::string_view::npos)
        return syntax_error(query_, from,
                            fmt::format("the {} is never closed{}", what,
                                        doubled ? fmt::format("; {0}{0} in it stands for one {0}: is one too many?", quote) : ""));
      ++at_;
      if (peek(0) != quote) break;
      doubled = true;
      ++at_;
    }
    Node node = token(kind, from);
    if (node.text.find('\0') != std::string::npos) return syntax_error(query_, from, "a zero byte");
    return node;
  }

  /// Hive's quotes; Trino knows only double ones.
  Result<Node> scan_backquoted() {
    BACKTRAIL_ASSIGN(Node node, scan_quoted(TokenKind::quoted, '`', "quoted name"));
    node.text = quote_name(std::string_view(node.text).substr(1, node.text.size() - 2));
    return node;
  }

  Result<Node> scan_escape_string() {
    const std::size_t from = at_;
    for (at_ += 2; at_ < query_.size(); ++at_) {
      if (query_[at_] == '\\') {
        ++at_;
      } else if (query_[at_] == '\'') {
        if (peek(1) != '\'') {
          ++at_;
          return token(TokenKind::string, from);
        }
        ++at_;
      }
    }
    at_ = query_.size();
    return syntax_error(query_, from, "the string is never closed");
  }

  /// $$text$$ and $tag$text$tag$; false when it is no such string ($1, a lone $).
  Result<bool> scan_dollar_string() {
    std::size_t tag_end = at_ + 1;
    while (tag_end < query_.size() && (starts_name(query_[tag_end]) || is_digit(query_[tag_end])))
      ++tag_end;
    if (tag_end >= query_.size() || query_[tag_end] != '$') return false;
    const auto tag = query_.substr(at_, tag_end + 1 - at_);
    const auto end = query_.find(tag, tag_end + 1);
    if (end == std::string_view::npos)
      return syntax_error(query_, at_, "the string is never closed");
    at_ = end + tag.size();
    return true;
  }

  void scan_number() {
    const auto digits = [&] {
      while (is_digit(peek(0)) || (peek(0) == '_' && is_digit(peek(1)))) ++at_;
    };
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X' || peek(1) == 'b' || peek(1) == 'B')) {
      at_ += 2;
      while (continues_name(peek(0)) && at_ < query_.size()) ++at_;
      return;
    }
    digits();
    if (peek(0) == '.') {
      ++at_;
      digits();
    }
    const bool sign = peek(1) == '+' || peek(1) == '-';
    if ((peek(0) == 'e' || peek(0) == 'E') && is_digit(peek(sign ? 2 : 1))) {
      at_ += sign ? 2 : 1;
      digits();
    }
  }

  std::string_view query_;
  std::size_t at_ = 0;
};

bool runs_together(const Node& left, const Node& right) {
  const auto name_like = [](const Node& n) {
    return n.kind != TokenKind::symbol && n.kind != TokenKind::group;
  };
  const auto stands_alone = [](const Node& n) {
    return n.text == "." || n.text == "," || n.text == ";";
  };
  if (left.kind == TokenKind::symbol)
    return right.kind == TokenKind::symbol && !stands_alone(left) && !stands_alone(right);
  return name_like(left) && name_like(right);
}

void write(const Nodes& nodes, Rewritten& out) {
  const auto anchor = [&](std::uint32_t original) {
    out.anchors.push_back({static_cast<std::uint32_t>(out.sql.size()), original});
  };
  const Node* before = nullptr;
  for (const Node& node : nodes) {
    // Moved nodes must not run together with their new neighbour into another token.
    if (before != nullptr && node.gap != 0)
      out.sql += node.gap;
    else if (before != nullptr && runs_together(*before, node))
      out.sql += ' ';
    before = &node;
    anchor(node.at);
    out.sql += node.text;
    if (node.kind != TokenKind::group) continue;
    write(node.children, out);
    anchor(node.end);
    out.sql += Scanner::closing(node);
  }
}

}  // namespace

Result<Nodes> parse_tokens(std::string_view query) {
  if (query.size() > kMaxQueryBytes)
    return invalid_argument("sql.too_long",
                            fmt::format("the query has {}; at most {} are read",
                                        format_bytes(query.size()), format_bytes(kMaxQueryBytes)));
  return Scanner(query).run();
}

Rewritten write_tokens(const Nodes& nodes) {
  Rewritten out;
  write(nodes, out);
  return out;
}

std::string place_of(std::string_view query, std::size_t offset) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < offset && i < query.size(); ++i) {
    if (query[i] == '\n') {
      ++line;
      column = 1;
    } else if ((query[i] & '\xc0') != '\x80') {
      ++column;
    }
  }
  return fmt::format("line {}, column {}", line, column);
}

bool is_word(const Node& node, std::string_view lower_case_word) {
  return node.kind == TokenKind::word && equal_ignore_case_ascii(node.text, lower_case_word);
}
bool is_symbol(const Node& node, std::string_view symbol) {
  return node.kind == TokenKind::symbol && node.text == symbol;
}
bool is_group(const Node& node, char open) {
  return node.kind == TokenKind::group && node.text[0] == open;
}

namespace {
std::string undouble(std::string_view text, char quote) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == quote) ++i;
  }
  return out;
}
std::string enclose(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out += quote;
}
}  // namespace

std::string name_of(const Node& node) {
  return node.kind == TokenKind::quoted ? undouble(node.text, '"') : to_lower_ascii(node.text);
}
std::string text_of(const Node& node) { return undouble(node.text, '\''); }
std::string quote_text(std::string_view text) { return enclose(text, '\''); }
std::string quote_name(std::string_view name) { return enclose(name, '"'); }

std::vector<Nodes> split_at(Nodes nodes, std::string_view symbol) {
  std::vector<Nodes> parts;
  if (nodes.empty()) return parts;
  parts.emplace_back();
  for (Node& node : nodes) {
    if (is_symbol(node, symbol))
      parts.emplace_back();
    else
      parts.back().push_back(std::move(node));
  }
  return parts;
}

namespace {
std::size_t part_index(const Node& node) {
  const bool is_part =
      node.kind == TokenKind::symbol && node.text.size() == 2 && node.text[0] == '$';
  return is_part ? static_cast<std::size_t>(node.text[1] - '1') : std::string::npos;
}

void count_uses(const Nodes& nodes, std::vector<int>& uses) {
  for (const Node& node : nodes) {
    if (const auto i = part_index(node); i < uses.size()) ++uses[i];
    count_uses(node.children, uses);
  }
}

void substitute(Nodes& nodes, std::uint32_t at, std::vector<Nodes>& parts, std::vector<int>& uses) {
  Nodes out;
  for (Node& node : nodes) {
    const auto index = part_index(node);
    if (index == std::string::npos) {
      node.at = node.end = at;
      substitute(node.children, at, parts, uses);
      out.push_back(std::move(node));
      continue;
    }
    BACKTRAIL_CHECK(index < parts.size(), "a template names a part that is not given");
    Nodes part = --uses[index] > 0 ? parts[index] : std::move(parts[index]);
    if (!part.empty()) part.front().gap = node.gap;
    for (Node& piece : part) out.push_back(std::move(piece));
  }
  nodes = std::move(out);
}
}  // namespace

Nodes expand(std::string_view pattern, std::uint32_t at, std::vector<Nodes> parts) {
  auto nodes = parse_tokens(pattern);
  BACKTRAIL_CHECK(nodes.has_value(), pattern);
  std::vector<int> uses(parts.size());
  count_uses(*nodes, uses);
  substitute(*nodes, at, parts, uses);
  if (!nodes->empty()) nodes->front().gap = ' ';
  return std::move(*nodes);
}

}  // namespace backtrail::store::trino
