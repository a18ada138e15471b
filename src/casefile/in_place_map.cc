#include "casefile/detail/in_place_map.h"

#include "base/file.h"
#include "base/json.h"
#include "casefile/detail/layout.h"
#include "casefile/detail/state.h"

namespace backtrail::casefile {

std::string InPlaceMap::text() const {
  Json in_place = Json::array();
  for (const auto& [id, path] : taken)
    in_place.push(Json::object().set("id", id).set("path", path));
  Json left_out = Json::array();
  for (const std::uint32_t id : not_included) left_out.push(id);
  return Json::object()
      .set("schema", "backtrail.archive")
      .set("schema_version", 1)
      .set("in_place", std::move(in_place))
      .set("not_included", std::move(left_out))
      .dump_pretty();
}

Result<InPlaceMap> InPlaceMap::parse(std::string_view text) {
  const Error bad = data_loss("case.bad_archive_map", "archive.json is not readable");
  const auto json = Json::parse(text);
  if (!json || (*json)["schema"] != Json("backtrail.archive")) return bad;
  InPlaceMap out;
  for (const Json& entry : (*json)["in_place"].as_array()) {
    const std::string& path = entry["path"].as_string();
    if (!is_path_below(path, kEvidenceFolder)) return bad;
    out.taken.emplace(static_cast<std::uint32_t>(entry["id"].as_uint()), path);
  }
  for (const Json& id : (*json)["not_included"].as_array())
    out.not_included.push_back(static_cast<std::uint32_t>(id.as_uint()));
  return out;
}

Result<InPlaceMap> InPlaceMap::read(const std::filesystem::path& case_folder) {
  BACKTRAIL_ASSIGN(const std::string text,
                   read_file(case_folder / kArchiveFile, std::uint64_t{256} << 20));
  return parse(text);
}

}  // namespace backtrail::casefile
