#include "sources/sources.h"

namespace backtrail::sources {

std::string_view to_string(FileKind kind) {
  switch (kind) {
    case FileKind::cloudtrail: return "cloudtrail";
    case FileKind::cloudtrail_digest: return "cloudtrail_digest";
    case FileKind::empty: return "empty";
    case FileKind::not_a_log: return "not_a_log";
  }
  return "not_a_log";
}

const model::RecordLayout& cloudtrail_layout() {
  // In the order of CloudTrailSlot.
  static const model::RecordLayout layout({
      "eventVersion",
      "eventTime",
      "eventSource",
      "eventName",
      "awsRegion",
      "sourceIPAddress",
      "userAgent",
      "errorCode",
      "errorMessage",
      "requestID",
      "eventID",
      "eventType",
      "apiVersion",
      "recipientAccountId",
      "sharedEventID",
      "vpcEndpointId",
      "vpcEndpointAccountId",
      "eventCategory",
      "managementEvent",
      "readOnly",
      "sessionCredentialFromConsole",
      "requestParameters",
      "responseElements",
      "additionalEventData",
      "resources",
      "serviceEventDetails",
      "tlsDetails",
      "addendum",
      "edgeDeviceDetails",
      "insightDetails",
      "userIdentity",
      "userIdentity.type",
      "userIdentity.principalId",
      "userIdentity.arn",
      "userIdentity.accountId",
      "userIdentity.invokedBy",
      "userIdentity.accessKeyId",
      "userIdentity.userName",
      "userIdentity.identityProvider",
      "userIdentity.onBehalfOf",
      "userIdentity.inScopeOf",
      "userIdentity.sessionContext",
      "userIdentity.sessionContext.attributes",
      "userIdentity.sessionContext.attributes.mfaAuthenticated",
      "userIdentity.sessionContext.attributes.creationDate",
      "userIdentity.sessionContext.sessionIssuer",
      "userIdentity.sessionContext.sessionIssuer.type",
      "userIdentity.sessionContext.sessionIssuer.principalId",
      "userIdentity.sessionContext.sessionIssuer.arn",
      "userIdentity.sessionContext.sessionIssuer.accountId",
      "userIdentity.sessionContext.sessionIssuer.userName",
      "userIdentity.sessionContext.sourceIdentity",
      "userIdentity.sessionContext.ec2RoleDelivery",
      "userIdentity.sessionContext.webIdFederationData",
      "(other)",
  });
  return layout;
}

}  // namespace backtrail::sources
