#pragma once

#include <map>
#include <string>
#include <vector>

#include "casefile/casefile.h"
#include "ledger/ledger.h"

namespace backtrail::casefile {

/// A file of the case that the ledger vouches for.
struct Covered {
  std::string sha256{};
  std::uint64_t bytes = 0;
};

/// What the ledger says the case holds: its entries replayed. Tolerates ill-formed entries (a
/// damaged ledger is checked with what can still be read of it).
struct State {
  bool created = false;
  Json document{};            // case.json, of the version that wrote it
  std::string case_sha256{};  // of case.json
  std::vector<EvidenceItem> items{};
  std::map<std::string, Covered> kept{};  // files below rules/ and journal/, by path in the case
  std::uint64_t ill_formed = 0;           // entries or items that could not be understood

  void apply(const ledger::Entry& entry);
};

/// The item as the ledger holds it. A source that is no UTF-8 is kept as hex beside its readable
/// form.
[[nodiscard]] Json to_json(const EvidenceItem& item, Timestamp modified);

/// `evidence/a/b`: relative, below `folder`, without empty, `.` or `..` components.
[[nodiscard]] bool is_path_below(std::string_view path, std::string_view folder);

}  // namespace backtrail::casefile
