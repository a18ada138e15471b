#include "casefile/detail/names.h"

#include "base/hash.h"
#include "base/text.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxComponent = 200;  // bytes; file systems take 255
constexpr std::size_t kMaxPath = 1024;
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,+=@()#~ ";

std::string escaped(std::string_view component) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (std::size_t i = 0; i < component.size(); ++i) {
    const char c = component[i];
    const bool edge = (i == 0 && c == '.') || (i + 1 == component.size() && (c == '.' || c == ' '));
    if (!edge && kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  if (out.size() <= kMaxComponent) return out;
  return out.substr(0, kMaxComponent - 33) + "~" + sha256_hex(component).substr(0, 32);
}

/// `name.json.gz` → `name~2.json.gz`
std::string numbered(std::string_view path, unsigned n) {
  const std::size_t slash = path.rfind('/');
  const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = std::min(path.find('.', start), path.size());
  return std::string(path.substr(0, dot)) + "~" + std::to_string(n) + std::string(path.substr(dot));
}

}  // namespace

std::string absolute_source(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error);
  for (const fs::path& part : whole)
    if (part == "..") {
      fs::path folder = fs::weakly_canonical(whole.parent_path(), error);
      if (!error) whole = folder / whole.filename();
      break;
    }
  std::string out;
  for (const std::string_view part : split(whole.native(), '/'))
    if (!part.empty() && part != ".") out += "/" + std::string(part);
  return out.empty() ? "/" : out;
}

std::string_view relative_source(std::string_view source, std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (source.size() > base.size() + 1 && source.starts_with(base) && source[base.size()] == '/' &&
      !base.empty())
    return source.substr(base.size() + 1);
  return source.substr(source.rfind('/') + 1);
}

bool NameTable::is_file(const std::string& path) const {
  return files_.contains(to_lower_ascii(path));
}
bool NameTable::is_free(const std::string& path) const {
  const std::string lower = to_lower_ascii(path);
  return !files_.contains(lower) && !folders_.contains(lower);
}

void NameTable::take(std::string_view path) {
  const std::string lower = to_lower_ascii(path);
  for (std::size_t at = lower.rfind('/'); at != std::string::npos && at > 0;
       at = lower.rfind('/', at - 1))
    if (!folders_.insert(lower.substr(0, at)).second) break;
  files_.insert(lower);
}

std::string NameTable::choose(std::string_view wanted) {
  std::string path;
  const auto parts = split(wanted, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    const std::string part = escaped(parts[i]);
    const std::string next = path.empty() ? part : path + "/" + part;
    path = next;
    if (i + 1 < parts.size())  // a folder may not bear the name of a file
      for (unsigned n = 2; is_file(path); ++n) path = numbered(next, n);
  }
  if (path.empty()) path = "unnamed";
  if (path.size() > kMaxPath)
    path = "long/" + sha256_hex(wanted).substr(0, 32) + "/" + path.substr(path.rfind('/') + 1);
  const std::string first = path;
  for (unsigned n = 2; !is_free(path); ++n) path = numbered(first, n);
  take(path);
  return path;
}

}  // namespace backtrail::casefile
