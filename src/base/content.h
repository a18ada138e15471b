#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtrail {

/// A file of the content that ships inside the binary (rules, templates): `rules/cloudtrail/….yml`.
struct ContentFile {
  std::string_view path;   // relative, with '/'
  std::string_view bytes;  // lives as long as the program
};

/// Every shipped file below `prefix`, ordered by path.
[[nodiscard]] std::vector<ContentFile> shipped_content(std::string_view prefix);
[[nodiscard]] std::optional<std::string_view> shipped_file(std::string_view path);

}  // namespace backtrail
