#include <algorithm>
#include <array>

#include "analysis/analysis.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

struct Scalar {
  const char* path;    // as CloudTrail spells it
  const char* column;  // where the table keeps it
};
// Stored value by value: that no row has one proves that no record does.
constexpr std::array kScalars = {
    Scalar{"eventVersion", "eventversion"},
    Scalar{"eventTime", "eventtime"},
    Scalar{"eventSource", "eventsource"},
    Scalar{"eventName", "eventname"},
    Scalar{"awsRegion", "awsregion"},
    Scalar{"sourceIPAddress", "sourceipaddress"},
    Scalar{"userAgent", "useragent"},
    Scalar{"errorCode", "errorcode"},
    Scalar{"errorMessage", "errormessage"},
    Scalar{"requestID", "requestid"},
    Scalar{"eventID", "eventid"},
    Scalar{"eventType", "eventtype"},
    Scalar{"apiVersion", "apiversion"},
    Scalar{"readOnly", "readonly"},
    Scalar{"recipientAccountId", "recipientaccountid"},
    Scalar{"sharedEventID", "sharedeventid"},
    Scalar{"vpcEndpointId", "vpcendpointid"},
    Scalar{"vpcEndpointAccountId", "vpcendpointaccountid"},
    Scalar{"eventCategory", "eventcategory"},
    Scalar{"sessionCredentialFromConsole", "sessioncredentialfromconsole"},
    Scalar{"userIdentity.type", "useridentity.\"type\""},
    Scalar{"userIdentity.principalId", "useridentity.principalid"},
    Scalar{"userIdentity.arn", "useridentity.arn"},
    Scalar{"userIdentity.accountId", "useridentity.accountid"},
    Scalar{"userIdentity.invokedBy", "useridentity.invokedby"},
    Scalar{"userIdentity.accessKeyId", "useridentity.accesskeyid"},
    Scalar{"userIdentity.userName", "useridentity.username"},
    Scalar{"userIdentity.onBehalfOf.userId", "useridentity.onbehalfof.userid"},
    Scalar{"userIdentity.onBehalfOf.identityStoreArn", "useridentity.onbehalfof.identitystorearn"},
    Scalar{"userIdentity.sessionContext.attributes.mfaAuthenticated",
           "useridentity.sessioncontext.attributes.mfaauthenticated"},
    Scalar{"userIdentity.sessionContext.attributes.creationDate",
           "useridentity.sessioncontext.attributes.creationdate"},
    Scalar{"userIdentity.sessionContext.ec2RoleDelivery",
           "useridentity.sessioncontext.ec2roledelivery"},
    Scalar{"userIdentity.sessionContext.sessionIssuer.type",
           "useridentity.sessioncontext.sessionissuer.\"type\""},
    Scalar{"userIdentity.sessionContext.sessionIssuer.principalId",
           "useridentity.sessioncontext.sessionissuer.principalid"},
    Scalar{"userIdentity.sessionContext.sessionIssuer.arn",
           "useridentity.sessioncontext.sessionissuer.arn"},
    Scalar{"userIdentity.sessionContext.sessionIssuer.accountId",
           "useridentity.sessioncontext.sessionissuer.accountid"},
    Scalar{"userIdentity.sessionContext.sessionIssuer.userName",
           "useridentity.sessioncontext.sessionissuer.username"},
};
// Stored whole as JSON text.
constexpr std::array kWhole = {
    Scalar{"requestParameters", "requestparameters"},
    Scalar{"responseElements", "responseelements"},
    Scalar{"additionalEventData", "additionaleventdata"},
    Scalar{"serviceEventDetails", "serviceeventdetails"},
};

bool lies_in(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '.');
}

struct Found {
  std::set<std::string> paths{};
  std::set<std::string> opaque{};
};

/// `shape`: what DuckDB's json_structure gives: objects, arrays of one member, type names; "JSON"
/// where members of an array differ in kind.
void add_shape(const std::string& path, const Json& shape, Found& found) {
  if (shape.is_object()) {
    found.paths.insert(path);
    for (const auto& [key, below] : shape.as_object()) add_shape(path + "." + key, below, found);
  } else if (shape.is_array()) {
    found.paths.insert(path);
    for (const Json& member : shape.as_array()) add_shape(path, member, found);
  } else {
    found.paths.insert(path);
    if (shape.as_string() == "JSON") found.opaque.insert(path);
  }
}

Result<void> read_scalars(store::Engine& engine, Found& found, const std::stop_token& stop) {
  std::string sql;
  for (const Scalar& s : kScalars)
    sql += std::string(sql.empty() ? "SELECT " : ", ") + "count(" + s.column + ") > 0";
  BACKTRAIL_ASSIGN(const store::Table t,
                   fetch(engine, {.sql = sql + " FROM cloudtrail_logs"}, stop));
  for (std::size_t i = 0; i < kScalars.size(); ++i)
    if (store::to_text(t.rows[0][i]) == "true") found.paths.insert(kScalars[i].path);
  return {};
}

Result<void> read_whole(store::Engine& engine, const Scalar& field, Found& found,
                        const std::stop_token& stop) {
  const std::string column = field.column;
  // Text that is no JSON (a masked or cut value) counts as a value without members.
  return each_row(
      engine,
      {.sql = "SELECT DISTINCT CASE WHEN json_valid(" + column + ") THEN CAST(json_structure(" +
              column + ") AS VARCHAR) ELSE '\"VARCHAR\"' END FROM cloudtrail_logs WHERE " + column +
              " IS NOT NULL"},
      [&](std::span<const store::Cell> row) {
        const auto shape = Json::parse(store::to_text(row[0]));
        if (shape) {
          add_shape(field.path, *shape, found);
        } else {
          found.opaque.insert(field.path);  // a key that occurs twice in one object
        }
        return true;
      },
      stop);
}

}  // namespace

Result<FieldsSeen> fields_seen(casefile::Case& kase, const std::vector<std::string>& fields,
                               std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  Found found;
  BACKTRAIL_RETURN_IF_ERROR(read_scalars(store->engine(), found, stop));
  for (const Scalar& whole : kWhole) {
    const bool wanted =
        fields.empty() || std::any_of(fields.begin(), fields.end(),
                                      [&](const std::string& f) { return lies_in(f, whole.path); });
    if (wanted) {
      BACKTRAIL_RETURN_IF_ERROR(read_whole(store->engine(), whole, found, stop));
    } else {
      found.opaque.insert(whole.path);
    }
  }
  return FieldsSeen(std::move(found.paths), std::move(found.opaque));
}

Result<std::vector<sigma::UnseenField>> unseen_fields(casefile::Case& kase,
                                                      const sigma::RuleSet& rules,
                                                      std::optional<std::uint32_t> rule,
                                                      std::stop_token stop) {
  const sigma::LogSource source{
      .category = {}, .product = "aws", .service = "cloudtrail", .definition = {}};
  std::vector<std::string> fields;
  const auto infos = rules.rules();
  for (std::size_t i = 0; i < infos.size(); ++i)
    if (!rule || *rule == i)
      fields.insert(fields.end(), infos[i].fields.begin(), infos[i].fields.end());
  if (fields.empty()) return std::vector<sigma::UnseenField>{};
  BACKTRAIL_ASSIGN(const FieldsSeen seen, fields_seen(kase, fields, std::move(stop)));
  const std::vector<std::string> paths(seen.paths().begin(), seen.paths().end());
  std::vector<sigma::UnseenField> unseen = sigma::unseen_fields(rules, source, paths);
  std::erase_if(unseen, [&](const sigma::UnseenField& u) {
    return (rule && u.rule != *rule) || seen.may_occur(u.field);
  });
  return unseen;
}

bool FieldsSeen::may_occur(std::string_view path) const {
  if (paths_.contains(std::string(path)) || opaque_.contains(std::string(path))) return true;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1))
    if (opaque_.contains(std::string(path.substr(0, dot)))) return true;
  for (const Scalar& s : kScalars)
    if (path == s.path) return false;
  for (const Scalar& s : kWhole)
    if (lies_in(path, s.path)) return false;
  // Not kept, or only in part: the tables cannot tell.
  return true;
}

}  // namespace backtrail::analysis
