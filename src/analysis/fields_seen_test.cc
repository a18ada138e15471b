#include <gtest/gtest.h>

#include "analysis/analysis.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::FakeCase;

TEST(FieldsSeenTest, TellsWhatCannotOccur) {
  FakeCase kase;
  add_event(
      kase,
      {.n = 1,
       .name = "A",
       .key = "AKIA1",
       .request = R"({"userName":"x","items":[{"a":1},{"b":{"c":null}}],"mixed":[1,{"d":2}]})"});
  add_event(kase, {.n = 2, .name = "B", .error = "AccessDenied", .request = "cut off {"});
  add_event(kase,
            {.n = 3, .name = "C", .request = R"("only text")", .response = R"({"k":{},"k":{}})"});
  const auto seen = fields_seen(kase, {}, {});
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

TEST(FieldsSeenTest, WhatWasNotReadIsNotJudged) {
  FakeCase kase;
  add_event(kase, {.n = 1, .name = "A", .request = R"({"a":1})", .response = R"({"b":1})"});
  const auto seen = fields_seen(kase, {"requestParameters.x", "eventName"}, {});
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->may_occur("requestParameters.x"));
  EXPECT_TRUE(seen->may_occur("requestParameters.a"));
  EXPECT_TRUE(seen->may_occur("responseElements.x"));
  EXPECT_TRUE(seen->may_occur("responseElements"));
}

TEST(FieldsSeenTest, UnseenFieldsOfRules) {
  FakeCase kase;
  add_event(kase, {.n = 1, .name = "A", .request = R"({"userName":"x"})"});
  const auto loaded =
      sigma::load({{.path = "r.yml",
                    .text = "title: R\nid: 00000000-0000-4000-8000-0000000000b1\nlevel: low\n"
                            "logsource: {product: aws, service: cloudtrail}\ndetection:\n"
                            "  s: {eventName: A, requestParameters.username: x, errorCode: y, "
                            "tlsDetails.tlsVersion: z}\n  condition: s\n"}});
  ASSERT_TRUE(loaded.rejected.empty()) << loaded.rejected[0].message;
  const auto unseen = unseen_fields(kase, *loaded.rules, {}, {});
  ASSERT_TRUE(unseen) << unseen.error().message;
  ASSERT_EQ(unseen->size(), 2u);
  EXPECT_EQ((*unseen)[0].field, "errorCode");
  EXPECT_EQ((*unseen)[1].field, "requestParameters.username");
  EXPECT_EQ((*unseen)[1].near, "requestParameters.userName");
}

TEST(FieldsSeenTest, EmptyCaseHasNone) {
  FakeCase kase;
  const auto seen = fields_seen(kase, {}, {});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->paths().empty());
  EXPECT_FALSE(seen->may_occur("eventName"));
}

}  // namespace
}  // namespace backtrail::analysis
