#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/detail/known.h"
#include "analysis/detail/sensitive_calls.h"
#include "base/result.h"
#include "store/store.h"

/// The parts of a case's summary.
namespace backtrail::analysis {

struct Principals {
  std::vector<PrincipalSummary>
      listed{};  // by interest, events, name; at most `limit` unless that is 0
  std::uint64_t total = 0;
};
[[nodiscard]] Result<Principals> principal_summaries(store::Engine& engine,
                                                     const TimeWindow& window,
                                                     const SensitiveCalls& sensitive,
                                                     const Known& known,
                                                     const std::vector<model::Finding>& findings,
                                                     std::size_t limit, std::stop_token stop);

/// Fills `activity` and `activity_step` from `first` to `last`.
[[nodiscard]] Result<void> fill_activity(store::Engine& engine, const TimeWindow& window,
                                         CaseSummary& summary, std::stop_token stop);
/// The shortest step of a round length that covers the span with at most 200 bars.
[[nodiscard]] std::chrono::seconds activity_step(Timestamp first, Timestamp last);

/// At most three. Reads everything else of the summary.
[[nodiscard]] std::vector<Advice> look_first(const CaseSummary& summary,
                                                  const std::string& directory);

/// By count (highest first), then name.
void put_in_order(std::vector<NameCount>& counts);
/// "root", "user", "role", … from the stable name and userIdentity.type.
[[nodiscard]] std::string principal_kind(std::string_view principal, std::string_view type);
/// Acts for AWS, not for a customer: a service, or its service-linked role.
[[nodiscard]] bool is_aws_itself(const PrincipalSummary& p);
/// docs/analysis.md, "Interest".
[[nodiscard]] double interest_of(const PrincipalSummary& p,
                                 const std::vector<const model::Finding*>& findings,
                                 double sensitive_succeeded, double sensitive_failed);

}  // namespace backtrail::analysis
