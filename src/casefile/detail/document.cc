#include "casefile/detail/document.h"

#include <fmt/format.h>

#include "casefile/detail/layout.h"

namespace backtrail::casefile {
namespace {

Error damaged(std::string_view why) {
  return data_loss("case.damaged", "case.json: " + std::string(why));
}

Json list_of(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& t : texts) out.push(t);
  return out;
}

Result<std::vector<std::string>> texts_of(const Json& context, std::string_view name) {
  const Json& list = context[name];
  std::vector<std::string> out;
  if (!list.is_null() && !list.is_array())
    return damaged(fmt::format("'context.{}' is not a list", name));
  for (const Json& t : list.as_array()) {
    if (!t.is_string())
      return damaged(fmt::format("'context.{}' holds other things than text", name));
    out.push_back(t.as_string());
  }
  return out;
}

Result<Context> context_from(const Json& json) {
  Context c;
  BACKTRAIL_ASSIGN(c.accounts, texts_of(json, "accounts"));
  BACKTRAIL_ASSIGN(c.networks, texts_of(json, "networks"));
  BACKTRAIL_ASSIGN(c.scanners, texts_of(json, "scanners"));
  BACKTRAIL_ASSIGN(c.break_glass, texts_of(json, "break_glass"));
  BACKTRAIL_ASSIGN(c.responders, texts_of(json, "responders"));
  for (const Json& pair : json["account_names"].as_array())
    c.account_names.emplace_back(pair["id"].as_string(), pair["name"].as_string());
  return c;
}

}  // namespace

Json to_json(const Context& c) {
  Json names = Json::array();
  for (const auto& [id, name] : c.account_names)
    names.push(Json::object().set("id", id).set("name", name));
  return Json::object()
      .set("accounts", list_of(c.accounts))
      .set("account_names", std::move(names))
      .set("networks", list_of(c.networks))
      .set("scanners", list_of(c.scanners))
      .set("break_glass", list_of(c.break_glass))
      .set("responders", list_of(c.responders));
}

Json to_json(const Info& info) {
  return Json::object()
      .set("schema", "backtrail.case")
      .set("schema_version", info.schema_version)
      .set("id", info.id.text())
      .set("name", info.name)
      .set("created", format_rfc3339(info.created))
      .set("context", to_json(info.context));
}

std::string case_text(const Info& info) { return to_json(info).dump_pretty(); }

Result<Info> info_from(const Json& document) {
  Info info;
  info.id = CaseId(document["id"].as_string());
  if (info.id.empty()) return damaged("'id' is missing");
  info.name = document["name"].as_string();
  const auto created = parse_rfc3339(document["created"].as_string());
  if (!created) return damaged("'created' is missing or no time");
  info.created = *created;
  info.schema_version = static_cast<int>(document["schema_version"].as_int());
  BACKTRAIL_ASSIGN(info.context, context_from(document["context"]));
  return info;
}

Result<Json> migrate(Json document, std::span<const Migration> steps, int target) {
  const Json& version = document["schema_version"];
  if (!version.is_number()) return damaged("'schema_version' is missing");
  if (version.as_int() > target)
    return failed_precondition(
        "case.newer",
        fmt::format("the case has format version {}, this program knows versions up to {}; "
                    "open it with a newer backtrail",
                    version.as_int(), target));
  while (document["schema_version"].as_int() < target) {
    const std::int64_t from = document["schema_version"].as_int();
    const Migration* step = nullptr;
    for (const Migration& m : steps)
      if (m.from == from) step = &m;
    if (step == nullptr) return damaged(fmt::format("there never was a format version {}", from));
    document = step->apply(std::move(document));
    document.set("schema_version", from + 1);
  }
  return document;
}

std::span<const Migration> migrations() { return {}; }  // version 1 is the first

}  // namespace backtrail::casefile
