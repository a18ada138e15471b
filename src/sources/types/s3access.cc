// Amazon S3 server access logs. Source: Amazon S3 User Guide, "Amazon S3 server access log format"; Amazon
// Athena / S3 User Guide, "Querying access logs for requests by using Amazon Athena".
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

// Numbers that Athena's table holds as text (httpstatus, totaltime) are text here.
constexpr std::array kFields = std::to_array<CellField>({
    {"bucketowner"},
    {"bucket_name"},
    {"requestdatetime", FieldKind::text, Cell::bracket},
    {"remoteip"},
    {"requester"},
    {"requestid"},
    {"operation"},
    {"key"},
    {"request_uri"},
    {"httpstatus"},
    {"errorcode"},
    {"bytessent", FieldKind::big_integer},
    {"objectsize", FieldKind::big_integer},
    {"totaltime"},
    {"turnaroundtime"},
    {"referrer"},
    {"useragent"},
    {"versionid"},
    {"hostid"},
    {"sigv"},
    {"ciphersuite"},
    {"authtype"},
    {"endpoint"},
    {"tlsversion"},
    {"accesspointarn"},
    {"aclrequired"},
    {"source_region", FieldKind::text, Cell::word, "_source_region"},
});
constexpr std::size_t field(std::string_view name) { return index_of_field(kFields, name); }
constexpr std::size_t kBucket = field("bucket_name"), kTime = field("requestdatetime"),
                      kRequester = field("requester"), kKey = field("key"), kEndpoint = field("endpoint"),
                      kRequired = field("sigv");
// Ours, behind `more`.
constexpr std::size_t kPrincipal = kFields.size() + 1, kSession = kPrincipal + 1, kObject = kSession + 1;

/// arn:aws:sts::A:assumed-role/Role/Session is the role's session.
void set_principal(Draft& draft) {
  const std::string_view requester = draft.at(kRequester);
  const std::size_t role = requester.find(":assumed-role/");
  if (!requester.starts_with("arn:") || role == std::string_view::npos) return;
  const std::size_t slash = requester.find('/', role + 14);
  if (slash == std::string_view::npos) return;
  draft.text(kPrincipal, requester.substr(0, slash));
  draft.text(kSession, requester.substr(slash + 1));
}

/// The object as other logs name it. Keys are URL-encoded in this log alone.
void set_object(Draft& draft) {
  std::string arn = "arn:aws:s3:::" + std::string(draft.at(kBucket));
  const std::string_view key = draft.at(kKey);
  if (!key.empty()) {
    arn += '/';
    if (key.find_first_of("%+") == std::string_view::npos)
      arn += key;
    else
      arn += percent_decoded(key, 1, true);
  }
  draft.keep_text(kObject, arn);
}

/// s3.eu-central-1.amazonaws.com, bucket.s3.dualstack.us-west-2.amazonaws.com, bucket.s3-us-west-2.amazonaws.com
std::string_view region_of(std::string_view endpoint) {
  const std::size_t end = endpoint.find(".amazonaws.com");
  if (end == std::string_view::npos) return {};
  std::string_view host = endpoint.substr(0, end);
  std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.starts_with("s3-")) last.remove_prefix(3);
  return is_region_name(last) ? last : std::string_view();
}

class S3Parser final : public LineParser {
 public:
  const model::LogType& type() const override { return s3access_type(); }

  bool recognises(std::string_view line) const override {
    CellCursor cursor(line);
    const auto owner = cursor.word();
    const auto bucket = cursor.word();
    if (!owner || !bucket || owner->size() < 2 || !cursor.rest().starts_with('[')) return false;
    const auto time = cursor.bracket();
    const auto address = cursor.word();
    if (!time || !address || time->size() != 26 || (*time)[2] != '/' || (*time)[11] != ':') return false;
    const auto requester = cursor.word();
    const auto request = cursor.word();
    const auto operation = cursor.word();
    return requester && request && operation && (*address == "-" || has_address_form(*address)) &&
           operation->find('.') != std::string_view::npos;
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no line of an S3 server access log"};
    if (auto refused = read_cells(kFields, kRequired, line, draft)) return refused;
    draft.time(time_of_common_log(draft.at(kTime)));
    draft.region(region_of(draft.at(kEndpoint)));
    set_principal(draft);
    set_object(draft);
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& s3access_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "s3access",
                     .title = "S3 server access logs",
                     .table = "s3_access_logs",
                     .service = "s3access"};
    t.fields = log_fields(kFields);
    for (const char* ours : {"principal", "session", "object"})
      t.fields.push_back({.name = ours, .column = std::string("_") + ours});
    t.partitions = {{"timestamp", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "s3access"},
               .principal = {.fields = {"principal", "requester"}, .otherwise = "anonymous"},
               .session = {.fields = {"session"}},
               .action = {.fields = {"operation"}},
               .resource = {.fields = {"object"}},
               .outcome = outcome_of_status({"httpstatus"}),
               .error = error_of_status({"errorcode", "httpstatus"}),
               .source_ip = {.fields = {"remoteip"}},
               .user_agent = {.fields = {"useragent"}},
               .request_id = {.fields = {"requestid"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_s3access_parser() { return std::make_unique<S3Parser>(); }

}  // namespace backtrail::sources::detail
