#pragma once

#include <memory>

#include "sources/detail/log_parser.h"
#include "sources/detail/reader_options.h"

/// What each file of this folder gives; `catalogue.cc` puts it in order.
namespace backtrail::sources::detail {

// vpcflow.cc
[[nodiscard]] const model::LogType& vpcflow_type();
[[nodiscard]] std::unique_ptr<LineParser> make_vpcflow_parser(const ReaderOptions& options);
[[nodiscard]] JsonType vpcflow_json();

// vpcflow_ocsf.cc
[[nodiscard]] JsonType vpcflow_ocsf_json();

// s3access.cc
[[nodiscard]] const model::LogType& s3access_type();
[[nodiscard]] std::unique_ptr<LineParser> make_s3access_parser();

// alb.cc, alb_connection.cc, nlb.cc, clb.cc
[[nodiscard]] const model::LogType& alb_type();
[[nodiscard]] std::unique_ptr<LineParser> make_alb_parser();
[[nodiscard]] const model::LogType& alb_connection_type();
[[nodiscard]] std::unique_ptr<LineParser> make_alb_connection_parser();
[[nodiscard]] const model::LogType& nlb_type();
[[nodiscard]] std::unique_ptr<LineParser> make_nlb_parser();
[[nodiscard]] const model::LogType& clb_type();
[[nodiscard]] std::unique_ptr<LineParser> make_clb_parser();

// cloudfront.cc
[[nodiscard]] const model::LogType& cloudfront_type();
[[nodiscard]] std::unique_ptr<LineParser> make_cloudfront_parser();
[[nodiscard]] JsonType cloudfront_json();

// cloudfront_realtime.cc
[[nodiscard]] const model::LogType& cloudfront_realtime_type();
[[nodiscard]] std::unique_ptr<LineParser> make_cloudfront_realtime_parser(const ReaderOptions& options);
[[nodiscard]] JsonType cloudfront_realtime_json();

// route53.cc
[[nodiscard]] const model::LogType& route53_type();
[[nodiscard]] std::unique_ptr<LineParser> make_route53_parser();

// globalaccelerator.cc
[[nodiscard]] const model::LogType& globalaccelerator_type();
[[nodiscard]] std::unique_ptr<LineParser> make_globalaccelerator_parser();

// guardduty.cc
[[nodiscard]] const model::LogType& guardduty_type();
[[nodiscard]] JsonType guardduty_json();

// cloudwatch.cc
[[nodiscard]] const model::LogType& cloudwatch_log_type();
/// A log event that nothing recognises: its message and what is known around it.
void fill_log_event(std::string_view message, Draft& draft);
[[nodiscard]] bool open_subscription(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);
[[nodiscard]] bool open_log_event(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);
[[nodiscard]] bool open_export_line(std::string_view line, const Context& context, Inner& out);

// cloudwatch_metrics.cc
[[nodiscard]] const model::LogType& cloudwatch_alarm_type();
[[nodiscard]] JsonType cloudwatch_alarm_json();
[[nodiscard]] const model::LogType& cloudwatch_metric_type();
[[nodiscard]] JsonType cloudwatch_metric_json();
[[nodiscard]] bool open_metric_data(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

// config.cc
[[nodiscard]] const model::LogType& config_type();
[[nodiscard]] JsonType config_json();
/// AWS Config's words on deliveries and on its recorders: recognised, nothing in them.
[[nodiscard]] bool open_config_notice(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

// iam_credential_report.cc
[[nodiscard]] const model::LogType& iam_credential_report_type();
[[nodiscard]] std::unique_ptr<LineParser> make_iam_credential_report_parser();
/// GetCredentialReport's output: the report's lines.
[[nodiscard]] bool open_credential_report(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

// iam_entities.cc
[[nodiscard]] const model::LogType& iam_entities_type();
[[nodiscard]] JsonType iam_entities_json();

// iam_access_key_last_used.cc
[[nodiscard]] const model::LogType& iam_access_key_last_used_type();
[[nodiscard]] JsonType iam_access_key_last_used_json();
// securityhub.cc
[[nodiscard]] const model::LogType& securityhub_type();
[[nodiscard]] JsonType securityhub_json();

// inspector.cc
[[nodiscard]] const model::LogType& inspector_type();
[[nodiscard]] JsonType inspector_json();

// macie.cc
[[nodiscard]] const model::LogType& macie_type();
[[nodiscard]] JsonType macie_json();

// accessanalyzer.cc
[[nodiscard]] const model::LogType& accessanalyzer_type();
[[nodiscard]] JsonType accessanalyzer_json();

// detective.cc
[[nodiscard]] const model::LogType& detective_type();
[[nodiscard]] JsonType detective_json();
[[nodiscard]] const model::LogType& detective_indicator_type();
[[nodiscard]] JsonType detective_indicator_json();
[[nodiscard]] bool open_indicators(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

// finding_lists.cc
[[nodiscard]] bool open_finding_list(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

// waf.cc
[[nodiscard]] const model::LogType& waf_type();
[[nodiscard]] JsonType waf_json();

// route53resolver.cc
[[nodiscard]] const model::LogType& route53resolver_type();
[[nodiscard]] JsonType route53resolver_json();

// networkfirewall.cc
[[nodiscard]] const model::LogType& networkfirewall_type();
[[nodiscard]] JsonType networkfirewall_json();

// eks_audit.cc
[[nodiscard]] const model::LogType& eks_audit_type();
[[nodiscard]] JsonType eks_audit_json();

// apigateway.cc
[[nodiscard]] const model::LogType& apigateway_type();
[[nodiscard]] JsonType apigateway_json();

// ocsf.cc
[[nodiscard]] const model::LogType& ocsf_cloudtrail_type();
[[nodiscard]] JsonType ocsf_cloudtrail_json();
[[nodiscard]] const model::LogType& ocsf_flow_type();
[[nodiscard]] JsonType ocsf_flow_json();
[[nodiscard]] const model::LogType& ocsf_dns_type();
[[nodiscard]] JsonType ocsf_dns_json();
[[nodiscard]] const model::LogType& ocsf_http_type();
[[nodiscard]] JsonType ocsf_http_json();
[[nodiscard]] const model::LogType& ocsf_finding_type();
[[nodiscard]] JsonType ocsf_finding_json();
[[nodiscard]] const model::LogType& ocsf_other_type();
[[nodiscard]] JsonType ocsf_other_json();

// host_syslog.cc
[[nodiscard]] const model::LogType& host_auth_type();
[[nodiscard]] const model::LogType& host_syslog_type();
/// The parsers of both, which tell years together.
void add_syslog_parsers(const ReaderOptions& options, std::vector<std::unique_ptr<LineParser>>& out);

// host_cloudinit.cc, host_history.cc
[[nodiscard]] const model::LogType& host_cloudinit_type();
[[nodiscard]] std::unique_ptr<LineParser> make_host_cloudinit_parser();
[[nodiscard]] const model::LogType& host_history_type();
[[nodiscard]] std::unique_ptr<LineParser> make_host_history_parser();

// windows_event.cc
[[nodiscard]] const model::LogType& windows_security_type();
[[nodiscard]] const model::LogType& windows_system_type();
[[nodiscard]] const model::LogType& windows_powershell_type();
[[nodiscard]] const model::LogType& windows_application_type();
[[nodiscard]] const model::LogType& windows_event_type();
[[nodiscard]] JsonType windows_security_json();
[[nodiscard]] JsonType windows_system_json();
[[nodiscard]] JsonType windows_powershell_json();
[[nodiscard]] JsonType windows_application_json();
[[nodiscard]] JsonType windows_event_json();
[[nodiscard]] bool open_windows_object(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);
[[nodiscard]] bool open_windows_line(std::string_view line, const Context& context, Inner& out);

// eventbridge.cc
[[nodiscard]] const model::LogType& eventbridge_type();
[[nodiscard]] JsonType eventbridge_json();
[[nodiscard]] bool open_event(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out);

}  // namespace backtrail::sources::detail
