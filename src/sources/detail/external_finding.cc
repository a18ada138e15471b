#include "sources/detail/external_finding.h"

#include <cstdlib>

#include "base/json.h"
#include "base/text.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

std::string json_array(const std::set<std::string>& texts) {
  JsonWriter out;
  out.begin_array();
  for (const std::string& text : texts) out.string(text);
  return out.end_array().take();
}

}  // namespace

model::LogType finding_type(model::LogType type) {
  for (model::LogField& f : model::finding_fields()) type.fields.push_back(std::move(f));
  type.is_finding = true;
  type.shape = {.source = {.otherwise = type.name},
                .principal = {.fields = {"_principal"}},
                .access_key = {.fields = {"_access_key"}},
                .action = {.fields = {"_finding_type"}},
                .resource = {.fields = {"_finding_id"}},
                .outcome = {.otherwise = "success"},
                .message = {.fields = {"_finding_title"}},
                .severity = {.fields = {"_finding_level"}},
                .source_ip = {.fields = {"_source_ip"}}};
  return type;
}

void set_finding(const model::LogType& type, const ExternalFinding& f, Draft& draft) {
  std::size_t field = type.fields.size() - model::finding_fields().size();
  const auto next = [&](std::string_view value) {
    if (!value.empty()) draft.keep_text(field, value);
    ++field;
  };
  const auto first = [](const std::set<std::string>& texts) {
    return texts.empty() ? std::string_view() : std::string_view(*texts.begin());
  };
  const auto time = [](std::string_view text) {
    const auto t = time_of_text(text);
    return t ? format_rfc3339(*t) : std::string();
  };
  next(f.id);
  next(f.type);
  next(f.title);
  next(model::to_string(f.level));
  next(f.source);
  next(time(f.first));
  next(time(f.last));
  next(first(f.principals));
  next(f.access_key);
  next(first(f.addresses));
  next(json_array(f.addresses));
  next(json_array(f.resources));
  next(json_array(f.principals));
}

void collect(const JsonItem& item, std::initializer_list<std::string_view> paths, std::set<std::string>& out) {
  for (const std::string_view path : paths)
    item.all(path, [&](std::string_view text) {
      if (!text.empty()) out.emplace(text);
    });
}

std::optional<model::Severity> level_of_label(std::string_view label) {
  const std::string word = to_lower_ascii(label);
  if (word == "moderate") return model::Severity::medium;
  if (word == "fatal") return model::Severity::critical;
  if (word == "untriaged" || word == "info" || word == "none") return model::Severity::informational;
  return model::parse_severity(word);
}

std::string principal_name(std::string_view account, std::string_view kind, std::string_view name) {
  const std::string iam = "arn:aws:iam::" + std::string(account) + ":";
  if (kind == "Root") return iam + "root";
  if (name.empty()) return {};
  if (kind == "IAMUser") return iam + "user/" + std::string(name);
  // The name is the role's, or role and session.
  if (kind == "AssumedRole" || kind == "Role") return iam + "role/" + std::string(name.substr(0, name.find('/')));
  return std::string(name);
}

std::string principal_of_arn(std::string_view arn) {
  const std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() < 6 || parts[0] != "arn" || (parts[2] != "iam" && parts[2] != "sts")) return {};
  if (parts[2] == "iam") return std::string(arn);
  constexpr std::string_view kAssumed = "assumed-role/";
  if (!parts[5].starts_with(kAssumed)) return std::string(arn);
  return principal_name(parts[4], "AssumedRole", parts[5].substr(kAssumed.size()));
}

std::string_view arn_part(std::string_view arn, std::size_t part) {
  if (!arn.starts_with("arn:")) return {};
  const std::vector<std::string_view> parts = split(arn, ':');
  return part < parts.size() ? parts[part] : std::string_view();
}

std::optional<Timestamp> time_of_text(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text.find_first_not_of("0123456789.") == std::string_view::npos && text.find('-') == std::string_view::npos) {
    const std::size_t dot = text.find('.');
    const auto seconds = time_of_epoch(text.substr(0, dot), 1);
    if (!seconds || dot == std::string_view::npos) return seconds;
    std::string fraction(text.substr(dot + 1, 6));
    if (!is_integer(fraction)) return std::nullopt;
    fraction.resize(6, '0');
    return *seconds + std::chrono::microseconds(std::atol(fraction.c_str()));
  }
  return parse_log_time(text);
}

}  // namespace backtrail::sources::detail
