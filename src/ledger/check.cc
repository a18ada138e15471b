#include <algorithm>

#include "base/file.h"
#include "ledger/detail/checker.h"
#include "ledger/ledger.h"

namespace backtrail::ledger {
namespace fs = std::filesystem;

bool Report::ok() const {
  return std::none_of(problems.begin(), problems.end(), [](const Problem& p) { return p.fault; });
}

Report check(const CheckInput& input, FunctionRef<void(const Entry&)> each) {
  return Checker(input).run(each);
}

Files files_in(const fs::path& folder) {
  return {
      .ledger = folder / "ledger.jsonl", .seal = folder / "ledger.seal", .keys = folder / "keys"};
}

std::vector<PublicKey> load_keys(const fs::path& folder) {
  std::vector<PublicKey> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->path().extension() != ".pub" || !it->is_regular_file(ignored)) continue;
    const auto pem = read_file(it->path(), 4096);
    if (!pem) continue;
    auto key = PublicKey::from_pem(*pem);
    if (key && key->fingerprint() == it->path().stem()) out.push_back(*std::move(key));
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.fingerprint() < b.fingerprint(); });
  return out;
}

}  // namespace backtrail::ledger
