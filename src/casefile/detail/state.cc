#include "casefile/detail/state.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "casefile/detail/layout.h"

namespace backtrail::casefile {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c >= 'a' ? c - 'a' + 10 : c - '0'; };
  if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return {};
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return out;
}

std::string hex_of(std::string_view bytes) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::optional<EvidenceItem> item_from(const Json& json) {
  EvidenceItem item{.id = static_cast<std::uint32_t>(json["id"].as_uint()),
                    .sha256 = json["sha256"].as_string(),
                    .bytes = json["bytes"].as_uint(),
                    .source = json["source"].as_string(),
                    .stored = json["stored"].as_string()};
  if (const Json* hex = json.find("source_hex")) item.source = from_hex(hex->as_string());
  if (item.id == 0 || !is_sha256(item.sha256) || item.source.empty()) return std::nullopt;
  if (!item.in_place() && !is_path_below(item.stored, kEvidenceFolder)) return std::nullopt;
  return item;
}

}  // namespace

bool is_path_below(std::string_view path, std::string_view folder) {
  if (path.find('\0') != std::string_view::npos) return false;
  const auto parts = split(path, '/');
  return parts.size() >= 2 && parts.front() == folder &&
         std::none_of(parts.begin(), parts.end(),
                      [](std::string_view p) { return p.empty() || p == "." || p == ".."; });
}

Json to_json(const EvidenceItem& item, Timestamp modified) {
  Json out = Json::object();
  out.set("bytes", item.bytes).set("id", item.id).set("modified", format_rfc3339(modified));
  out.set("sha256", item.sha256).set("source", item.source);
  if (!is_valid_utf8(item.source)) out.set("source_hex", hex_of(item.source));
  if (!item.in_place()) out.set("stored", item.stored);
  return out;
}

void State::apply(const ledger::Entry& entry) {
  const Json& body = entry.body;
  if (const Json* doc = body.find("case"); doc != nullptr && doc->is_object()) {
    created = created || entry.type == "case_created";
    document = *doc;
    case_sha256 = body["case_sha256"].as_string();
  } else if (entry.type == "evidence_added") {
    for (const Json& json : body["items"].as_array()) {
      if (auto item = item_from(json))
        items.push_back(*std::move(item));
      else
        ++ill_formed;
    }
  } else if (entry.type == "file_kept") {
    const std::string& path = body["path"].as_string();
    if (is_path_below(path, kRulesFolder) || is_path_below(path, kJournalFolder))
      kept[path] = {.sha256 = body["sha256"].as_string(), .bytes = body["bytes"].as_uint()};
    else
      ++ill_formed;
  }
}

}  // namespace backtrail::casefile
