#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace backtrail::casefile {

/// archive.json: where an archive keeps the bytes of in-place items, and which it left out. Nothing
/// in it is believed: the bytes must have the hash that the ledger holds.
struct InPlaceMap {
  std::map<std::uint32_t, std::string> taken{};  // item → path in the case
  std::vector<std::uint32_t> not_included{};

  [[nodiscard]] std::string text() const;
  /// Error `case.bad_archive_map`.
  [[nodiscard]] static Result<InPlaceMap> parse(std::string_view text);
  /// That of a case folder; `os.not_found` where the case never was an archive.
  [[nodiscard]] static Result<InPlaceMap> read(const std::filesystem::path& case_folder);
};

}  // namespace backtrail::casefile
