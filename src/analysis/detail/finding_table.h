#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/detail/detection.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "model/finding.h"
#include "sigma/sigma.h"
#include "store/store.h"

/// Tables `rules`, `correlation_hits` and `findings`.
namespace backtrail::analysis {

/// A rule that ran, and where it came from ("builtin", or the file's path).
struct RanRule {
  const sigma::RuleInfo* info = nullptr;
  std::string source{};
};

/// Puts the results of these rules in the place of what the tables hold of them. Rows of other
/// rules stay.
[[nodiscard]] Result<void> replace_results(store::Store& store, const std::vector<RanRule>& ran,
                                           const std::vector<Detection>& detections,
                                           Grouping& findings);

/// Removes hits (on evidence up to `last_item`), correlation hits and findings of rules that are
/// not among these; gives the number of findings removed. Table `rules` still describes them.
[[nodiscard]] Result<std::uint64_t> prune_results(store::Store& store,
                                                  const std::vector<RanRule>& ran,
                                                  std::uint32_t last_item);

/// The findings of other tools in evidence up to `last_item`, each in its last version and once, whoever passed it on,
/// by their ids. Gives their number.
[[nodiscard]] Result<std::uint64_t> each_external_finding(store::Engine& engine, std::uint32_t last_item,
                                                          FunctionRef<Result<void>(const model::Finding&)> finding,
                                                          std::stop_token stop);

/// Puts them in the place of those that table `findings` holds; gives their number.
[[nodiscard]] Result<std::uint64_t> replace_external_findings(store::Store& store, std::uint32_t last_item,
                                                              std::stop_token stop);

/// All findings with the state that the analyst gave them last, in order (`put_in_order`).
[[nodiscard]] Result<std::vector<model::Finding>> read_findings(store::Engine& engine,
                                                                std::stop_token stop);

}  // namespace backtrail::analysis
