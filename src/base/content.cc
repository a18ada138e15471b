#include "base/content.h"

#include <cstddef>

// Written by cmake/embed_content.py: the shipped files one after the other, and an index of
// (path, offset, size) ordered by path.
namespace backtrail::embedded {
struct Entry {
  const char* path;
  std::size_t offset;
  std::size_t size;
};
extern const Entry kEntries[];
extern const std::size_t kEntryCount;
extern "C" const char backtrail_content_bytes[];
}  // namespace backtrail::embedded

namespace backtrail {

std::vector<ContentFile> shipped_content(std::string_view prefix) {
  std::vector<ContentFile> out;
  for (std::size_t i = 0; i < embedded::kEntryCount; ++i) {
    const embedded::Entry& e = embedded::kEntries[i];
    if (std::string_view(e.path).starts_with(prefix))
      out.push_back({e.path, {embedded::backtrail_content_bytes + e.offset, e.size}});
  }
  return out;
}

std::optional<std::string_view> shipped_file(std::string_view path) {
  for (const ContentFile& f : shipped_content(path))
    if (f.path == path) return f.bytes;
  return std::nullopt;
}

}  // namespace backtrail
