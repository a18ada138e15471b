#include <gtest/gtest.h>

#include "analysis/analysis.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::FakeCase;

TEST(FieldsSeenTest, TellsWhatCannotOccur) {
  FakeCase kase;
  add_event(kase, {.n = 1, .name = "A", .key = "AKIA1",
                   .request = R"({"userName":"x","items":[{"a":1},{"b":{"c":null}}],"mixed":[1,{"d":2}]})"});
  add_event(kase, {.n = 2, .name = "B", .error = "AccessDenied", .request = "cut off {"});
  add_event(kase, {.n = 3, .name = "C", .request = R"("only text")", .response = R"({"k":{},"k":{}})"});
  const auto seen = fields_seen(kase, {});
  ASSERT_TRUE(seen) << seen.error().message;
  for (const auto& [path, may] : std::vector<std::pair<std::string, bool>>{
           {"eventName", true},
           {"errorCode", true},
           {"errorMessage", false},
           {"userIdentity.accessKeyId", true},
           {"userIdentity.sessionContext.sessionIssuer.arn", false},
           {"requestParameters", true},
           {"requestParameters.userName", true},
           {"requestParameters.username", false},
           {"requestParameters.items.a", true},
           {"requestParameters.items.b.c", true},
           {"requestParameters.items.z", false},
           {"requestParameters.mixed.anything", true},  // members differ in kind: not known
           {"serviceEventDetails.x", false},
           {"additionalEventData", false},
           {"userIdentity.inScopeOf.sourceArn", true},  // not kept in the tables
           {"tlsDetails.tlsVersion", true},
           {"somethingNew", true},
       })
    EXPECT_EQ(seen->may_occur(path), may) << path;
}

TEST(FieldsSeenTest, EmptyCaseHasNone) {
  FakeCase kase;
  const auto seen = fields_seen(kase, {});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->paths().empty());
  EXPECT_FALSE(seen->may_occur("eventName"));
}

}  // namespace
}  // namespace backtrail::analysis
