#include "sigma/detail/disjunction.h"

namespace backtrail::sigma::detail {
namespace {

enum class Need : std::uint8_t { none, wanted, unwanted };
using Needs = std::vector<Need>;  // by rule
using Alternatives = std::vector<Needs>;

/// Both at once, or nullopt when they contradict each other.
std::optional<Needs> both(const Needs& a, const Needs& b) {
  Needs out = a;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (b[i] == Need::none) continue;
    if (out[i] != Need::none && out[i] != b[i]) return std::nullopt;
    out[i] = b[i];
  }
  return out;
}

std::optional<Alternatives> expand(const RuleExpression& e, bool positive, std::size_t rules) {
  using Kind = RuleExpression::Kind;
  if (e.kind == Kind::not_) return expand(e.children.front(), !positive, rules);
  if (e.kind == Kind::rule) {
    Needs needs(rules, Need::none);
    needs[e.rule] = positive ? Need::wanted : Need::unwanted;
    return Alternatives{std::move(needs)};
  }
  const bool any = (e.kind == Kind::any_of) == positive;
  Alternatives out;
  if (!any) out.emplace_back(rules, Need::none);
  for (const RuleExpression& child : e.children) {
    const auto expanded = expand(child, positive, rules);
    if (!expanded) return std::nullopt;
    if (any) {
      out.insert(out.end(), expanded->begin(), expanded->end());
    } else {
      Alternatives product;
      for (const Needs& left : out)
        for (const Needs& right : *expanded)
          if (auto merged = both(left, right)) product.push_back(std::move(*merged));
      out = std::move(product);
    }
    if (out.size() > kMaxConjunctions) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<std::vector<Conjunction>> disjunction_of(const RuleExpression& expr,
                                                       std::size_t rules) {
  const auto alternatives = expand(expr, true, rules);
  if (!alternatives) return std::nullopt;
  std::vector<Conjunction> out;
  for (const Needs& needs : *alternatives) {
    Conjunction& c = out.emplace_back();
    for (std::uint32_t i = 0; i < rules; ++i) {
      if (needs[i] == Need::wanted) c.wanted.push_back(i);
      if (needs[i] == Need::unwanted) c.unwanted.push_back(i);
    }
  }
  return out;
}

}  // namespace backtrail::sigma::detail
