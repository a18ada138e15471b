#include "sigma/sql/stored_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace backtrail::sigma::sql {
namespace {

struct Column {
  std::string_view field;   // as CloudTrail spells it
  std::string_view column;  // as store/schema.sql spells it; list_text: list and member
  Storage storage = Storage::text;
};

constexpr std::string_view kMap = "userIdentity.sessionContext.webIdFederationData.attributes";

constexpr auto kColumns = std::to_array<Column>({
    {"eventName", "eventname"},
    {"eventSource", "eventsource"},
    {"eventVersion", "eventversion"},
    {"eventTime", "eventtime"},
    {"awsRegion", "awsregion"},
    {"sourceIPAddress", "sourceipaddress"},
    {"userAgent", "useragent"},
    {"errorCode", "errorcode"},
    {"errorMessage", "errormessage"},
    {"requestID", "requestid"},
    {"eventID", "eventid"},
    {"eventType", "eventtype"},
    {"apiVersion", "apiversion"},
    {"readOnly", "readonly"},
    {"recipientAccountId", "recipientaccountid"},
    {"sharedEventID", "sharedeventid"},
    {"vpcEndpointId", "vpcendpointid"},
    {"vpcEndpointAccountId", "vpcendpointaccountid"},
    {"eventCategory", "eventcategory"},
    {"sessionCredentialFromConsole", "sessioncredentialfromconsole"},
    {"managementEvent", "managementevent"},
    {"requestParameters", "requestparameters", Storage::json},
    {"responseElements", "responseelements", Storage::json},
    {"additionalEventData", "additionaleventdata", Storage::json},
    {"serviceEventDetails", "serviceeventdetails", Storage::json},
    {"edgeDeviceDetails", "edgedevicedetails", Storage::json},
    {"insightDetails", "insightdetails", Storage::json},
    {"resources", "resources", Storage::list},
    {"resources.ARN", "arn", Storage::list_text},
    {"resources.accountId", "accountid", Storage::list_text},
    {"resources.type", "\"type\"", Storage::list_text},
    {"userIdentity", "useridentity", Storage::object},
    {"userIdentity.type", "useridentity.\"type\""},
    {"userIdentity.principalId", "useridentity.principalid"},
    {"userIdentity.arn", "useridentity.arn"},
    {"userIdentity.accountId", "useridentity.accountid"},
    {"userIdentity.invokedBy", "useridentity.invokedby"},
    {"userIdentity.accessKeyId", "useridentity.accesskeyid"},
    {"userIdentity.userName", "useridentity.username"},
    {"userIdentity.onBehalfOf", "useridentity.onbehalfof", Storage::object},
    {"userIdentity.onBehalfOf.userId", "useridentity.onbehalfof.userid"},
    {"userIdentity.onBehalfOf.identityStoreArn", "useridentity.onbehalfof.identitystorearn"},
    {"userIdentity.sessionContext", "useridentity.sessioncontext", Storage::object},
    {"userIdentity.sessionContext.attributes", "useridentity.sessioncontext.attributes",
     Storage::object},
    {"userIdentity.sessionContext.attributes.mfaAuthenticated",
     "useridentity.sessioncontext.attributes.mfaauthenticated"},
    {"userIdentity.sessionContext.attributes.creationDate",
     "useridentity.sessioncontext.attributes.creationdate"},
    {"userIdentity.sessionContext.sessionIssuer", "useridentity.sessioncontext.sessionissuer",
     Storage::object},
    {"userIdentity.sessionContext.sessionIssuer.type",
     "useridentity.sessioncontext.sessionissuer.\"type\""},
    {"userIdentity.sessionContext.sessionIssuer.principalId",
     "useridentity.sessioncontext.sessionissuer.principalid"},
    {"userIdentity.sessionContext.sessionIssuer.arn",
     "useridentity.sessioncontext.sessionissuer.arn"},
    {"userIdentity.sessionContext.sessionIssuer.accountId",
     "useridentity.sessioncontext.sessionissuer.accountid"},
    {"userIdentity.sessionContext.sessionIssuer.userName",
     "useridentity.sessioncontext.sessionissuer.username"},
    {"userIdentity.sessionContext.ec2RoleDelivery", "useridentity.sessioncontext.ec2roledelivery"},
    {"userIdentity.sessionContext.webIdFederationData",
     "useridentity.sessioncontext.webidfederationdata", Storage::object},
    {"userIdentity.sessionContext.webIdFederationData.federatedProvider",
     "useridentity.sessioncontext.webidfederationdata.federatedprovider"},
    {kMap, "useridentity.sessioncontext.webidfederationdata.attributes", Storage::object},
    {"tlsDetails", "tlsdetails", Storage::object},
    {"tlsDetails.tlsVersion", "tlsdetails.tlsversion"},
    {"tlsDetails.cipherSuite", "tlsdetails.ciphersuite"},
    {"tlsDetails.clientProvidedHostHeader", "tlsdetails.clientprovidedhostheader"},
    {"addendum", "addendum", Storage::object},
    {"addendum.reason", "addendum.reason"},
    {"addendum.updatedFields", "addendum.updatedfields", Storage::json},
    {"addendum.originalRequestID", "addendum.originalrequestid"},
    {"addendum.originalEventID", "addendum.originaleventid"},
});

bool same_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

Error not_stored(std::string_view field) {
  std::string_view head = field;
  while (true) {
    const auto* const near = std::find_if(kColumns.begin(), kColumns.end(), [&](const Column& c) {
      return same_but_case(c.field, head);
    });
    if (near != kColumns.end() && near->field != head)
      return not_found("sigma.field_not_stored",
                       fmt::format("field {} is not stored; CloudTrail spells it {}{}", field,
                                   near->field, field.substr(head.size())));
    const std::size_t dot = head.rfind('.');
    if (dot == std::string_view::npos) break;
    head = head.substr(0, dot);
  }
  return not_found(
      "sigma.field_not_stored",
      fmt::format("field {} is no column of cloudtrail_logs; the native matcher, which "
                  "reads the log itself, can test it",
                  field));
}

int cost_of(const Column& c) {
  if (c.field == "eventName" || c.field == "eventSource") return 0;
  return c.storage == Storage::json ? 10 : c.storage == Storage::list_text ? 5 : 1;
}

StoredField stored(const Column& c) {
  StoredField out{.storage = c.storage, .column = std::string(c.column), .cost = cost_of(c)};
  if (c.storage == Storage::list_text) {
    out.path = out.column;
    out.column = "resources";
  }
  return out;
}

}  // namespace

Result<StoredField> find_stored_field(std::string_view field) {
  std::string_view head = field;
  while (true) {
    const auto* const column = std::find_if(kColumns.begin(), kColumns.end(),
                                            [&](const Column& c) { return c.field == head; });
    if (column != kColumns.end()) {
      StoredField out = stored(*column);
      if (head.size() == field.size()) return out;
      const std::string_view rest = field.substr(head.size() + 1);
      if (column->storage == Storage::json) {
        out.path = rest;
      } else if (column->field == kMap) {
        out.storage = Storage::map_text;
        out.path = rest;
      } else if (column->storage == Storage::text || column->storage == Storage::list_text) {
        out.storage = Storage::nothing;
      } else {
        return not_stored(field);
      }
      return out;
    }
    const std::size_t dot = head.rfind('.');
    if (dot == std::string_view::npos) return not_stored(field);
    head = head.substr(0, dot);
  }
}

std::span<const StoredField> searched_fields() {
  static const std::vector<StoredField> fields = [] {
    std::vector<StoredField> out;
    for (const Column& c : kColumns)
      if (c.storage != Storage::object && c.storage != Storage::list) out.push_back(stored(c));
    return out;
  }();
  return fields;
}

}  // namespace backtrail::sigma::sql
