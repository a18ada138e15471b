#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sample/scene.h"

namespace backtrail::sample {

/// A call of the catalogue; `$bucket`, `$account` and `$instance` in the request are filled in.
struct Template {
  std::string_view service{};
  std::string_view name{};
  std::string_view request_json{};  // empty: null
  std::string_view error_code{};
  std::string_view error_message{};
};

/// What a console page asks for when it opens.
[[nodiscard]] const std::vector<std::vector<Template>>& console_pages();
/// Single reads as typed on a command line.
[[nodiscard]] const std::vector<Template>& command_line_reads();
/// Small changes of a working day.
[[nodiscard]] const std::vector<Template>& daily_changes();
/// The reads of one sweep of a posture scanner.
[[nodiscard]] const std::vector<Template>& posture_reads();

/// Values for the places in a template.
struct Places {
  std::string bucket{};
  std::string instance{};
};
[[nodiscard]] Call make_call(const Template& from, const Places& places, const Actor& actor,
                             std::string_view region, bool read_only = true);

/// A call on a bucket; `members` join the request after the bucket's name.
[[nodiscard]] Call bucket_call(std::string_view name, std::string_view bucket,
                               std::string_view region, bool read_only = true,
                               Json::Object members = {});
/// A data event on one object.
[[nodiscard]] Call object_read(std::string_view bucket, std::string_view key,
                               std::string_view region, std::string_view bucket_owner);

/// `call` refused for want of permission, spelled as its service spells it: most services then
/// leave the request out, EC2 and S3 keep it.
[[nodiscard]] Call denied(Call call, const Actor& actor, std::string_view resource = "*",
                          std::string_view reason = {});
inline constexpr std::string_view kServiceControlPolicy =
    "with an explicit deny in a service control policy";

}  // namespace backtrail::sample
