#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "base/test_data.h"
#include "sigma/sigma.h"
#include "sources/sources.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;

/// Plain or gzip, as zlib reads both.
std::string read_any(const fs::path& path) {
  std::string out;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return out;
  std::string buffer(1 << 16, '\0');
  for (int n = 0; (n = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;)
    out.append(buffer, 0, static_cast<std::size_t>(n));
  gzclose(file);
  return out;
}

std::vector<fs::path> files_below(const fs::path& dir) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (entry.is_regular_file()) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

sigma::LoadResult load_folder(const fs::path& dir) {
  std::vector<sigma::RuleFile> files;
  for (const fs::path& path : files_below(dir))
    if (path.extension() == ".yml") files.push_back({path.filename().string(), read_any(path)});
  return sigma::load(files);
}

using HitsByRule = std::map<std::string, std::set<std::string>>;

HitsByRule hits_of(const std::shared_ptr<const sigma::RuleSet>& rules, const fs::path& dir) {
  HitsByRule out;
  std::set<std::string> seen;
  sigma::Matcher matcher(rules, sources::cloudtrail_layout(),
                         {.product = "aws", .service = "cloudtrail"});
  sources::Found found;
  const auto reader = sources::make_reader();
  for (const fs::path& path : files_below(dir)) {
    if (path.filename().string().starts_with('_')) continue;
    std::string text = read_any(path);
    const std::size_t size = text.size();
    text.resize(size + sources::kPadding);
    reader->start(std::string_view(text).substr(0, size));
    while (reader->next(found)) {
      const model::Record& record = *found.record;
      const std::string id(record.at(sources::kEventID).text);
      if (!seen.insert(id).second) continue;
      for (const std::uint32_t rule : matcher.match(record))
        out[rules->rules()[rule].id].insert(id);
    }
  }
  return out;
}

TEST(SigmaHits, EqualTheExpectedOnesRuleByRuleAndEventByEvent) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const sigma::LoadResult loaded = load_folder(data / "sigma-aws/rules");
  ASSERT_EQ(loaded.rules->rules().size(), 57U);
  EXPECT_TRUE(loaded.rejected.empty());
  EXPECT_TRUE(loaded.warnings.empty());

  const auto expected = Json::parse(*read_file(data / "expected/sigma-hits.json"));
  ASSERT_TRUE(expected);
  ASSERT_EQ(expected->as_object().size(), 3U);
  for (const auto& [name, set] : expected->as_object()) {
    HitsByRule want;
    for (const auto& [id, rule] : set["rules"].as_object())
      for (const Json& event : rule["eventIDs"].as_array()) want[id].insert(event.as_string());
    std::erase_if(want, [](const auto& entry) { return entry.second.empty(); });
    ASSERT_FALSE(want.empty()) << name;
    EXPECT_EQ(hits_of(loaded.rules, data / name), want) << name;
  }
}

TEST(SigmaHits, LegacyRulesAreRefusedWithTheirReplacement) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const sigma::LoadResult loaded = load_folder(data / "sigma-aws/unsupported");
  EXPECT_TRUE(loaded.rules->rules().empty());
  std::map<std::string, std::string> refused;
  for (const sigma::Problem& p : loaded.rejected) {
    EXPECT_GT(p.line, 0) << p.path;
    EXPECT_NE(p.message.find("correlation document of type"), std::string::npos) << p.message;
    refused[p.path] = p.id;
  }
  EXPECT_EQ(refused.size(), 8U);
}

TEST(SigmaHits, ThePlaceholderRuleNeedsItsTable) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const sigma::LoadResult loaded = load_folder(data / "sigma-aws/rules-placeholder");
  ASSERT_EQ(loaded.rejected.size(), 1U);
  EXPECT_EQ(loaded.rejected[0].id, "sigma.placeholder");
  EXPECT_NE(loaded.rejected[0].message.find("Legitimate_Countries"), std::string::npos);
}

}  // namespace
}  // namespace backtrail
