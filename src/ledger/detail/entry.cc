#include "ledger/detail/entry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "ledger/detail/base64.h"

namespace backtrail::ledger {
namespace {

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string hashed_text(const Entry& e, std::string_view body) {
  return fmt::format(R"({{"body":{},"key":"{}","prev":"{}","seq":{},"time":"{}","type":"{}"}})",
                     body, e.key, e.prev, e.seq, format_rfc3339(e.time), e.type);
}

std::string line_text(const Entry& e, std::string_view body) {
  return fmt::format(
      R"({{"body":{},"hash":"{}","key":"{}","prev":"{}","seq":{},"sig":"{}","time":"{}","type":"{}"}})",
      body, e.hash, e.key, e.prev, e.seq, e.sig, format_rfc3339(e.time), e.type);
}

/// The fields one by one; the name of the first that is missing or ill-formed.
std::string_view take_fields(const Json& json, Entry& e) {
  if (!json.is_object() || json.as_object().size() != 8) return "entry";
  if (json.find("body") == nullptr) return "body";
  e.body = json["body"];
  e.hash = json["hash"].as_string();
  if (!is_hash(e.hash)) return "hash";
  e.key = json["key"].as_string();
  if (!is_hash(e.key)) return "key";
  e.prev = json["prev"].as_string();
  if (!is_hash(e.prev)) return "prev";
  e.seq = json["seq"].as_uint();
  if (e.seq == 0 || json["seq"] != Json(static_cast<std::int64_t>(e.seq))) return "seq";
  e.sig = json["sig"].as_string();
  if (const auto raw = from_base64(e.sig); !raw || raw->size() != 64) return "sig";
  const auto time = parse_rfc3339(json["time"].as_string());
  if (!time) return "time";
  e.time = *time;
  e.type = json["type"].as_string();
  return is_type(e.type) ? std::string_view() : "type";
}

}  // namespace

std::string entry_message(std::string_view hash) {
  return fmt::format("backtrail ledger entry 1\n{}", hash);
}
std::string seal_message(std::uint64_t count, std::string_view head) {
  return fmt::format("backtrail ledger seal 1\n{}\n{}", count, head);
}
std::string hand_over_message(std::string_view prev, std::string_view from, std::string_view to) {
  return fmt::format("backtrail ledger hand-over 1\n{}\n{}\n{}", prev, from, to);
}

Result<std::string> seal_entry(Entry& entry, const std::string& prev, const SigningKey& key) {
  if (!is_type(entry.type))
    return invalid_argument("ledger.bad_entry", "'" + entry.type + "' is no entry type");
  entry.prev = prev;
  entry.key = key.fingerprint();
  const std::string body = entry.body.dump_canonical();
  if (body.size() > kMaxEntryBytes - 1024)
    return invalid_argument(
        "ledger.bad_entry",
        fmt::format("an entry of {} bytes is longer than {}", body.size(), kMaxEntryBytes - 1024));
  entry.hash = sha256_hex(hashed_text(entry, body));
  entry.sig = to_base64(key.sign(entry_message(entry.hash)));
  std::string line = line_text(entry, body);
  // Bodies that do not come back as they went (nested too deep, keys that are equal once their
  // invalid bytes are replaced) must not reach the file.
  if (const ReadLine back = read_line(line); !back.field.empty())
    return invalid_argument("ledger.bad_entry", "the body cannot be stored: " + back.detail);
  line += '\n';
  return line;
}

ReadLine read_line(std::string_view line) {
  ReadLine out;
  if (line.size() > kMaxEntryBytes) {
    out.field = "entry";
    out.detail = fmt::format("{} bytes, more than an entry may have", line.size());
    return out;
  }
  auto json = Json::parse(line);
  if (!json) {
    out.field = "entry";
    out.detail = "not JSON: " + json.error().message;
    return out;
  }
  Entry e;
  if (const std::string_view bad = take_fields(*json, e); !bad.empty()) {
    out.field = bad;
    out.detail = bad == "entry" ? "not the eight fields of an entry"
                                : fmt::format("'{}' is missing or ill-formed", bad);
    return out;
  }
  const std::string body = e.body.dump_canonical();
  const std::string hash = sha256_hex(hashed_text(e, body));
  const std::string canonical = line_text(e, body);
  if (canonical != line) {
    const auto at =
        std::mismatch(line.begin(), line.end(), canonical.begin(), canonical.end()).first;
    out.field = "entry";
    out.detail = fmt::format("not in canonical form from byte {} of the line", at - line.begin());
  } else if (hash != e.hash) {
    out.field = "hash";
    out.detail = fmt::format("the hash says {}, the entry's content gives {}", e.hash, hash);
  }
  out.entry = std::move(e);
  return out;
}

std::string seal_text(std::uint64_t count, const std::string& head, const SigningKey& key) {
  return fmt::format("{{\"count\":{},\"head\":\"{}\",\"key\":\"{}\",\"sig\":\"{}\"}}\n", count,
                     head, key.fingerprint(), to_base64(key.sign(seal_message(count, head))));
}

Result<Seal> parse_seal(std::string_view text) {
  const auto bad = [](std::string_view why) {
    return data_loss("ledger.bad_seal", "the seal is not readable: " + std::string(why));
  };
  if (text.size() > 4096) return bad("too long");
  auto json = Json::parse(text);
  if (!json) return bad(json.error().message);
  Seal s{.count = (*json)["count"].as_uint(),
         .head = (*json)["head"].as_string(),
         .key = (*json)["key"].as_string(),
         .sig = (*json)["sig"].as_string()};
  if (!is_hash(s.head) || !is_hash(s.key)) return bad("head or key is no hash");
  if (const auto raw = from_base64(s.sig); !raw || raw->size() != 64)
    return bad("sig is no signature");
  const std::string canonical =
      fmt::format("{{\"count\":{},\"head\":\"{}\",\"key\":\"{}\",\"sig\":\"{}\"}}\n", s.count,
                  s.head, s.key, s.sig);
  if (canonical != text) return bad("not in canonical form");
  return s;
}

}  // namespace backtrail::ledger
