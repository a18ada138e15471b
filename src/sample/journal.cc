#include "sample/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace backtrail::sample {
namespace {

using std::string_view;

string_view event_version(string_view service) {
  struct Entry {
    string_view service, version;
  };
  static constexpr std::array kVersions{Entry{"signin", "1.08"},
                                        Entry{"sts", "1.08"},
                                        Entry{"sso", "1.08"},
                                        Entry{"health", "1.08"},
                                        Entry{"secretsmanager", "1.11"},
                                        Entry{"kms", "1.11"},
                                        Entry{"s3", "1.11"},
                                        Entry{"ec2", "1.10"},
                                        Entry{"iam", "1.09"},
                                        Entry{"cloudtrail", "1.11"},
                                        Entry{"lambda", "1.09"},
                                        Entry{"ssm", "1.08"},
                                        Entry{"logs", "1.09"},
                                        Entry{"organizations", "1.09"}};
  const auto* at = std::ranges::find(kVersions, service, &Entry::service);
  return at == kVersions.end() ? "1.09" : at->version;
}

/// `DescribeDBInstances` → `describe-db-instances`, without the API date of Lambda's names.
std::string command_name(string_view name) {
  name = name.substr(0, name.find("201"));
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto upper = [&](std::size_t k) {
      return k < name.size() && name[k] >= 'A' && name[k] <= 'Z';
    };
    const bool starts_word =
        upper(i) && i > 0 && (!upper(i - 1) || (i + 1 < name.size() && !upper(i + 1)));
    if (starts_word) out += '-';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return out;
}

std::string agent_of(const Actor& actor, const Call& call) {
  std::string agent = actor.agent;
  if (agent.ends_with("md/command#"))
    agent += fmt::format("{}.{}", call.service == "s3" ? "s3api" : call.service,
                         command_name(call.name));
  if (call.service == "s3" && actor.identity.invoked_by.empty() && !agent.starts_with('['))
    agent = "[" + agent + "]";
  return agent;
}

std::string host_of(string_view service, string_view region) {
  if (service == "iam" || service == "organizations" || service == "route53")
    return fmt::format("{}.amazonaws.com", service);
  return fmt::format("{}.{}.amazonaws.com", service, region);
}

/// S3 adds the signature's facts to every call.
std::string s3_additional(const Call& call, Random& random) {
  const int out = call.data_event ? random.between(2048, 900000) : random.between(120, 1900);
  return object({{"SignatureVersion", "SigV4"},
                 {"CipherSuite", "TLS_AES_128_GCM_SHA256"},
                 {"bytesTransferredIn", 0},
                 {"AuthenticationMethod", "AuthHeader"},
                 {"x-amz-id-2", random.alphanumeric(75) + "="},
                 {"bytesTransferredOut", call.error_code.empty() ? out : 243}});
}

std::string request_id(const Call& call, Random& random) {
  if (!call.request_id.empty()) return call.request_id;
  if (call.service == "s3") return random.text(16, "ABCDEFGHJKMNPQRSTVWXYZ0123456789");
  return random.uuid();
}

void write_tls(JsonWriter& w, const Call& call, string_view region) {
  w.key("tlsDetails").begin_object();
  w.field("tlsVersion", "TLSv1.3").field("cipherSuite", "TLS_AES_128_GCM_SHA256");
  w.field("clientProvidedHostHeader", host_of(call.service, region));
  w.end_object();
}

}  // namespace

string_view logging_region(string_view service, string_view region) {
  static constexpr std::array<string_view, 5> kGlobal{"iam", "organizations", "route53",
                                                      "cloudfront", "account"};
  return std::ranges::find(kGlobal, service) != kGlobal.end() ? "us-east-1" : region;
}

std::string Journal::call(const Actor& actor, Seconds time, string_view region, Call call) {
  region = logging_region(call.service, region);
  const Identity& who = actor.identity;
  const bool by_service = !who.invoked_by.empty();
  const bool api_call = call.event_type == "AwsApiCall";
  if (who.type == "AWSService" && call.shared_event_id.empty())
    call.shared_event_id = random_.uuid();
  if (call.service == "s3" && call.additional_json.empty())
    call.additional_json = s3_additional(call, random_);
  Record record{.time = time,
                .account = call.trail_account.empty() ? actor.account : call.trail_account,
                .region = std::string(region),
                .event_id = random_.uuid()};

  JsonWriter w;
  const auto raw = [&w](string_view name, const std::string& json, bool null_when_empty) {
    if (!json.empty()) {
      w.key(name).raw(json);
    } else if (null_when_empty) {
      w.key(name).null();
    }
  };
  w.begin_object();
  w.key("eventVersion").string(event_version(call.service));
  w.key("userIdentity").raw(who.json());
  w.field("eventTime", log_time(time));
  w.field("eventSource", fmt::format("{}.amazonaws.com", call.service));
  w.key("eventName").string(call.name);
  w.key("awsRegion").string(region);
  w.field("sourceIPAddress", actor.address);
  w.field("userAgent", agent_of(actor, call));
  if (!call.error_code.empty()) w.field("errorCode", call.error_code);
  if (!call.error_message.empty()) w.field("errorMessage", call.error_message);
  raw("requestParameters", call.request_json, true);
  raw("responseElements", call.response_json, true);
  raw("additionalEventData", call.additional_json, false);
  if (api_call) w.field("requestID", request_id(call, random_));
  w.field("eventID", record.event_id);
  w.field("readOnly", call.read_only);
  raw("resources", call.resources_json, false);
  w.key("eventType").string(call.event_type);
  w.field("managementEvent", !call.data_event);
  w.field("recipientAccountId", record.account);
  if (!call.shared_event_id.empty()) w.field("sharedEventID", call.shared_event_id);
  raw("serviceEventDetails", call.details_json, false);
  w.field("eventCategory", call.data_event ? "Data" : "Management");
  if (api_call && !by_service) write_tls(w, call, region);
  if (actor.console && !by_service && api_call) w.field("sessionCredentialFromConsole", "true");
  w.end_object();
  record.json = w.take();
  records_.push_back(std::move(record));
  return records_.back().event_id;
}

}  // namespace backtrail::sample
