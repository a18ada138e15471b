#include "sigma/match/dispatch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <set>

#include "base/case_folding.h"
#include "sigma/match/scalar_match.h"
#include "sigma/match/text_hash.h"

namespace backtrail::sigma::match {
namespace {

constexpr std::size_t kShort = 512;  // longer texts are folded on the heap

std::uint64_t length_bit(std::size_t length) {
  return std::uint64_t{1} << std::min<std::size_t>(length, 63);
}

}  // namespace

void Dispatch::build(const std::vector<std::vector<Requirement>>& requirements) {
  std::map<int, std::set<std::string>> distinct;
  for (const auto& list : requirements)
    for (const Requirement& r : list) distinct[r.slot].insert(r.literals.begin(), r.literals.end());

  std::map<int, std::vector<std::pair<std::string, std::uint32_t>>> by_slot;
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    const auto program = static_cast<std::uint32_t>(i);
    const Requirement* best = nullptr;
    for (const Requirement& r : requirements[i])
      if (best == nullptr || distinct[r.slot].size() > distinct[best->slot].size()) best = &r;
    if (best == nullptr) {
      always_.push_back(program);
      continue;
    }
    for (const std::string& literal : best->literals)
      by_slot[best->slot].emplace_back(literal, program);
  }
  for (auto& [slot, literals] : by_slot) add_table(slot, std::move(literals));
}

void Dispatch::add_table(int slot, std::vector<std::pair<std::string, std::uint32_t>> literals) {
  std::sort(literals.begin(), literals.end());
  Table table{.slot = slot};
  table.entries.resize(std::bit_ceil(literals.size() * 2 + 2));
  const std::size_t mask = table.entries.size() - 1;
  for (std::size_t i = 0; i < literals.size();) {
    const std::string& text = literals[i].first;
    Entry e{.hash = text_hash(text),
            .text = static_cast<std::uint32_t>(texts_.size()),
            .length = static_cast<std::uint32_t>(text.size()),
            .first = static_cast<std::uint32_t>(programs_.size())};
    for (; i < literals.size() && literals[i].first == text; ++i) {
      programs_.push_back(literals[i].second);
      table.all.push_back(literals[i].second);
    }
    e.count = static_cast<std::uint32_t>(programs_.size()) - e.first;
    texts_ += text;
    table.lengths |= length_bit(text.size());
    std::size_t at = e.hash & mask;
    while (table.entries[at].count != 0) at = (at + 1) & mask;
    table.entries[at] = e;
  }
  std::sort(table.all.begin(), table.all.end());
  table.all.erase(std::unique(table.all.begin(), table.all.end()), table.all.end());
  tables_.push_back(std::move(table));
}

void Dispatch::look_up(const Table& table, std::string_view folded,
                       std::vector<std::uint32_t>& out) const {
  if ((table.lengths & length_bit(folded.size())) == 0) return;
  const std::uint32_t hash = text_hash(folded);
  const std::size_t mask = table.entries.size() - 1;
  for (std::size_t at = hash & mask; table.entries[at].count != 0; at = (at + 1) & mask) {
    const Entry& e = table.entries[at];
    if (e.hash != hash || std::string_view(texts_).substr(e.text, e.length) != folded) continue;
    const auto first = programs_.begin() + e.first;
    out.insert(out.end(), first, first + e.count);
    return;
  }
}

void Dispatch::candidates(const model::Record& record, std::vector<std::uint32_t>& out) const {
  for (const Table& table : tables_) {
    const model::Value& v = record.at(table.slot);
    const auto text = scalar_text(v);
    if (!text) {
      // Text rules look into objects and arrays: rare here, so all are tried.
      if (v.kind == model::Value::Kind::object || v.kind == model::Value::Kind::array)
        out.insert(out.end(), table.all.begin(), table.all.end());
      continue;
    }
    std::array<char, kShort> buffer;
    if (text->size() <= kShort && fold_ascii(*text, buffer.data())) {
      look_up(table, {buffer.data(), text->size()}, out);
    } else {
      look_up(table, fold_case(*text), out);
    }
  }
}

}  // namespace backtrail::sigma::match
