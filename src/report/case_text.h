#pragma once

#include <string>

#include "analysis/analysis.h"
#include "ingest/ingest.h"
#include "report/style.h"

/// What people read on the terminal.
namespace backtrail::report {

struct TextOptions {
  std::size_t width = 80;
  std::size_t height =
      24;  // lines the summary may take; more findings are shown where there is room
  Style style{};
  std::string case_argument{};  // as typed behind --case in the commands shown; empty: none needed
};

/// What `investigate` prints: the whole case on one screen.
struct Investigation {
  const analysis::CaseSummary* summary = nullptr;
  const ingest::Summary* import = nullptr;  // null: nothing was imported now
  std::size_t rules = 0;
  std::size_t rules_rejected = 0;
  std::string report{};  // path of the HTML file; empty: none
};
[[nodiscard]] std::string investigation_text(const Investigation& what, const TextOptions& options);

/// What `import` prints: counts, and every file that was not read whole.
[[nodiscard]] std::string import_text(const ingest::Summary& summary, const TextOptions& options);

/// What `summary` prints: the case, then each principal.
[[nodiscard]] std::string summary_text(const analysis::CaseSummary& summary,
                                       const TextOptions& options);

}  // namespace backtrail::report
