#include "sigma/detail/condition.h"

#include <fmt/format.h>

#include "base/text.h"

namespace backtrail::sigma::detail {
namespace {

constexpr std::size_t kMaxConditionBytes = 16 * 1024;
constexpr int kMaxNesting = 64;

struct Token {
  enum class Kind : std::uint8_t { word, open, close, end };
  Kind kind = Kind::end;
  std::string_view text{};
  std::size_t offset = 0;
};

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '*' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

class Parser {
 public:
  Parser(const ConditionText& text, Issues& issues) : text_(text), issues_(issues) {}

  std::optional<ConditionExpr> run() {
    if (text_.text.size() > kMaxConditionBytes)
      return fail(0, "the condition is longer than 16 KiB");
    if (!tokenize()) return std::nullopt;
    if (tokens_.size() == 1) return fail(0, "the condition is empty");
    auto expr = parse_or();
    if (!expr) return std::nullopt;
    if (peek().kind == Token::Kind::close) return fail(peek().offset, "this ) closes nothing");
    if (peek().kind != Token::Kind::end)
      return fail(peek().offset,
                  fmt::format("expected \"and\", \"or\" or the end before \"{}\"", peek().text));
    return expr;
  }

 private:
  using Maybe = std::optional<ConditionExpr>;

  std::nullopt_t fail(std::size_t offset, std::string message) {
    issues_.fail(text_.at(offset), "sigma.condition",
                 fmt::format("condition, character {}: {}", offset + 1, message));
    return std::nullopt;
  }

  bool tokenize() {
    const std::string_view s = text_.text;
    for (std::size_t i = 0; i < s.size();) {
      const char c = s[i];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++i;
      } else if (c == '(' || c == ')') {
        tokens_.push_back({c == '(' ? Token::Kind::open : Token::Kind::close, s.substr(i, 1), i});
        ++i;
      } else if (c == '|') {
        return issues_.fail(text_.at(i), "sigma.legacy_aggregation",
                            legacy_aggregation_message(trim(s.substr(i + 1)), ""));
      } else if (is_word_char(c)) {
        std::size_t end = i;
        while (end < s.size() && is_word_char(s[end])) ++end;
        tokens_.push_back({Token::Kind::word, s.substr(i, end - i), i});
        i = end;
      } else {
        fail(i, fmt::format("unexpected \"{}\"", escape_terminal(s.substr(i, 1))));
        return false;
      }
    }
    tokens_.push_back({Token::Kind::end, "the end", s.size()});
    return true;
  }

  [[nodiscard]] const Token& peek() const { return tokens_[next_]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }

  /// The word is this operator; upper case counts, with a warning.
  bool is_operator(const Token& token, std::string_view name) {
    if (token.kind != Token::Kind::word) return false;
    if (token.text == name) return true;
    if (token.text.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos ||
        to_lower_ascii(token.text) != name)
      return false;
    if (warned_at_ != token.offset + 1)
      issues_.warn(
          text_.at(token.offset), "sigma.upper_case_operator",
          fmt::format("write \"{}\" in lower case: other tools refuse \"{}\"", name, token.text));
    warned_at_ = token.offset + 1;
    return true;
  }

  Maybe parse_or() { return parse_list("or", ConditionExpr::Kind::any_of); }

  Maybe parse_list(std::string_view op, ConditionExpr::Kind kind) {
    const auto operand = [&] {
      return kind == ConditionExpr::Kind::any_of ? parse_list("and", ConditionExpr::Kind::all_of)
                                                 : parse_not();
    };
    auto first = operand();
    if (!first || !is_operator(peek(), op)) return first;
    ConditionExpr list{.kind = kind, .offset = first->offset};
    list.children.push_back(std::move(*first));
    while (is_operator(peek(), op)) {
      take();
      auto next = operand();
      if (!next) return std::nullopt;
      list.children.push_back(std::move(*next));
    }
    const ConditionExpr& last = list.children.back();
    list.length = last.offset + last.length - list.offset;
    return list;
  }

  Maybe parse_not() {
    if (!is_operator(peek(), "not")) return parse_primary();
    const std::size_t offset = take().offset;
    if (++nesting_ > kMaxNesting) return fail(offset, "nested too deeply");
    auto operand = parse_not();
    --nesting_;
    if (!operand) return std::nullopt;
    ConditionExpr expr{.kind = ConditionExpr::Kind::not_, .offset = offset};
    expr.length = operand->offset + operand->length - offset;
    expr.children.push_back(std::move(*operand));
    return expr;
  }

  Maybe parse_primary() {
    const Token token = take();
    if (token.kind == Token::Kind::open) {
      if (++nesting_ > kMaxNesting) return fail(token.offset, "nested too deeply");
      auto inner = parse_or();
      --nesting_;
      if (!inner) return std::nullopt;
      const Token close = take();
      if (close.kind != Token::Kind::close)
        return fail(close.offset, fmt::format("expected ) for the ( at character {}, got {}",
                                              token.offset + 1, quoted(close)));
      inner->offset = token.offset;
      inner->length = close.offset + 1 - token.offset;
      return inner;
    }
    if (token.kind != Token::Kind::word || reserved(token))
      return fail(token.offset,
                  fmt::format("expected a selection's name, \"1 of …\", \"all of …\", "
                              "\"not\" or (, got {}",
                              quoted(token)));
    if (is_operator(peek(), "of")) return parse_of(token);
    if (token.text.find('*') != std::string_view::npos)
      return fail(
          token.offset,
          fmt::format("the pattern \"{0}\" needs \"1 of {0}\" or \"all of {0}\"", token.text));
    return ConditionExpr{.kind = ConditionExpr::Kind::name,
                         .name = std::string(token.text),
                         .offset = token.offset,
                         .length = token.text.size()};
  }

  Maybe parse_of(const Token& quantifier) {
    const bool all = is_operator(quantifier, "all");
    if (!all && quantifier.text != "1" && !is_operator(quantifier, "any"))
      return fail(
          quantifier.offset,
          fmt::format("\"{} of\" does not exist; expected \"1 of\", \"any of\" or \"all of\"",
                      quantifier.text));
    take();
    const Token target = take();
    if (target.kind != Token::Kind::word || reserved(target))
      return fail(
          target.offset,
          fmt::format("expected \"them\" or a pattern such as filter_*, got {}", quoted(target)));
    return ConditionExpr{
        .kind = all ? ConditionExpr::Kind::all_of_pattern : ConditionExpr::Kind::one_of_pattern,
        .name = std::string(target.text),
        .offset = quantifier.offset,
        .length = target.offset + target.text.size() - quantifier.offset};
  }

  static std::string quoted(const Token& t) {
    return t.kind == Token::Kind::end ? "the end" : fmt::format("\"{}\"", t.text);
  }
  bool reserved(const Token& t) {
    return is_operator(t, "and") || is_operator(t, "or") || is_operator(t, "not") ||
           is_operator(t, "of");
  }

  const ConditionText& text_;
  Issues& issues_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t warned_at_ = 0;
  int nesting_ = 0;
};

}  // namespace

Place ConditionText::at(std::size_t offset) const {
  if (place.line == 0 || text.find('\n') != std::string_view::npos) return place;
  return {place.line, place.column + static_cast<int>(offset) + (plain ? 0 : 1)};
}

std::optional<ConditionExpr> parse_condition(const ConditionText& text, Issues& issues) {
  return Parser(text, issues).run();
}

bool has_not(const ConditionExpr& expr) {
  if (expr.kind == ConditionExpr::Kind::not_) return true;
  for (const ConditionExpr& child : expr.children)
    if (has_not(child)) return true;
  return false;
}

}  // namespace backtrail::sigma::detail
