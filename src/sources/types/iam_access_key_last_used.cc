// When an access key was used last. Source: IAM API Reference, "GetAccessKeyLastUsed".
#include "base/text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  const model::Value* const used = item.find("AccessKeyLastUsed");
  return used != nullptr && used->kind == model::Value::Kind::object && item.has("UserName");
}

std::optional<Refusal> complete(const JsonItem&, Draft& draft) {
  if (draft.context().time) draft.time(draft.context().time);
  return std::nullopt;
}

}  // namespace

const model::LogType& iam_access_key_last_used_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "iam_access_key_last_used",
                     .title = "IAM access key last used",
                     .table = "iam_access_key_last_used",
                     .service = "iam_access_key_last_used",
                     .is_state = true};
    // The answer leaves the key's id out; collectors that keep it put it beside the rest.
    t.fields = {{.name = "UserName", .column = "username"},
                {.name = "AccessKeyId", .column = "accesskeyid"},
                {.name = "AccessKeyLastUsed.LastUsedDate", .column = "lastuseddate"},
                {.name = "AccessKeyLastUsed.ServiceName", .column = "servicename"},
                {.name = "AccessKeyLastUsed.Region", .column = "region"}};
    t.shape = {.source = {.otherwise = "iam"},
               .user_name = {.fields = {"UserName"}},
               .access_key = {.fields = {"AccessKeyId"}},
               .resource = {.fields = {"AccessKeyId", "UserName"}},
               .outcome = {.otherwise = "success"}};
    return t;
  }();
  return type;
}

JsonType iam_access_key_last_used_json() {
  return {.type = &iam_access_key_last_used_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
