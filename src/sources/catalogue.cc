#include "sources/detail/catalogue.h"

#include <array>

#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/sources.h"
#include "sources/types/generic.h"
#include "sources/types/types.h"

namespace backtrail::sources {
namespace detail {

std::span<const JsonType> json_types() {
  static const std::array types = {
      guardduty_json(),
      vpcflow_json(),
      vpcflow_ocsf_json(),
      cloudwatch_alarm_json(),
      cloudwatch_metric_json(),
      config_json(),
      iam_entities_json(),
      iam_access_key_last_used_json(),
      securityhub_json(),
      inspector_json(),
      macie_json(),
      accessanalyzer_json(),
      detective_json(),
      detective_indicator_json(),
      waf_json(),
      route53resolver_json(),
      networkfirewall_json(),
      eks_audit_json(),
      ocsf_cloudtrail_json(),
      ocsf_flow_json(),
      ocsf_dns_json(),
      ocsf_http_json(),
      ocsf_finding_json(),
      ocsf_other_json(),
      apigateway_json(),
      cloudfront_realtime_json(),
      cloudfront_json(),
      windows_security_json(),
      windows_system_json(),
      windows_powershell_json(),
      windows_application_json(),
      windows_event_json(),
      eventbridge_json(),
  };
  return types;
}

std::span<const JsonWrapper> json_wrappers() {
  static constexpr auto wrappers = std::to_array<JsonWrapper>({
      open_event,
      open_subscription,
      open_log_event,
      open_metric_data,
      open_config_notice,
      open_credential_report,
      open_finding_list,
      open_indicators,
      open_windows_object,
  });
  return wrappers;
}

std::vector<std::unique_ptr<LineParser>> make_line_parsers(const ReaderOptions& options) {
  std::vector<std::unique_ptr<LineParser>> out;
  out.push_back(make_vpcflow_parser(options));
  out.push_back(make_iam_credential_report_parser());
  out.push_back(make_s3access_parser());
  out.push_back(make_alb_parser());
  out.push_back(make_nlb_parser());
  out.push_back(make_clb_parser());
  out.push_back(make_alb_connection_parser());
  out.push_back(make_cloudfront_parser());
  out.push_back(make_cloudfront_realtime_parser(options));
  out.push_back(make_route53_parser());
  out.push_back(make_globalaccelerator_parser());
  add_syslog_parsers(options, out);
  out.push_back(make_host_cloudinit_parser());
  out.push_back(make_host_history_parser());
  return out;
}

std::span<const LineWrapper> line_wrappers() {
  static constexpr std::array<LineWrapper, 2> wrappers = {open_export_line, open_windows_line};
  return wrappers;
}

}  // namespace detail

std::span<const model::LogType* const> log_types() {
  static const std::array types = {
      &cloudtrail_type(),
      &detail::vpcflow_type(),
      &detail::guardduty_type(),
      &detail::cloudwatch_log_type(),
      &detail::cloudwatch_alarm_type(),
      &detail::cloudwatch_metric_type(),
      &detail::config_type(),
      &detail::iam_credential_report_type(),
      &detail::iam_entities_type(),
      &detail::iam_access_key_last_used_type(),
      &detail::securityhub_type(),
      &detail::inspector_type(),
      &detail::macie_type(),
      &detail::accessanalyzer_type(),
      &detail::detective_type(),
      &detail::detective_indicator_type(),
      &detail::waf_type(),
      &detail::route53resolver_type(),
      &detail::networkfirewall_type(),
      &detail::eks_audit_type(),
      &detail::apigateway_type(),
      &detail::ocsf_cloudtrail_type(),
      &detail::ocsf_flow_type(),
      &detail::ocsf_dns_type(),
      &detail::ocsf_http_type(),
      &detail::ocsf_finding_type(),
      &detail::ocsf_other_type(),
      &detail::eventbridge_type(),
      &detail::s3access_type(),
      &detail::alb_type(),
      &detail::alb_connection_type(),
      &detail::nlb_type(),
      &detail::clb_type(),
      &detail::cloudfront_type(),
      &detail::cloudfront_realtime_type(),
      &detail::route53_type(),
      &detail::globalaccelerator_type(),
      &detail::host_auth_type(),
      &detail::host_syslog_type(),
      &detail::host_cloudinit_type(),
      &detail::host_history_type(),
      &detail::windows_security_type(),
      &detail::windows_system_type(),
      &detail::windows_powershell_type(),
      &detail::windows_application_type(),
      &detail::windows_event_type(),
      &detail::generic_type(),
  };
  return types;
}

std::size_t index_of(const model::LogType& type) {
  const auto types = log_types();
  for (std::size_t i = 0; i < types.size(); ++i)
    if (types[i] == &type) return i;
  return types.size();
}

std::optional<Timestamp> time_of(const Found& found) {
  if (found.type != &cloudtrail_type()) return found.time;
  const model::Value& time = found.record->at(kEventTime);
  return time.is_text() ? parse_log_time(time.text) : std::nullopt;
}

const model::RecordLayout& layout_of(const model::LogType& type) {
  if (&type == &cloudtrail_type()) return cloudtrail_layout();
  static const auto layouts = [] {
    std::vector<std::unique_ptr<const model::RecordLayout>> out;
    for (const model::LogType* t : log_types())
      out.push_back(std::make_unique<const model::RecordLayout>(model::make_layout(*t)));
    return out;
  }();
  return *layouts[index_of(type)];
}

const model::LogType* find_log_type(std::string_view name) {
  for (const model::LogType* type : log_types())
    if (type->name == name) return type;
  return nullptr;
}

const model::LogType& cloudtrail_type() {
  static const model::LogType type{.name = "cloudtrail",
                                   .title = "CloudTrail",
                                   .table = "cloudtrail_logs",
                                   .service = "cloudtrail"};
  return type;
}

std::string_view kind_of(FileKind kind, std::span<const std::uint64_t> kept, const model::LogType* met) {
  switch (kind) {
    case FileKind::cloudtrail_digest: return "cloudtrail_digest";
    case FileKind::notice: return "notice";
    case FileKind::empty: return "empty";
    case FileKind::not_a_log: return "not_a_log";
    case FileKind::log: break;
  }
  std::size_t most = 0;
  for (std::size_t i = 1; i < kept.size(); ++i)
    if (kept[i] > kept[most]) most = i;
  if (met != nullptr && (most >= kept.size() || kept[most] == 0)) return met->name;
  return log_types()[most]->name;
}

Origin origin_of_path(std::string_view path) {
  Origin out{.path = std::string(path)};
  const auto is_account = [](std::string_view s) {
    return s.size() == 12 && s.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::vector<std::string_view> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].starts_with("aws-account-id=")) out.account = parts[i].substr(15);
    if (parts[i].starts_with("aws-region=")) out.region = parts[i].substr(11);
    // Security Lake's partitions
    if (parts[i].starts_with("accountId=")) out.account = parts[i].substr(10);
    if (parts[i].starts_with("region=") && detail::is_region_name(parts[i].substr(7))) out.region = parts[i].substr(7);
    if (parts[i] != "AWSLogs") continue;
    // An organisation's trail has its id before the account.
    std::size_t at = i + 1;
    if (at < parts.size() && parts[at].starts_with("o-")) ++at;
    if (at >= parts.size() || !is_account(parts[at])) continue;
    out.account = parts[at];
    // The service comes next, except where Hive's names tell; then the region. A file lies below it.
    if (at + 3 < parts.size() && detail::is_region_name(parts[at + 2])) out.region = parts[at + 2];
  }
  if (!is_account(out.account)) out.account.clear();
  return out;
}

}  // namespace backtrail::sources
