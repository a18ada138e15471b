#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/detail/principal_filter.h"
#include "base/network.h"

namespace backtrail::analysis {

/// Tells own from foreign: what the case's context says of accounts, principals and addresses, as
/// marks. docs/analysis.md, "Own and foreign".
class Known {
 public:
  /// Own accounts are those of the context, else every account whose log it is.
  [[nodiscard]] static Result<Known> of(casefile::Case& kase, std::stop_token stop = {});

  /// "break_glass", "foreign_account", "responder", "scanner".
  [[nodiscard]] std::vector<std::string> of_principal(std::string_view principal) const;
  /// "own_network", "scanner".
  [[nodiscard]] std::vector<std::string> of_address(std::string_view address) const;
  /// "foreign_account".
  [[nodiscard]] std::vector<std::string> of_account(std::string_view id) const;
  /// The account's name, or empty.
  [[nodiscard]] std::string account_name(std::string_view id) const;
  /// What holds for all that was seen: responder and scanner when everything came from them, the
  /// others when anything did.
  [[nodiscard]] std::vector<std::string> of_finding(const model::Finding& finding) const;

  /// The lists for rules' placeholders: "own_accounts", "own_networks", "scanners", "break_glass",
  /// "responders"; without the empty ones.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> placeholders() const;

 private:
  explicit Known(const casefile::Context& context);

  casefile::Context context_;
  std::set<std::string, std::less<>> own_accounts_{};
  std::map<std::string, std::string, std::less<>> names_{};
  std::vector<Network> own_networks_{}, scanner_networks_{};
  std::vector<PrincipalFilter> scanners_{}, break_glass_{}, responders_{};
};

/// A known scanner or responder is behind it: it ranks low and is not what to look at first.
[[nodiscard]] bool is_expected(const std::vector<std::string>& marks);

}  // namespace backtrail::analysis
