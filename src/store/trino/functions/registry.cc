#include "store/trino/functions/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace backtrail::store::trino {
namespace {

void make_state(duckdb_init_info info) {
  duckdb_scalar_function_init_set_state(info, new CallState,
                                        [](void* state) { delete static_cast<CallState*>(state); });
}

}  // namespace

duckdb_logical_type Registry::make_type(Type type) {
  auto made = duckdb_create_logical_type(type.id);
  if (type.named == Named::address) duckdb_logical_type_set_alias(made, "ipaddress");
  if (type.named == Named::json) duckdb_logical_type_set_alias(made, "JSON");
  if (type.named != Named::text_list) return made;
  auto list = duckdb_create_list_type(made);
  duckdb_destroy_logical_type(&made);
  return list;
}

Result<void> Registry::register_set(const std::string& name) {
  auto set = duckdb_create_scalar_function_set(name.c_str());
  for (const Function& f : functions_) {
    if (f.name != name) continue;
    auto made = duckdb_create_scalar_function();
    duckdb_scalar_function_set_name(made, name.c_str());
    for (const Type& parameter : f.parameters) {
      auto type = make_type(parameter);
      duckdb_scalar_function_add_parameter(made, type);
      duckdb_destroy_logical_type(&type);
    }
    auto result = make_type(f.result);
    duckdb_scalar_function_set_return_type(made, result);
    duckdb_destroy_logical_type(&result);
    duckdb_scalar_function_set_function(made, f.run);
    duckdb_scalar_function_set_init(made, make_state);
    duckdb_add_scalar_function_to_set(set, made);
    duckdb_destroy_scalar_function(&made);
  }
  const bool ok = duckdb_register_scalar_function_set(connection_, set) == DuckDBSuccess;
  duckdb_destroy_scalar_function_set(&set);
  if (!ok) return internal_error("sql.layer", fmt::format("DuckDB refuses the function {}", name));
  return {};
}

Result<void> Registry::finish() {
  std::vector<std::string> names;
  for (const Function& f : functions_) names.push_back(f.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const auto& name : names) BACKTRAIL_RETURN_IF_ERROR(register_set(name));
  functions_.clear();
  return {};
}

}  // namespace backtrail::store::trino
