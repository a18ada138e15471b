#include "base/text.h"
#include "sources/detail/syslog_years.h"
#include "sources/sources.h"
#include "sources/types/cloudfront_realtime_format.h"
#include "sources/types/generic.h"
#include "sources/types/types.h"
#include "sources/types/vpcflow_format.h"

namespace backtrail::sources {

Result<void> check(const ReadOptions& options) {
  if (!options.flow_format.empty()) {
    const auto flow = detail::flow_order_of(options.flow_format);
    const auto realtime = detail::realtime_order_of(options.flow_format);
    if (!(flow && !flow->empty()) && !(realtime && !realtime->empty())) {
      std::string unknown;
      for (const std::string_view word : split(options.flow_format, ' '))
        if (!word.empty() && detail::flow_field_of_word(word) == detail::kFlowFields.size() &&
            detail::realtime_fields().find(word) == detail::realtime_fields().size())
          unknown += (unknown.empty() ? " " : ", ") + std::string(word);
      return invalid_argument(
          "read.format",
          (unknown.empty() ? "--format names a field twice or none, or fields of two kinds of logs"
                           : "--format names what is no field of VPC flow logs or CloudFront real-time logs:" + unknown) +
              ". Give the fields of the log in their order, as AWS shows them: '${version} ${vpc-id} "
              "${interface-id} …' or 'timestamp c-ip sc-status …'");
    }
  }
  if (options.as.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") !=
          std::string::npos ||
      options.as.size() > 64)
    return invalid_argument("read.as", "--as takes a name of up to 64 letters, digits, '_', '-' and '.'");
  if (!options.as.empty() && find_log_type(options.as) != nullptr)
    return invalid_argument("read.as", "'" + options.as + "' is a log type that is recognised by itself; give "
                                           "your log another name");
  if (!options.time_field.empty() && options.as.empty())
    return invalid_argument("read.time_field", "--time-field goes with --as");
  if (!options.time_field.empty() && !detail::TimePlace::parse(options.time_field))
    return invalid_argument("read.time_field",
                            "--time-field takes a member's path or a word's number, and of times that are "
                            "numbers their unit: 'event.time', '3', 'ts:ms' (s, ms, us)");
  if (!detail::GivenYear::parse(options.year))
    return invalid_argument("read.year",
                            "--year takes the year of each file's first line (2024, from 1970 to 2100) or the day on "
                            "which the files were collected (2025-01-05)");
  return {};
}

std::string bearing_on(const model::LogType& type, const ReadOptions& options) {
  if (&type == &detail::vpcflow_type() || &type == &detail::cloudfront_realtime_type()) return options.flow_format;
  // What no other type takes.
  if (&type == &detail::generic_type() && !options.as.empty())
    return options.flow_format + "\n" + options.as + "\n" + options.time_field;
  if (&type == &detail::cloudwatch_log_type()) return options.flow_format + (options.as.empty() ? "" : "\nas");
  if (&type == &detail::host_auth_type() || &type == &detail::host_syslog_type()) return options.year;
  return {};
}

}  // namespace backtrail::sources
