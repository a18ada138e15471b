// Users, groups, roles and policies of an account. Source: IAM API Reference,
// "GetAccountAuthorizationDetails", "UserDetail", "GroupDetail", "RoleDetail", "ManagedPolicyDetail".
#include "base/json.h"
#include "base/text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::Value;

enum Field : std::size_t {
  kKind, kName, kId, kArn, kPath, kCreateDate, kUpdateDate, kTrustPolicy, kInlinePolicies, kAttachedPolicies,
  kGroupList, kInstanceProfiles, kBoundary, kRoleLastUsed, kTags, kAttachmentCount, kBoundaryUsageCount,
  kIsAttachable, kDefaultVersion, kVersions, kPolicyDocument, kDescription, kFields
};
constexpr const char* kNames[kFields] = {
    "Kind", "Name", "Id", "Arn", "Path", "CreateDate", "UpdateDate", "AssumeRolePolicyDocument",
    "InlinePolicies", "AttachedManagedPolicies", "GroupList", "InstanceProfileList", "PermissionsBoundary",
    "RoleLastUsed", "Tags", "AttachmentCount", "PermissionsBoundaryUsageCount", "IsAttachable",
    "DefaultVersionId", "PolicyVersionList", "PolicyDocument", "Description"};

struct Kind {
  std::string_view word, name, id, inline_policies;
};
constexpr Kind kKinds[] = {{"user", "UserName", "UserId", "UserPolicyList"},
                           {"role", "RoleName", "RoleId", "RolePolicyList"},
                           {"group", "GroupName", "GroupId", "GroupPolicyList"},
                           {"policy", "PolicyName", "PolicyId", ""}};

const Kind* kind_of_entity(const JsonItem& item) {
  const std::string_view arn = item.text("Arn");
  if (!arn.starts_with("arn:") || arn.find(":iam::") == std::string_view::npos) return nullptr;
  for (const Kind& kind : kKinds)
    if (item.has(kind.name) && item.has(kind.id)) return &kind;
  return nullptr;
}

bool recognises(const JsonItem& item) { return kind_of_entity(item) != nullptr; }

/// Policies come as objects from the command line and in percent encoding from the API.
std::string decode_percent(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return to_valid_utf8(out);
}

Json decoded(const Json& value) {
  if (value.is_string() && value.as_string().starts_with("%7B")) {
    Result<Json> document = Json::parse(decode_percent(value.as_string()));
    return document ? std::move(*document) : value;
  }
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& inner : value.as_array()) out.push(decoded(inner));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, inner] : value.as_object()) out.append(key, decoded(inner));
  return out;
}

std::string respell(const JsonItem& item) {
  if (item.whole().find("%7B") == std::string_view::npos) return {};
  const Result<Json> json = Json::parse(item.whole());
  return json ? decoded(*json).dump() : std::string();
}

/// The document of the version in force.
std::string document_in_force(const JsonItem& item) {
  const Value* const versions = item.find("PolicyVersionList");
  if (versions == nullptr) return {};
  const Result<Json> list = Json::parse(versions->text);
  if (!list) return {};
  for (const Json& version : list->as_array()) {
    const bool is_default = version["IsDefaultVersion"].as_bool() ||
                            version["VersionId"].as_string() == item.text("DefaultVersionId");
    if (is_default && version.find("Document") != nullptr) return version["Document"].dump();
  }
  return {};
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const Kind* const kind = kind_of_entity(item);
  if (kind == nullptr) return Refusal{"not_a_record", "the object is no user, group, role or policy"};
  draft.text(kKind, kind->word);
  draft.text(kName, item.text(kind->name));
  draft.text(kId, item.text(kind->id));
  if (const Value* const own = kind->inline_policies.empty() ? nullptr : item.find(kind->inline_policies))
    draft.value(kInlinePolicies, *own);
  if (const std::string document = document_in_force(item); !document.empty()) {
    draft.value(kPolicyDocument, {.kind = Value::Kind::object, .text = draft.keep(document)});
  }
  // A policy of AWS's own has "aws" in the account's place.
  const std::vector<std::string_view> arn = split(item.text("Arn"), ':');
  if (arn.size() > 4 && arn[4] != "aws") draft.account(arn[4]);
  if (draft.context().time) draft.time(draft.context().time);
  return std::nullopt;
}

}  // namespace

const model::LogType& iam_entities_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "iam_entities",
                     .title = "IAM authorization details",
                     .table = "iam_entities",
                     .service = "iam_entities",
                     .is_state = true};
    for (const char* name : kNames) t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t.shape = {.source = {.otherwise = "iam"},
               .principal = {.fields = {"Arn"}},
               .action = {.fields = {"Kind"}},
               .resource = {.fields = {"Arn"}},
               .outcome = {.otherwise = "success"}};
    return t;
  }();
  return type;
}

JsonType iam_entities_json() {
  return {.type = &iam_entities_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

}  // namespace backtrail::sources::detail
