#include "sigma/detail/tests_table.h"

#include "base/hash.h"

namespace backtrail::sigma::detail {
namespace {

/// What tells most patterns apart; equality is decided by comparing.
std::string_view essence(const Pattern& pattern) {
  struct Visitor {
    std::string_view operator()(const TextPattern& p) const {
      return p.tokens.empty() ? p.text : p.tokens.back().text;
    }
    std::string_view operator()(const NumberPattern& p) const { return p.text; }
    std::string_view operator()(const RegexPattern& p) const { return p.source; }
    std::string_view operator()(const CidrPattern& p) const { return p.text; }
    std::string_view operator()(const ComparePattern& p) const { return p.text; }
    std::string_view operator()(const TimePartPattern&) const { return "time"; }
    std::string_view operator()(const NullPattern&) const { return "null"; }
    std::string_view operator()(const ExistsPattern&) const { return "exists"; }
    std::string_view operator()(const FieldRefPattern& p) const { return p.field; }
  };
  return std::visit(Visitor{}, pattern);
}

}  // namespace

std::uint32_t TestTable::intern(FieldTest test) {
  std::uint64_t hash = hash64(test.field);
  for (const Pattern& p : test.any) hash = hash64(essence(p), hash + p.index());
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto it = begin; it != end; ++it)
    if (tests_[it->second] == test) return it->second;
  const auto index = static_cast<std::uint32_t>(tests_.size());
  tests_.push_back(std::move(test));
  by_hash_.emplace(hash, index);
  return index;
}

}  // namespace backtrail::sigma::detail
