#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/trino/functions/vectors.h"

namespace backtrail::store::trino {

/// Registers C++ functions on a connection's database.
class Registry {
 public:
  explicit Registry(duckdb_connection connection) : connection_(connection) {}

  /// Adds F, a function `std::optional<R>(Call&, A...)`, under `name`; several of one name are
  /// overloads.
  template <auto F>
  void add(std::string_view name) {
    add_typed(name, F, detail::rows_of<F>(F));
  }
  /// Registers what was added. Error `sql.layer` names the function that DuckDB refused.
  [[nodiscard]] Result<void> finish();

 private:
  enum class Named : std::uint8_t { none, address, json, text_list };
  struct Type {
    duckdb_type id;
    Named named;
  };
  struct Function {
    std::string name;
    std::vector<Type> parameters;
    Type result;
    duckdb_scalar_function_t run;
  };

  template <typename T>
  static constexpr Type type_of() {
    return {detail::type_id<T>(), std::is_same_v<T, Address>                    ? Named::address
                                  : std::is_same_v<T, Json>                     ? Named::json
                                  : std::is_same_v<T, std::vector<std::string>> ? Named::text_list
                                                                                : Named::none};
  }
  template <typename R, typename... A>
  void add_typed(std::string_view name, std::optional<R> (*)(Call&, A...),
                 duckdb_scalar_function_t run) {
    functions_.push_back({std::string(name), {type_of<A>()...}, type_of<R>(), run});
  }
  static duckdb_logical_type make_type(Type type);
  [[nodiscard]] Result<void> register_set(const std::string& name);

  duckdb_connection connection_;
  std::vector<Function> functions_;
};

// One family each, in functions/*.cc.
void add_address_functions(Registry& registry);
void add_cast_functions(Registry& registry);
void add_json_functions(Registry& registry);
void add_pattern_functions(Registry& registry);
void add_text_functions(Registry& registry);
void add_time_functions(Registry& registry);

/// IPADDRESS, its casts from and to text, and `cardinality` of lists.
[[nodiscard]] Result<void> register_types(duckdb_connection connection);

}  // namespace backtrail::store::trino
