#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "base/time.h"

/// How values read in sentences and tables for people.
namespace backtrail::report {

/// `1 file`, `2,300 files`
[[nodiscard]] std::string plural(std::uint64_t n, std::string_view one, std::string_view many = "");
/// `2023-07-10 11:42:31` (UTC, whole seconds), `no time` for none.
[[nodiscard]] std::string short_time(const std::optional<Timestamp>& t);
/// `3 days`, `26 min`, `4 s`: the two largest units at most.
[[nodiscard]] std::string duration(std::chrono::microseconds d);
/// `1,204 events in 2.1 s`'s last part.
[[nodiscard]] std::string seconds_text(double seconds);
/// The name that tells most of a principal: `user/bert`, `role/Admin`, `ec2.amazonaws.com`; the
/// account goes before it when `with_account`.
[[nodiscard]] std::string short_principal(std::string_view arn, bool with_account = false);
/// The client that tells most of a user agent: `aws-cli/2.11.0`, `Boto3/1.26.3`, `console`.
[[nodiscard]] std::string short_user_agent(std::string_view user_agent);
/// `own network, known scanner`
[[nodiscard]] std::string marks_text(const std::vector<std::string>& marks);
/// `us-east-1 (10,233), eu-west-1 (12), 3 more`; `198.51.100.7 [own network] (12)`
[[nodiscard]] std::string top_counts(const std::vector<analysis::NameCount>& counts,
                                     std::size_t most);
/// `1 critical, 10 high`; empty for none.
[[nodiscard]] std::string severity_counts(const std::vector<model::Finding>& findings);
/// `a, b, 3 more`
[[nodiscard]] std::string top_names(const std::vector<std::string>& names, std::size_t most);

}  // namespace backtrail::report
