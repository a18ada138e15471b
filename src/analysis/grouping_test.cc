#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "analysis/testing.h"
#include "analysis/analysis.h"
#include "analysis/detail/detection.h"

namespace backtrail::analysis {
namespace {

const sigma::RuleInfo& rule(const std::string& id) {
  static std::map<std::string, sigma::RuleInfo> rules;
  sigma::RuleInfo& r = rules[id];
  r.id = id;
  r.title = "Title of " + id;
  r.level = id == "loud" ? model::Severity::critical : model::Severity::medium;
  r.techniques = {"T1098"};
  r.tactics = {"persistence"};
  r.investigation = {"Look"};
  return r;
}

Timestamp second(int s) { return Timestamp{std::chrono::seconds{1688990000 + s}}; }

model::EventRef event(int n, std::optional<int> s, const std::string& principal = "arn:p") {
  return {.uid = "uid-" + std::to_string(n),
          .event_id = n >= 90 ? "" : "ev-" + std::to_string(n),
          .time = s ? std::optional(second(*s)) : std::nullopt,
          .action = n % 2 == 0 ? "Even" : "Odd",
          .account = "1",
          .region = "r" + std::to_string(n % 3),
          .principal = principal,
          .source_ip = "10.0.0." + std::to_string(n % 2)};
}

Detection one(const std::string& id, model::EventRef e) {
  const sigma::RuleInfo& r = rule(id);
  Detection d{
      .hit = {.rule_id = r.id, .rule_title = r.title, .level = r.level, .techniques = r.techniques},
      .rule = &r,
      .group = {e.account, e.principal}};
  d.hit.events.push_back(std::move(e));
  return d;
}

TEST(Grouping, OneFindingPerRuleAccountAndPrincipal) {
  std::vector<Detection> d = {one("a", event(1, 5)), one("a", event(2, 3)),
                              one("a", event(4, std::nullopt)), one("a", event(3, 4, "arn:q")),
                              one("loud", event(1, 5))};
  d[1].hit.events[0].error = "AccessDenied";
  const std::vector<model::Finding> f = testing::group_findings(d, {{"uid-4", "Failed authentication"}});
  ASSERT_EQ(f.size(), 3u);
  const auto of = [&](const std::string& id, const std::string& principal) {
    return *std::find_if(f.begin(), f.end(), [&](const model::Finding& x) {
      return x.rule_ids[0] == id && x.principals[0] == principal;
    });
  };
  const model::Finding a = of("a", "arn:p");
  EXPECT_EQ(a.title, "Title of a");
  EXPECT_EQ(a.severity, model::Severity::medium);
  EXPECT_EQ(a.count, 3u);
  EXPECT_EQ(a.first, second(3));
  EXPECT_EQ(a.last, second(5));
  EXPECT_EQ(a.event_ids, (std::vector<std::string>{"ev-2", "ev-1", "ev-4"}));  // untimed last
  EXPECT_EQ(a.denied, 2u);  // one by its code, one by what the event's view says
  EXPECT_EQ(a.actions, (std::vector<std::string>{"Even", "Odd"}));
  EXPECT_EQ(a.regions, (std::vector<std::string>{"r1", "r2"}));
  EXPECT_EQ(a.source_ips, (std::vector<std::string>{"10.0.0.0", "10.0.0.1"}));
  EXPECT_EQ(a.accounts, (std::vector<std::string>{"1"}));
  EXPECT_EQ(a.techniques, (std::vector<std::string>{"T1098"}));
  EXPECT_EQ(a.investigation, (std::vector<std::string>{"Look"}));
  EXPECT_EQ(a.state, "new");
  EXPECT_EQ(of("a", "arn:q").count, 1u);
  EXPECT_EQ(of("loud", "arn:p").severity, model::Severity::critical);
}

TEST(Grouping, IdsAreFixedByRuleAndGroupAlone) {
  const std::string id = testing::group_findings({one("a", event(1, 5))}, {})[0].id;
  EXPECT_EQ(id.size(), 18u);
  EXPECT_EQ(id.substr(0, 2), "f-");
  // More hits, another order, other rules beside it: the id stays.
  for (const model::Finding& f :
       testing::group_findings({one("b", event(9, 1)), one("a", event(7, 1)), one("a", event(1, 5))}, {}))
    EXPECT_EQ(f.id == id, f.rule_ids[0] == "a");
  // Known value: notes and URLs of older cases refer to it.
  EXPECT_EQ(id, "f-a926a1f7cb4aae00");
}

TEST(Grouping, GroupTextsDoNotRunTogether) {
  Detection a = one("a", event(1, 1)), b = one("a", event(2, 1)), c = one("a", event(3, 1));
  a.group = {"x", "yz"};
  b.group = {"xy", "z"};
  c.group = {"xyz"};
  for (Detection* d : {&a, &b, &c}) d->hit.events[0].principal.clear();
  EXPECT_EQ(testing::group_findings({a, b, c}, {}).size(), 3u);
}

TEST(Grouping, OnePrincipalsSessionsAreOneFinding) {
  Detection a = one("a", event(1, 1)), b = one("a", event(2, 1)), c = one("a", event(3, 1));
  a.group = {"ASIA1"};
  b.group = {"ASIA2"};
  c.group = {"ASIA2"};
  c.hit.events[0].principal = "arn:aws:iam::1:user/other";
  const auto findings = testing::group_findings({a, b, c}, {});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].count + findings[1].count, 3u);
}

TEST(Grouping, OrderOfHitsDoesNotMatter) {
  std::vector<Detection> d;
  for (int n = 0; n < 60; ++n)
    d.push_back(one(n % 7 == 0 ? "loud" : "a", event(n, n % 5, "arn:" + std::to_string(n % 4))));
  const auto shown = [](std::vector<model::Finding> f) {
    put_in_order(f);
    std::string out;
    for (const model::Finding& x : f) {
      out += x.id + " " + std::to_string(x.count);
      for (const std::string& e : x.event_ids) out += " " + e;
      out += "\n";
    }
    return out;
  };
  const std::string want = shown(testing::group_findings(d, {}));
  std::mt19937 random(7);
  for (int round = 0; round < 10; ++round) {
    std::shuffle(d.begin(), d.end(), random);
    EXPECT_EQ(shown(testing::group_findings(d, {})), want);
  }
}

TEST(Grouping, CorrelationsCountHitsAndListEachEventOnce) {
  Detection d1 = one("a", event(1, 1)), d2 = one("a", event(2, 2));
  d1.group = d2.group = {"10.0.0.1"};
  d1.hit.events.push_back(event(2, 2));
  d2.hit.events.push_back(event(3, 3));
  const auto f = testing::group_findings({d1, d2}, {});
  ASSERT_EQ(f.size(), 1u);
  EXPECT_EQ(f[0].count, 2u);
  EXPECT_EQ(f[0].event_ids, (std::vector<std::string>{"ev-1", "ev-2", "ev-3"}));
}

TEST(Grouping, EventWithoutIdIsListedByUid) {
  EXPECT_EQ(testing::group_findings({one("a", event(95, 1))}, {})[0].event_ids,
            (std::vector<std::string>{"uid-95"}));
}

TEST(FindingsOrder, SeverityThenFirstTimeThenId) {
  using model::Severity;
  std::vector<model::Finding> f = {
      {.id = "f-6", .severity = Severity::informational, .first = second(0)},
      {.id = "f-5", .severity = Severity::high},
      {.id = "f-4", .severity = Severity::high, .first = second(2)},
      {.id = "f-3", .severity = Severity::high, .first = second(1)},
      {.id = "f-2", .severity = Severity::high, .first = second(1)},
      {.id = "f-1", .severity = Severity::critical},
  };
  put_in_order(f);
  std::string ids;
  for (const model::Finding& x : f) ids += x.id + " ";
  EXPECT_EQ(ids, "f-1 f-2 f-3 f-4 f-5 f-6 ");
}

TEST(FindingsOrder, IntrudersStepsComeBeforeLookAlikesAndSuccessBeforeAttempts) {
  using model::Severity;
  std::vector<model::Finding> f = {
      {.id = "f-scanner", .severity = Severity::medium, .first = second(0), .principals = {"s"}},
      {.id = "f-step", .severity = Severity::medium, .first = second(5), .principals = {"e", "z"}},
      {.id = "f-worst", .severity = Severity::high, .first = second(4), .principals = {"e"}},
      {.id = "f-tried",
       .severity = Severity::medium,
       .first = second(1),
       .principals = {"e"},
       .event_ids = {"1"},
       .denied = 1},
      {.id = "f-judged",
       .severity = Severity::critical,
       .principals = {"s"},
       .state = std::string(kBenign)},
  };
  put_in_order(f);
  std::string ids;
  for (const model::Finding& x : f) ids += x.id + " ";
  EXPECT_EQ(ids, "f-judged f-worst f-step f-scanner f-tried ");
}

TEST(DetectionsOrder, FirstTimeThenRuleThenUid) {
  std::vector<Detection> d = {one("b", event(1, 1)), one("a", event(2, 1)), one("a", event(3, 0)),
                              one("a", event(4, std::nullopt)), one("a", event(1, 1))};
  put_in_order(d);
  std::string order;
  for (const Detection& x : d) order += x.hit.rule_id + x.hit.events[0].event_id + " ";
  EXPECT_EQ(order, "aev-3 aev-1 aev-2 bev-1 aev-4 ");
}

}  // namespace
}  // namespace backtrail::analysis
