#include "ingest/detail/event.h"

#include <array>
#include <vector>

#include "sources/sources.h"

namespace backtrail::ingest {
namespace {

using model::Record;
using model::Value;
namespace slots = sources;

/// Slots that go into a text column of their own.
struct TextColumn {
  const char* name;
  int slot;
};
constexpr std::array kTextColumns = {
    TextColumn{"eventversion", slots::kEventVersion},
    TextColumn{"eventtime", slots::kEventTime},
    TextColumn{"eventsource", slots::kEventSource},
    TextColumn{"eventname", slots::kEventName},
    TextColumn{"awsregion", slots::kAwsRegion},
    TextColumn{"sourceipaddress", slots::kSourceIPAddress},
    TextColumn{"useragent", slots::kUserAgent},
    TextColumn{"errorcode", slots::kErrorCode},
    TextColumn{"errormessage", slots::kErrorMessage},
    TextColumn{"requestparameters", slots::kRequestParameters},
    TextColumn{"responseelements", slots::kResponseElements},
    TextColumn{"additionaleventdata", slots::kAdditionalEventData},
    TextColumn{"requestid", slots::kRequestID},
    TextColumn{"eventid", slots::kEventID},
    TextColumn{"eventtype", slots::kEventType},
    TextColumn{"apiversion", slots::kApiVersion},
    TextColumn{"readonly", slots::kReadOnly},
    TextColumn{"recipientaccountid", slots::kRecipientAccountId},
    TextColumn{"serviceeventdetails", slots::kServiceEventDetails},
    TextColumn{"sharedeventid", slots::kSharedEventID},
    TextColumn{"vpcendpointid", slots::kVpcEndpointId},
    TextColumn{"vpcendpointaccountid", slots::kVpcEndpointAccountId},
    TextColumn{"eventcategory", slots::kEventCategory},
    TextColumn{"sessioncredentialfromconsole", slots::kSessionCredentialFromConsole},
    TextColumn{"edgedevicedetails", slots::kEdgeDeviceDetails},
    TextColumn{"managementevent", slots::kManagementEvent},
    TextColumn{"insightdetails", slots::kInsightDetails},
    TextColumn{"sourceidentity", slots::kSourceIdentity},
    TextColumn{"ec2issuedinvpc", slots::kEc2IssuedInVpc},
    TextColumn{"identityprovider", slots::kUserIdentityProvider},
    TextColumn{"inscopeof", slots::kUserInScopeOf},
    TextColumn{"useridentity.type", slots::kUserType},
    TextColumn{"useridentity.principalid", slots::kUserPrincipalId},
    TextColumn{"useridentity.arn", slots::kUserArn},
    TextColumn{"useridentity.accountid", slots::kUserAccountId},
    TextColumn{"useridentity.invokedby", slots::kUserInvokedBy},
    TextColumn{"useridentity.accesskeyid", slots::kUserAccessKeyId},
    TextColumn{"useridentity.username", slots::kUserName},
    TextColumn{"useridentity.sessioncontext.attributes.mfaauthenticated", slots::kSessionMfa},
    TextColumn{"useridentity.sessioncontext.attributes.creationdate", slots::kSessionCreationDate},
    TextColumn{"useridentity.sessioncontext.sessionissuer.type", slots::kIssuerType},
    TextColumn{"useridentity.sessioncontext.sessionissuer.principalid", slots::kIssuerPrincipalId},
    TextColumn{"useridentity.sessioncontext.sessionissuer.arn", slots::kIssuerArn},
    TextColumn{"useridentity.sessioncontext.sessionissuer.accountid", slots::kIssuerAccountId},
    TextColumn{"useridentity.sessioncontext.sessionissuer.username", slots::kIssuerUserName},
    TextColumn{"useridentity.sessioncontext.ec2roledelivery", slots::kEc2RoleDelivery},
};

/// Members of a nested object that rarely occurs, each a text column.
struct NestedColumn {
  const char* name;
  int slot;
  const char* path;
};
constexpr std::array kNestedColumns = {
    NestedColumn{"useridentity.onbehalfof.userid", slots::kUserOnBehalfOf,
                 "userIdentity.onBehalfOf.userId"},
    NestedColumn{"useridentity.onbehalfof.identitystorearn", slots::kUserOnBehalfOf,
                 "userIdentity.onBehalfOf.identityStoreArn"},
    NestedColumn{"useridentity.sessioncontext.webidfederationdata.federatedprovider",
                 slots::kWebIdFederationData,
                 "userIdentity.sessionContext.webIdFederationData.federatedProvider"},
    NestedColumn{"addendum.reason", slots::kAddendum, "addendum.reason"},
    NestedColumn{"addendum.updatedfields", slots::kAddendum, "addendum.updatedFields"},
    NestedColumn{"addendum.originalrequestid", slots::kAddendum, "addendum.originalRequestID"},
    NestedColumn{"addendum.originaleventid", slots::kAddendum, "addendum.originalEventID"},
    NestedColumn{"tlsdetails.tlsversion", slots::kTlsDetails, "tlsDetails.tlsVersion"},
    NestedColumn{"tlsdetails.ciphersuite", slots::kTlsDetails, "tlsDetails.cipherSuite"},
    NestedColumn{"tlsdetails.clientprovidedhostheader", slots::kTlsDetails,
                 "tlsDetails.clientProvidedHostHeader"},
};

/// Structs that are there, if only with members unknown here, where the record has the object.
struct StructColumn {
  const char* name;
  int slot;
};
constexpr std::array kStructColumns = {
    StructColumn{"useridentity", slots::kUserIdentity},
    StructColumn{"useridentity.sessioncontext", slots::kSessionContext},
    StructColumn{"useridentity.sessioncontext.attributes", slots::kSessionAttributes},
    StructColumn{"useridentity.sessioncontext.sessionissuer", slots::kSessionIssuer},
    StructColumn{"useridentity.sessioncontext.webidfederationdata", slots::kWebIdFederationData},
    StructColumn{"useridentity.onbehalfof", slots::kUserOnBehalfOf},
    StructColumn{"addendum", slots::kAddendum},
    StructColumn{"tlsdetails", slots::kTlsDetails},
};

// The leaves in their numbering: text columns, nested columns, structs, then these.
enum Extra : std::size_t {
  kUid,
  kTime,
  kEvidence,
  kRecordNumber,
  kContent,
  kResourcesList,
  kResourceArn,
  kResourceAccount,
  kResourceType,
  kWebIdAttributes,
  kWebIdKey,
  kWebIdValue,
  kExtras
};
constexpr std::array<const char*, kExtras> kExtraLeaves = {
    "uid",         "_time",           "_evidence",             "_record",
    "_content",    "resources[]",     "resources[].arn",       "resources[].accountid",
    "resources[].type",
    "useridentity.sessioncontext.webidfederationdata.attributes[]",
    "useridentity.sessioncontext.webidfederationdata.attributes[].key",
    "useridentity.sessioncontext.webidfederationdata.attributes[].value"};

constexpr std::size_t kNestedFrom = kTextColumns.size();
constexpr std::size_t kStructFrom = kNestedFrom + kNestedColumns.size();
constexpr std::size_t kExtraFrom = kStructFrom + kStructColumns.size();

constexpr std::size_t leaf(Extra e) { return kExtraFrom + e; }

const std::array<model::FieldRef, kNestedColumns.size()>& nested_fields() {
  static const auto fields = [] {
    std::array<model::FieldRef, kNestedColumns.size()> out;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = model::bind_field(sources::cloudtrail_layout(), kNestedColumns[i].path);
    return out;
  }();
  return fields;
}

const model::FieldRef& resources_field() {
  static const model::FieldRef field = model::bind_field(sources::cloudtrail_layout(), "resources");
  return field;
}
const model::FieldRef& web_id_attributes_field() {
  static const model::FieldRef field = model::bind_field(
      sources::cloudtrail_layout(), "userIdentity.sessionContext.webIdFederationData.attributes");
  return field;
}

std::string owned(const Record& record, int slot) {
  const auto text = slot_text(record, slot);
  return text ? std::string(*text) : std::string();
}

}  // namespace

EventFacts facts_of(const Record& record, std::uint64_t secret) {
  EventFacts facts = facts_without_content(record);
  facts.content = content_hash(record, secret);
  return facts;
}

EventFacts facts_without_content(const Record& record) {
  EventFacts facts;
  const auto id = slot_text(record, slots::kEventID);
  facts.has_id = id.has_value() && !id->empty();
  if (facts.has_id)
    facts.key = make_key(*id, slot_text(record, slots::kRecipientAccountId).value_or(""));
  if (const Value& time = record.at(slots::kEventTime); time.is_text()) {
    facts.time = parse_log_time(time.text);
    facts.unreadable_time = !facts.time;
  } else {
    facts.unreadable_time = time.present() && time.kind != Value::Kind::null;
  }
  return facts;
}

std::span<const std::string> event_leaves() {
  static const std::vector<std::string> leaves = [] {
    std::vector<std::string> out;
    for (const TextColumn& c : kTextColumns) out.emplace_back(c.name);
    for (const NestedColumn& c : kNestedColumns) out.emplace_back(c.name);
    for (const StructColumn& c : kStructColumns) out.emplace_back(c.name);
    for (const char* name : kExtraLeaves) out.emplace_back(name);
    return out;
  }();
  return leaves;
}

void write_event(store::RowWriter& out, const Record& record, const EventFacts& facts, Hash128 uid,
                 Place place) {
  for (std::size_t i = 0; i < kTextColumns.size(); ++i)
    if (const auto text = slot_text(record, kTextColumns[i].slot)) out.text(i, *text);
  for (std::size_t i = 0; i < kStructColumns.size(); ++i)
    if (record.at(kStructColumns[i].slot).kind == Value::Kind::object) out.present(kStructFrom + i);
  for (std::size_t i = 0; i < kNestedColumns.size(); ++i) {
    if (record.at(kNestedColumns[i].slot).kind != Value::Kind::object) continue;
    record.any_whole(nested_fields()[i], [&](const Value& v) {
      if (v.kind != Value::Kind::null) out.text(kNestedFrom + i, v.text);
      return true;
    });
  }
  if (const Value& resources = record.at(slots::kResources); resources.kind == Value::Kind::array) {
    out.present(leaf(kResourcesList));
    record.any_members(resources_field(), [&](std::string_view key, const Value& v, bool first) {
      if (first) out.item(leaf(kResourcesList));
      if (v.kind == Value::Kind::null || key.empty()) return;
      if (key == "ARN" || key == "arn") out.text(leaf(kResourceArn), v.text);
      if (key == "accountId" || key == "accountid") out.text(leaf(kResourceAccount), v.text);
      if (key == "type") out.text(leaf(kResourceType), v.text);
    });
  }
  if (record.at(slots::kWebIdFederationData).kind == Value::Kind::object) {
    std::vector<std::pair<std::string_view, Value>> attributes;  // a map has each key once: the last
    record.any_members(web_id_attributes_field(), [&](std::string_view key, const Value& v, bool) {
      std::erase_if(attributes, [&](const auto& a) { return a.first == key; });
      attributes.emplace_back(key, v);
    });
    for (const auto& [key, v] : attributes) {
      if (v.kind == Value::Kind::absent) {
        out.present(leaf(kWebIdAttributes));
        continue;
      }
      out.item(leaf(kWebIdAttributes));
      out.text(leaf(kWebIdKey), key);
      if (v.kind != Value::Kind::null) out.text(leaf(kWebIdValue), v.text);
    }
  }
  out.uuid(leaf(kUid), uid.high, uid.low);
  if (facts.time) out.time(leaf(kTime), *facts.time);
  out.integer(leaf(kEvidence), place.evidence);
  out.integer(leaf(kRecordNumber), place.record);
  out.big_integer(leaf(kContent), static_cast<std::int64_t>(facts.content));
  out.next_row();
}

model::EventRef ref_of(const Record& record, const EventFacts& facts, Hash128 uid) {
  model::EventRef ref;
  ref.uid = to_uuid_text(uid);
  ref.event_id = owned(record, slots::kEventID);
  ref.time = facts.time;
  ref.source = owned(record, slots::kEventSource);
  ref.action = owned(record, slots::kEventName);
  ref.account = owned(record, slots::kRecipientAccountId);
  if (ref.account.empty()) ref.account = owned(record, slots::kUserAccountId);
  ref.region = owned(record, slots::kAwsRegion);
  ref.principal = sources::principal_of(record);
  ref.session = sources::session_of(record);
  ref.access_key = owned(record, slots::kUserAccessKeyId);
  ref.source_ip = owned(record, slots::kSourceIPAddress);
  ref.user_agent = owned(record, slots::kUserAgent);
  ref.error = owned(record, slots::kErrorCode);
  if (ref.error.empty()) ref.error = owned(record, slots::kErrorMessage);
  return ref;
}

}  // namespace backtrail::ingest
