// Any bytes as a rule file: load, match in two layouts, explain, correlate.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/testing/json_record.h"
#include "sigma/sigma.h"

namespace {

using namespace backtrail;

constexpr const char* kRecords[] = {
    R"({})",
    R"({"eventName":"CreateUser","eventSource":"iam.amazonaws.com","f":["a",1,null,{"g":"x"}],"n":5,
        "ip":"10.1.2.3","time":"2023-07-10T11:42:31Z","o":{"p":"{\"Effect\":\"Allow\"}","q":[]}})",
    R"({"f":"","o":{"p":"%7B%22a%22%3a1%7D"},"eventName":["x"],"n":"7.5","ip":"::ffff:10.0.0.1"})",
};

void match_all(const std::shared_ptr<const sigma::RuleSet>& rules) {
  const sigma::LogSource source{.product = "aws", .service = "cloudtrail"};
  model::testing::JsonRecord plain;
  model::testing::JsonRecord slotted({"eventName", "eventSource", "f", "o", "ip"});
  sigma::Matcher a(rules, plain.layout(), source);
  sigma::Matcher b(rules, slotted.layout(), source);
  std::vector<sigma::BaseHit> hits;
  for (const char* json : kRecords) {
    const model::Record& record = plain.load(json);
    const auto left = a.match(record);
    const std::vector<std::uint32_t> fired(left.begin(), left.end());
    const auto right = b.match(slotted.load(json));
    BACKTRAIL_CHECK(fired == std::vector<std::uint32_t>(right.begin(), right.end()) ||
                        a.regex_limits_hit() + b.regex_limits_hit() > 0,
                    "both layouts agree");
    for (std::uint32_t rule = 0; rule < rules->rules().size(); ++rule) {
      const sigma::Explanation e = sigma::explain(*rules, rule, record, source);
      const bool hit = std::find(fired.begin(), fired.end(), rule) != fired.end();
      BACKTRAIL_CHECK(e.fires == hit, "explain and match agree");
      if (hit)
        for (int second : {0, 1, 60})
          hits.push_back({.rule = rule,
                          .time = Timestamp(std::chrono::seconds(second)),
                          .event_key = std::to_string(hits.size()),
                          .captured = a.capture(rule, record)});
    }
  }
  (void)sigma::correlate(*rules, hits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sigma::LoadResult loaded =
      sigma::load({{.path = "f", .text = std::string(data, data + size)}},
                  {.placeholders = {{"x", {"a", "b*"}}}});
  match_all(loaded.rules);
  return 0;
}
