#include "sources/detail/field_names.h"

#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

constexpr KeyTable kAttributeKeys = KeyTable::make({
    {.text = "mfaAuthenticated", .id = kSessionMfa},
    {.text = "creationDate", .id = kSessionCreationDate},
});

constexpr KeyTable kIssuerKeys = KeyTable::make({
    {.text = "type", .id = kIssuerType},
    {.text = "principalId", .id = kIssuerPrincipalId},
    {.text = "arn", .id = kIssuerArn},
    {.text = "accountId", .id = kIssuerAccountId},
    {.text = "userName", .id = kIssuerUserName},
});

constexpr KeyTable kSessionKeys = KeyTable::make({
    {.text = "attributes", .id = kSessionAttributes, .child = &kAttributeKeys},
    {.text = "sessionIssuer", .id = kSessionIssuer, .child = &kIssuerKeys},
    {.text = "sourceIdentity", .id = kSourceIdentity},
    {.text = "ec2RoleDelivery", .id = kEc2RoleDelivery},
    {.text = "ec2IssuedInVpc", .id = kEc2IssuedInVpc},
    {.text = "webIdFederationData", .id = kWebIdFederationData},
});

constexpr KeyTable kIdentityKeys = KeyTable::make({
    {.text = "type", .id = kUserType},
    {.text = "principalId", .id = kUserPrincipalId},
    {.text = "arn", .id = kUserArn},
    {.text = "accountId", .id = kUserAccountId},
    {.text = "invokedBy", .id = kUserInvokedBy},
    {.text = "accessKeyId", .id = kUserAccessKeyId},
    {.text = "userName", .id = kUserName},
    {.text = "identityProvider", .id = kUserIdentityProvider},
    {.text = "onBehalfOf", .id = kUserOnBehalfOf},
    {.text = "inScopeOf", .id = kUserInScopeOf},
    {.text = "sessionContext", .id = kSessionContext, .child = &kSessionKeys},
});

constexpr KeyTable kTopKeys = KeyTable::make({
    {.text = "eventVersion", .id = kEventVersion},
    {.text = "eventTime", .id = kEventTime},
    {.text = "eventSource", .id = kEventSource},
    {.text = "eventName", .id = kEventName},
    {.text = "awsRegion", .id = kAwsRegion},
    {.text = "sourceIPAddress", .id = kSourceIPAddress},
    {.text = "userAgent", .id = kUserAgent},
    {.text = "errorCode", .id = kErrorCode},
    {.text = "errorMessage", .id = kErrorMessage},
    {.text = "requestID", .id = kRequestID},
    {.text = "eventID", .id = kEventID},
    {.text = "eventType", .id = kEventType},
    {.text = "apiVersion", .id = kApiVersion},
    {.text = "recipientAccountId", .id = kRecipientAccountId},
    {.text = "sharedEventID", .id = kSharedEventID},
    {.text = "vpcEndpointId", .id = kVpcEndpointId},
    {.text = "vpcEndpointAccountId", .id = kVpcEndpointAccountId},
    {.text = "eventCategory", .id = kEventCategory},
    {.text = "managementEvent", .id = kManagementEvent},
    {.text = "readOnly", .id = kReadOnly},
    {.text = "sessionCredentialFromConsole", .id = kSessionCredentialFromConsole},
    {.text = "requestParameters", .id = kRequestParameters},
    {.text = "responseElements", .id = kResponseElements},
    {.text = "additionalEventData", .id = kAdditionalEventData},
    {.text = "resources", .id = kResources},
    {.text = "serviceEventDetails", .id = kServiceEventDetails},
    {.text = "tlsDetails", .id = kTlsDetails},
    {.text = "addendum", .id = kAddendum},
    {.text = "edgeDeviceDetails", .id = kEdgeDeviceDetails},
    {.text = "insightDetails", .id = kInsightDetails},
    {.text = "userIdentity", .id = kUserIdentity, .child = &kIdentityKeys},
    {.text = "Records", .id = kHintRecords},
    {.text = "Events", .id = kHintLookupEvents},
    {.text = "events", .id = kHintEvents},
    {.text = "QueryResultRows", .id = kHintQueryRows},
    {.text = "results", .id = kHintResults},
    {.text = "configurationItems", .id = kHintItems},  // AWS Config: snapshots, history, API
    {.text = "Results", .id = kHintItems},             // AWS Config: SelectResourceConfig
    {.text = "UserDetailList", .id = kHintItems},      // IAM: GetAccountAuthorizationDetails
    {.text = "GroupDetailList", .id = kHintItems},
    {.text = "RoleDetailList", .id = kHintItems},
    {.text = "Policies", .id = kHintItems},
    {.text = "Findings", .id = kHintItems},
    {.text = "findings", .id = kHintItems},
    {.text = "items", .id = kHintItems},
    {.text = "CloudTrailEvent", .id = kHintCloudTrailEvent},
    {.text = "event.original", .id = kHintOriginal},
    {.text = "original", .id = kHintOriginal},
    {.text = "eventJson", .id = kHintEventJson},
    {.text = "eventjson", .id = kHintEventJson},
    {.text = "@message", .id = kHintAtMessage},
    {.text = "message", .id = kHintMessage},
    {.text = "Message", .id = kHintUpperMessage},
    {.text = "detail", .id = kHintDetail},
    {.text = "event", .id = kHintEvent},
    {.text = "_source", .id = kHintSource},
    {.text = "eventname", .id = kHintLowerEventName},
    {.text = "digestStartTime", .id = kHintDigest},
    {.text = "timeWindow", .id = kHintTimeWindow},
    {.text = "summary", .id = kHintSummary},
});

static_assert(int{kCloudTrailSlots} <= int{kFirstHint});
static_assert(kEndOfHints - kFirstHint <= 32);

}  // namespace

const KeyTable& top_level_keys() { return kTopKeys; }

}  // namespace backtrail::sources::detail
