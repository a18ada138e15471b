#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace backtrail::store {

/// Registers the scalar functions that the SQL of detection rules calls. They live in the running
/// database only: no stored table or view uses them. All arguments are text; NULL in any gives
/// NULL.
///
///   rule_fold(text)                 text       Unicode simple case folding
///   rule_texts(json, path)          text[]     the text values at the path
///   rule_strings(json, path)        text[]     JSON texts at the path, arrays opened
///   rule_numbers(json, path)        text[]     likewise JSON numbers
///   rule_scalars(json, path)        text[]     likewise texts, numbers and booleans
///   rule_exists(json, path)         boolean    there is a value, JSON null included
///   rule_has_null(json, path)       boolean    some value is JSON null
///   rule_percent_decoded(text)      text       of a URL-encoded object, else NULL
///   rule_number(text)               double     of a number and nothing else, else NULL
///   rule_address(text)              uhugeint   IPv4 as ::ffff:a.b.c.d; else NULL
///   rule_clock(text)                timestamp  as logged, to the minute, else NULL
///   rule_search(text, expr, flags)  boolean    PCRE2; flags of `ims`; fails on a bad expr
///
/// `json` is a column that holds JSON text, or plain text where the log had a string; `path` is
/// dotted and walks as model::Record does; '' is the whole.
[[nodiscard]] Result<void> add_rule_functions(duckdb_connection connection);

}  // namespace backtrail::store
