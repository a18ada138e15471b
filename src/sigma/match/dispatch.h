#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "sigma/match/requirement.h"

namespace backtrail::sigma::match {

/// Finds the programs that a record could satisfy: a look-up of the folded text in one hash table
/// per indexed slot. Immutable after `build`.
class Dispatch {
 public:
  /// Chooses a slot for each program that has requirements: the one whose literals tell most
  /// programs apart. `requirements[i]` belongs to program i.
  void build(const std::vector<std::vector<Requirement>>& requirements);

  /// Programs that must be tried on every record.
  [[nodiscard]] std::span<const std::uint32_t> always() const { return always_; }

  /// Appends the candidates of this record, each once, in no particular order.
  void candidates(const model::Record& record, std::vector<std::uint32_t>& out) const;

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t text = 0;  // offset into texts_
    std::uint32_t length = 0;
    std::uint32_t first = 0;  // into programs_
    std::uint32_t count = 0;  // 0: empty entry
  };
  /// Open addressing, at most half full.
  struct Table {
    int slot = 0;
    std::vector<Entry> entries{};
    std::uint64_t lengths = 0;         // bit n: some literal is n bytes long (63: or longer)
    std::vector<std::uint32_t> all{};  // every program of the table: for values that are no text
  };

  void add_table(int slot, std::vector<std::pair<std::string, std::uint32_t>> literals);
  void look_up(const Table& table, std::string_view folded, std::vector<std::uint32_t>& out) const;

  std::vector<Table> tables_{};
  std::string texts_{};
  std::vector<std::uint32_t> programs_{};
  std::vector<std::uint32_t> always_{};
};

}  // namespace backtrail::sigma::match
