#pragma once

#include <simdjson.h>

#include "model/record.h"

namespace backtrail::model {

/// A parsed element as rules see it. `keep` stores a JSON text made for it and gives the view that stays;
/// texts of strings live as long as the parser's document.
template <typename Keep>
[[nodiscard]] Value value_of(simdjson::dom::element e, const Keep& keep) {
  using simdjson::dom::element_type;
  switch (e.type()) {
    case element_type::NULL_VALUE:
      return {.kind = Value::Kind::null};
    case element_type::BOOL: {
      const bool b = e.get_bool().value_unsafe();
      return {.kind = Value::Kind::boolean, .boolean = b, .text = b ? "true" : "false"};
    }
    case element_type::STRING:
      return {.kind = Value::Kind::text, .text = e.get_string().value_unsafe()};
    case element_type::INT64: {
      const std::int64_t i = e.get_int64().value_unsafe();
      return {.kind = Value::Kind::integer,
              .integer = i,
              .real = static_cast<double>(i),
              .text = keep(simdjson::minify(e))};
    }
    case element_type::ARRAY:
      return {.kind = Value::Kind::array, .text = keep(simdjson::minify(e))};
    case element_type::OBJECT:
      return {.kind = Value::Kind::object, .text = keep(simdjson::minify(e))};
    default: {
      double d = 0;
      if (e.get_double().get(d) != simdjson::SUCCESS) d = 0;
      return {.kind = Value::Kind::real, .real = d, .text = keep(simdjson::minify(e))};
    }
  }
}

}  // namespace backtrail::model
