#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/testing/json_record.h"
#include "sigma/sigma.h"

/// Short ways to load and run rules in tests.
namespace backtrail::sigma::testing {

inline const LogSource kAws = {.product = "aws", .service = "cloudtrail"};

inline LoadResult load_text(std::string text, const LoadOptions& options = {}) {
  return load({{.path = "r.yml", .text = std::move(text)}}, options);
}

/// A whole rule around `detection` (flow or block YAML, indented by two when a block).
inline std::string rule_text(std::string_view detection, std::string_view more = "") {
  return "title: t\n" + std::string(more) + "logsource: {product: aws}\ndetection:\n  " +
         std::string(detection) + "\n";
}

/// A rule with one selection `sel`, given in flow style: `{eventName: x}`.
inline std::string selection_rule(std::string_view selection) {
  return rule_text("sel: " + std::string(selection) + "\n  condition: sel");
}

/// "id id …" of the rejected documents, then of the warnings behind " w:".
inline std::string problem_ids(const LoadResult& loaded) {
  std::string out;
  for (const Problem& p : loaded.rejected) out += (out.empty() ? "" : " ") + p.id;
  for (const Problem& p : loaded.warnings) out += (out.empty() ? "w:" : " w:") + p.id;
  return out;
}

/// Indices of the rules that fire. The record is matched in a layout without slots and in one with
/// the given slots; both must agree.
inline std::vector<std::uint32_t> matching(const LoadResult& loaded, std::string_view json,
                                           std::vector<std::string> slots = {"eventName", "f", "o",
                                                                             "userIdentity.type"}) {
  model::testing::JsonRecord plain;
  Matcher a(loaded.rules, plain.layout(), kAws);
  const auto hits = a.match(plain.load(json));
  std::vector<std::uint32_t> out(hits.begin(), hits.end());

  model::testing::JsonRecord slotted(std::move(slots));
  Matcher b(loaded.rules, slotted.layout(), kAws);
  const auto again = b.match(slotted.load(json));
  EXPECT_EQ(out, std::vector<std::uint32_t>(again.begin(), again.end()))
      << "slots change the answer for " << json;
  return out;
}

/// Whether the text's first rule fires; a text that does not load is a test failure.
inline bool fires(const std::string& text, std::string_view json, const LoadOptions& options = {}) {
  const LoadResult loaded = load_text(text, options);
  EXPECT_EQ(loaded.rejected.size(), 0U)
      << text << (loaded.rejected.empty() ? "" : loaded.rejected[0].message);
  if (loaded.rules->rules().empty()) return false;
  const auto hits = matching(loaded, json);
  return !hits.empty() && hits.front() == 0;
}

/// Base rules a, b and c, which test f = 1, 2, 3.
inline std::string base_rules() {
  std::string out;
  for (const auto& [name, value] : {std::pair{"a", "1"}, std::pair{"b", "2"}, std::pair{"c", "3"}})
    out += std::string("title: t\nname: ") + name +
           "\nlogsource: {product: aws}\ndetection: {s: {f: " + value + "}, condition: s}\n---\n";
  return out;
}

inline std::string correlation(std::string_view body, std::string_view name = "corr") {
  return "title: c\nname: " + std::string(name) + "\ncorrelation: {" + std::string(body) +
         "}\n---\n";
}

}  // namespace backtrail::sigma::testing
