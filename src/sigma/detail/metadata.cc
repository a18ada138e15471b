#include "sigma/detail/metadata.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace backtrail::sigma::detail {
namespace {

bool is_uuid(std::string_view s) {
  if (s.size() != 36) return false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = s[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

/// `2024-02-29`, or the old `2024/02/29`.
bool is_date(std::string s) {
  std::replace(s.begin(), s.end(), '/', '-');
  return s.size() == 10 && parse_log_time(s).has_value();
}

bool read_level(const Yaml& root, RuleInfo& info, Issues& issues) {
  const Yaml* level = root.find("level");
  if (level == nullptr || level->is_null()) return true;
  const auto severity = model::parse_severity(level->text);
  if (!severity) {
    static const std::vector<std::string> kLevels = {"informational", "low", "medium", "high",
                                                     "critical"};
    return issues.fail(level->place, "sigma.level",
                       fmt::format("level \"{}\" does not exist; expected one of {}{}", level->text,
                                   join(kLevels, ", "), suggestion(level->text, kLevels)));
  }
  info.level = *severity;
  return true;
}

bool read_status(const Yaml& root, RuleInfo& info, Issues& issues) {
  const Yaml* status = root.find("status");
  if (status == nullptr || status->is_null()) return true;
  static const std::vector<std::string> kStatuses = {"stable", "test", "experimental", "deprecated",
                                                     "unsupported"};
  if (std::find(kStatuses.begin(), kStatuses.end(), status->text) == kStatuses.end())
    return issues.fail(
        status->place, "sigma.status",
        fmt::format("status \"{}\" does not exist; expected one of {}{}", status->text,
                    join(kStatuses, ", "), suggestion(status->text, kStatuses)));
  info.status = status->text;
  return true;
}

void check_dates(const Yaml& root, Issues& issues) {
  for (const char* key : {"date", "modified"}) {
    const Yaml* date = root.find(key);
    if (date != nullptr && !date->is_null() && !is_date(date->text))
      issues.warn(date->place, "sigma.date",
                  fmt::format("{} \"{}\" is not a date; expected YYYY-MM-DD", key, date->text));
  }
}

void check_related(const Yaml& root, Issues& issues) {
  const Yaml* related = root.find("related");
  if (related == nullptr) return;
  static const std::vector<std::string> kTypes = {"derived", "obsolete", "obsoletes",  "merged",
                                                  "renamed", "similar",  "correlation"};
  for (const Yaml& item : related->items) {
    const std::string type = yaml_text(item, "type");
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end())
      issues.warn(item.place, "sigma.related",
                  fmt::format("related type \"{}\" does not exist; expected one of {}{}", type,
                              join(kTypes, ", "), suggestion(type, kTypes)));
  }
}

}  // namespace

std::vector<std::string> yaml_texts(const Yaml* v) {
  std::vector<std::string> out;
  if (v == nullptr || v->is_null()) return out;
  if (v->is_scalar()) out.push_back(v->text);
  for (const Yaml& item : v->items)
    if (item.is_scalar()) out.push_back(item.text);
  return out;
}

std::string yaml_text(const Yaml& map, std::string_view key) {
  const Yaml* v = map.find(key);
  return v != nullptr && v->is_scalar() && !v->is_null() ? v->text : std::string();
}

bool read_metadata(const Yaml& root, RuleInfo& info, Issues& issues) {
  info.id = yaml_text(root, "id");
  info.name = yaml_text(root, "name");
  info.title = yaml_text(root, "title");
  info.description = trim(yaml_text(root, "description"));
  info.author = yaml_text(root, "author");
  info.license = yaml_text(root, "license");
  info.date = yaml_text(root, "date");
  info.references = yaml_texts(root.find("references"));
  info.falsepositives = yaml_texts(root.find("falsepositives"));
  info.investigation = yaml_texts(root.find("investigation"));
  if (!read_level(root, info, issues) || !read_status(root, info, issues)) return false;

  if (info.title.empty()) issues.warn(root.place, "sigma.title_missing", "the rule has no `title`");
  if (!info.id.empty() && !is_uuid(info.id))
    issues.warn(root.find("id")->place, "sigma.id",
                fmt::format("id \"{}\" is not a UUID", info.id));
  check_dates(root, issues);
  check_related(root, issues);
  if (const Yaml* tags = root.find("tags"); tags != nullptr) read_tags(*tags, info, issues);
  return true;
}

bool read_logsource(const Yaml& root, LogSource& out, Issues& issues) {
  const Yaml* source = root.find("logsource");
  if (source == nullptr)
    return issues.fail(root.place, "sigma.logsource",
                       "`logsource` is missing: the rule does not say which logs it is for");
  if (!source->is_map())
    return issues.fail(source->place, "sigma.logsource",
                       fmt::format("`logsource` must be a map, not {}", yaml_kind(*source)));
  out = {.category = yaml_text(*source, "category"),
         .product = yaml_text(*source, "product"),
         .service = yaml_text(*source, "service"),
         .definition = yaml_text(*source, "definition")};
  if (out.category.empty() && out.product.empty() && out.service.empty())
    return issues.fail(source->place, "sigma.logsource",
                       "`logsource` names neither category nor product nor service");
  return true;
}

bool covers(const LogSource& wanted, const LogSource& given) {
  const auto fits = [](const std::string& w, const std::string& g) {
    return w.empty() || equal_ignore_case_ascii(w, g);
  };
  return fits(wanted.category, given.category) && fits(wanted.product, given.product) &&
         (fits(wanted.service, given.service) ||
          std::any_of(given.also_services.begin(), given.also_services.end(),
                      [&](const std::string& s) { return fits(wanted.service, s); }));
}

}  // namespace backtrail::sigma::detail
