#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace backtrail::sigma::sql {

enum class Storage : std::uint8_t {
  text,       // a text column or text member of a struct
  json,       // a column that holds JSON text (or the text, where the log had a string)
  object,     // a struct: only its presence can be tested
  list,       // a list of structs: likewise
  list_text,  // a text member of the structs of a list
  map_text,   // a value of a text-to-text map
  nothing,    // a path below a text: there never is a value
};

/// Where a rule's field lies in `cloudtrail_logs`.
struct StoredField {
  Storage storage = Storage::text;
  std::string column{};  // SQL: `eventname`, `useridentity.sessioncontext.sessionissuer.arn`
  std::string path{};    // json: dotted path inside it, may be empty; list_text: the member;
                         // map_text: the key
  int cost = 1;          // for ordering: 0 what selects best … 10 JSON to be parsed
};

/// Error `sigma.field_not_stored`: the table has no such field, or `field` is spelled in another
/// case than CloudTrail writes it.
[[nodiscard]] Result<StoredField> find_stored_field(std::string_view field);

/// All places that hold text, for keywords.
[[nodiscard]] std::span<const StoredField> searched_fields();

}  // namespace backtrail::sigma::sql
