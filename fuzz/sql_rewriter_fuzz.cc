#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/trino/trino.h"

/// Any text is rewritten or refused; positions stay inside both texts and in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace backtrail::store::trino;
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const auto rewritten = rewrite(query);
  if (!rewritten) return 0;
  std::uint32_t before = 0;
  for (const Anchor& anchor : rewritten->anchors) {
    if (anchor.rewritten < before || anchor.rewritten > rewritten->sql.size() ||
        anchor.original > size)
      std::abort();
    before = anchor.rewritten;
  }
  for (const Note& note : rewritten->notes)
    if (note.offset > size) std::abort();
  const NameCatalog names{
      .tables = {"cloudtrail_logs"}, .columns = {"eventname"}, .functions = {"lower"}};
  const auto error = explain_error(query, *rewritten, query, names);
  if (error.id.empty()) std::abort();
  return 0;
}
