#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace backtrail::store {

/// PCRE2 searches with bounded effort. One per thread; expressions stay compiled.
class RegexSearch {
 public:
  RegexSearch();
  ~RegexSearch();
  RegexSearch(const RegexSearch&) = delete;
  RegexSearch& operator=(const RegexSearch&) = delete;

  /// Whether the expression matches somewhere; a search that meets its limit does not. `flags`: any
  /// of `i`, `m`, `s`. Error `sql.regex`.
  [[nodiscard]] Result<bool> search(std::string_view text, std::string_view expression,
                                    std::string_view flags);

 private:
  struct Compiled;
  std::map<std::string, std::unique_ptr<Compiled>, std::less<>> compiled_;
};

}  // namespace backtrail::store
