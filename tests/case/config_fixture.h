#pragma once

#include <string>

namespace backtrail::testing {

/// What a security group's configuration item is made of.
struct GroupItem {
  std::string time{};     // of the capture
  std::string rules{};    // JSON text of ipPermissions
  std::string related{};  // JSON list of event ids
  std::string tags = "{}";
  std::string status = "OK";
  std::string state = "1";
};

inline std::string config_item(const GroupItem& g) {
  return R"({"configurationItemVersion":"1.3","configurationItemCaptureTime":")" + g.time +
         R"(","configurationStateId":)" + g.state + R"(,"awsAccountId":"111122223333","configurationItemStatus":")" +
         g.status +
         R"(","resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-1","resourceName":"web",)"
         R"("ARN":"arn:aws:ec2:us-east-1:111122223333:security-group/sg-1","awsRegion":"us-east-1",)"
         R"("availabilityZone":"Not Applicable","configuration":{"groupId":"sg-1","ipPermissions":)" +
         g.rules + R"(},"supplementaryConfiguration":{},"tags":)" + g.tags + R"(,"relatedEvents":)" +
         (g.related.empty() ? "[]" : g.related) +
         R"(,"relationships":[{"resourceId":"vpc-1","resourceType":"AWS::EC2::VPC","name":"Is contained in Vpc"}]})";
}

inline std::string config_file(const std::string& items) {
  return R"({"fileVersion":"1.0","configSnapshotId":"s","configurationItems":[)" + items + "]}";
}

inline constexpr const char* kClosedRules =
    R"([{"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":["10.0.0.0/8"]}])";
inline constexpr const char* kOpenRules =
    R"([{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":["0.0.0.0/0"]},)"
    R"({"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":["10.0.0.0/8"]}])";

}  // namespace backtrail::testing
