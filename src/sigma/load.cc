#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "sigma/detail/collection.h"
#include "sigma/detail/compiled.h"
#include "sigma/detail/drafts.h"
#include "sigma/sigma.h"

namespace backtrail::sigma {
namespace {

using detail::CorrelationDraft;
using detail::DetectionDraft;
using detail::Draft;
using detail::FilterDraft;

std::vector<Draft> read_files(const std::vector<RuleFile>& files, const LoadOptions& options,
                              detail::TestTable& tests) {
  std::vector<Draft> drafts;
  for (const RuleFile& file : files) {
    std::vector<detail::YamlDocument> documents = detail::read_yaml(file.text);
    detail::merge_collection(documents);
    for (detail::YamlDocument& document : documents) {
      Draft& d = drafts.emplace_back();
      d.path = file.path;
      d.number = document.number;
      d.place = document.place;
      d.text = document.text;
      d.issues = std::move(document.issues);
      if (d.issues.failed()) continue;
      if (document.root.place.line > 0) d.place = document.root.place;
      d.root = std::move(document.root);
      detail::read_draft(d, tests, options);
    }
  }
  return drafts;
}

/// The id by which people and other modules name the rule.
std::string shown_id(const Draft& d) {
  if (!d.info.id.empty()) return d.info.id;
  if (!d.info.name.empty()) return d.info.name;
  return fmt::format("{}#{}", d.path, d.number);
}

/// Rules that only feed correlations stay silent; a chain reports by its outermost correlation.
void silence_cited(RuleSet::Compiled& compiled) {
  std::vector<bool> cited(compiled.infos.size());
  std::vector<bool> generated(compiled.infos.size());
  for (const detail::Correlation& c : compiled.correlations)
    for (const std::uint32_t rule : c.rules) {
      cited[rule] = true;
      if (c.generate) generated[rule] = true;
    }
  for (std::size_t i = 0; i < cited.size(); ++i)
    compiled.infos[i].reports = !cited[i] || generated[i];
}

/// What the meaning of the rules depends on, each piece with its length before it.
class RuleHash {
 public:
  void add(std::string_view piece) {
    stream_.update(std::to_string(piece.size()) + "\n");
    stream_.update(piece);
  }
  void add(const LoadOptions& options) {
    for (const auto& [name, values] : options.placeholders) {
      add(name);
      for (const std::string& value : values) add(value);
    }
  }
  [[nodiscard]] std::string finish() { return to_hex(stream_.finish()); }

 private:
  Sha256Stream stream_;
};

std::unique_ptr<RuleSet::Compiled> compile(std::vector<Draft>& drafts, const LoadOptions& options,
                                           detail::TestTable& tests) {
  auto compiled = std::make_unique<RuleSet::Compiled>();
  std::vector<std::uint32_t> filter_index(drafts.size());
  std::uint32_t filters = 0;
  for (std::size_t i = 0; i < drafts.size(); ++i)
    if (drafts[i].alive() && std::holds_alternative<FilterDraft>(drafts[i].body))
      filter_index[i] = filters++;
  detail::apply_filters(drafts, filter_index);
  const std::vector<std::size_t> correlations = detail::order_correlations(drafts);

  std::vector<std::uint32_t> rule_index(drafts.size());
  RuleHash hash;
  hash.add(options);
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    Draft& d = drafts[i];
    if (!d.alive()) continue;
    hash.add(d.text);
    const std::string id = shown_id(d);
    if (const auto* filter = std::get_if<FilterDraft>(&d.body)) {
      compiled->filters.push_back({.id = id,
                                   .title = d.info.title,
                                   .path = d.path,
                                   .line = d.place.line,
                                   .applied = filter->applied});
      continue;
    }
    rule_index[i] = static_cast<std::uint32_t>(compiled->infos.size());
    if (!d.info.name.empty()) compiled->by_name[d.info.name] = rule_index[i];
    d.info.id = id;
    if (auto* detection = std::get_if<DetectionDraft>(&d.body))
      compiled->detections.push_back({.rule = rule_index[i],
                                      .conditions = std::move(detection->conditions),
                                      .filters = std::move(detection->filters)});
    compiled->infos.push_back(d.info);
  }
  for (const std::size_t i : correlations) {
    detail::Correlation& c = compiled->correlations.emplace_back();
    BACKTRAIL_CHECK(detail::bind_correlation(drafts, i, rule_index, c), "an ordered correlation");
  }
  for (std::size_t i = 0; i < compiled->infos.size(); ++i)  // an id goes before an equal name
    compiled->by_name[compiled->infos[i].id] = static_cast<std::uint32_t>(i);
  silence_cited(*compiled);
  compiled->tests = tests.take();
  compiled->hash = hash.finish();
  return compiled;
}

Problem to_problem(const Draft& d, const detail::Issue& issue) {
  return {.path = d.path,
          .line = issue.place.line,
          .column = issue.place.column,
          .rule_id = d.info.id.empty() ? d.info.name : d.info.id,
          .id = issue.id,
          .message = issue.message};
}

}  // namespace

LoadResult load(const std::vector<RuleFile>& files, const LoadOptions& options) {
  detail::TestTable tests;
  std::vector<Draft> drafts = read_files(files, options, tests);
  detail::resolve_duplicates(drafts);

  LoadResult out;
  out.rules = std::make_shared<RuleSet>(compile(drafts, options, tests));
  for (const Draft& d : drafts) {
    if (d.issues.failed()) out.rejected.push_back(to_problem(d, *d.issues.error()));
    for (const detail::Issue& w : d.issues.warnings()) out.warnings.push_back(to_problem(d, w));
  }
  return out;
}

}  // namespace backtrail::sigma
