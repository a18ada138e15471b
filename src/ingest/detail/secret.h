#pragma once

#include <cstdint>
#include <vector>

#include "casefile/casefile.h"
#include "ingest/detail/pipeline.h"
#include "ingest/detail/read_options.h"

namespace backtrail::ingest {

/// Keys the content hash with the case's random id: whoever wrote the logs does not know it.
[[nodiscard]] inline std::uint64_t content_secret(const casefile::Case& kase) {
  return hash64("backtrail content " + kase.info().id.text());
}

[[nodiscard]] inline Work work_of(const casefile::Case& kase, const casefile::EvidenceItem& item,
                                  const ItemReadOptions& options) {
  return {.evidence = item.id,
          .path = kase.path_of(item),
          .shown = item.source,
          .sha256 = item.sha256,
          .bytes = item.bytes,
          .read = options.of(item.id)};
}

[[nodiscard]] inline std::vector<Work> work_of_case(const casefile::Case& kase, const ItemReadOptions& options) {
  std::vector<Work> out;
  for (const casefile::EvidenceItem& item : kase.items()) out.push_back(work_of(kase, item, options));
  return out;
}

}  // namespace backtrail::ingest
