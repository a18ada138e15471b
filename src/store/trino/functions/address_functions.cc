#include <fmt/format.h>

#include "store/detail/address_number.h"
#include "store/trino/functions/addresses.h"
#include "store/trino/functions/registry.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

/// Trino's contains(network, address).
std::optional<bool> contains(Call& call, std::string_view network, Address address) {
  const auto parsed = parse_network(network);
  if (!parsed || parsed->host_bits)
    return call.fail(fmt::format(
        "Invalid CIDR: '{}' (an address, '/', a length, no bits set behind it)", network));
  return parsed->contains(address.bits);
}

/// NULL for text that is no address (`ec2.amazonaws.com`, `AWS Internal`); host bits do not matter.
std::optional<bool> is_in_cidr(Call& call, std::string_view address, std::string_view network) {
  const auto parsed = parse_network(network);
  if (!parsed)
    return call.fail(
        fmt::format("is_in_cidr: '{}' is no network; write 10.0.0.0/8 or 2001:db8::/32", network));
  const auto value = address_number(address);
  if (!value) return std::nullopt;
  return parsed->contains(*value);
}

std::optional<bool> is_address_in_cidr(Call& call, Address address, std::string_view network) {
  const auto parsed = parse_network(network);
  if (!parsed)
    return call.fail(
        fmt::format("is_in_cidr: '{}' is no network; write 10.0.0.0/8 or 2001:db8::/32", network));
  return parsed->contains(address.bits);
}

bool text_to_address(duckdb_function_info info, idx_t rows, duckdb_vector in, duckdb_vector out) {
  const bool strict = duckdb_cast_function_get_cast_mode(info) == DUCKDB_CAST_NORMAL;
  bool all = true;
  for (idx_t row = 0; row < rows; ++row) {
    if (detail::is_null_at(in, row)) {
      detail::set_null_at(out, row);
      continue;
    }
    const auto text = detail::string_at(in, row);
    if (const auto address = address_number(text)) {
      static_cast<duckdb_uhugeint*>(duckdb_vector_get_data(out))[row] = *address;
      continue;
    }
    const auto message = fmt::format("Cannot cast value to IPADDRESS: {}", text);
    if (strict) {
      duckdb_cast_function_set_error(info, message.c_str());
      return false;
    }
    duckdb_cast_function_set_row_error(info, message.c_str(), row, out);
    all = false;
  }
  return all;
}

bool address_to_text(duckdb_function_info, idx_t rows, duckdb_vector in, duckdb_vector out) {
  for (idx_t row = 0; row < rows; ++row) {
    if (detail::is_null_at(in, row)) {
      detail::set_null_at(out, row);
      continue;
    }
    const auto text =
        address_text(static_cast<duckdb_uhugeint*>(duckdb_vector_get_data(in))[row]);
    duckdb_vector_assign_string_element_len(out, row, text.data(), text.size());
  }
  return true;
}

Result<void> register_cast(duckdb_connection connection, duckdb_logical_type from,
                           duckdb_logical_type to, duckdb_cast_function_t function) {
  auto cast = duckdb_create_cast_function();
  duckdb_cast_function_set_source_type(cast, from);
  duckdb_cast_function_set_target_type(cast, to);
  duckdb_cast_function_set_function(cast, function);
  duckdb_cast_function_set_implicit_cast_cost(cast, -1);  // never on its own
  const bool ok = duckdb_register_cast_function(connection, cast) == DuckDBSuccess;
  duckdb_destroy_cast_function(&cast);
  if (!ok) return internal_error("sql.layer", "DuckDB refuses a cast of IPADDRESS");
  return {};
}

void list_cardinality(duckdb_function_info, duckdb_data_chunk in, duckdb_vector out) {
  const auto list = duckdb_data_chunk_get_vector(in, 0);
  const idx_t rows = duckdb_data_chunk_get_size(in);
  for (idx_t row = 0; row < rows; ++row) {
    if (detail::is_null_at(list, row))
      detail::set_null_at(out, row);
    else
      static_cast<std::int64_t*>(duckdb_vector_get_data(out))[row] = static_cast<std::int64_t>(
          static_cast<duckdb_list_entry*>(duckdb_vector_get_data(list))[row].length);
  }
}

/// The built-in knows maps only; a parameter ANY would make its calls ambiguous.
Result<void> register_cardinality(duckdb_connection connection) {
  auto any = duckdb_create_logical_type(DUCKDB_TYPE_ANY);
  auto list = duckdb_create_list_type(any);
  auto number = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
  auto function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, "cardinality");
  duckdb_scalar_function_add_parameter(function, list);
  duckdb_scalar_function_set_return_type(function, number);
  duckdb_scalar_function_set_function(function, list_cardinality);
  const bool ok = duckdb_register_scalar_function(connection, function) == DuckDBSuccess;
  duckdb_destroy_scalar_function(&function);
  duckdb_destroy_logical_type(&number);
  duckdb_destroy_logical_type(&list);
  duckdb_destroy_logical_type(&any);
  if (!ok) return internal_error("sql.layer", "DuckDB refuses the function cardinality");
  return {};
}

}  // namespace

void add_address_functions(Registry& registry) {
  registry.add<contains>("trino_contains_address");
  registry.add<is_in_cidr>("is_in_cidr");
  registry.add<is_address_in_cidr>("is_in_cidr");
}

Result<void> register_types(duckdb_connection connection) {
  auto address = duckdb_create_logical_type(DUCKDB_TYPE_UHUGEINT);
  auto text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_logical_type_set_alias(address, "ipaddress");
  auto done = [&]() -> Result<void> {
    if (duckdb_register_logical_type(connection, address, nullptr) != DuckDBSuccess)
      return internal_error("sql.layer", "DuckDB refuses the type IPADDRESS");
    BACKTRAIL_RETURN_IF_ERROR(register_cast(connection, text, address, text_to_address));
    BACKTRAIL_RETURN_IF_ERROR(register_cast(connection, address, text, address_to_text));
    return register_cardinality(connection);
  }();
  duckdb_destroy_logical_type(&text);
  duckdb_destroy_logical_type(&address);
  return done;
}

}  // namespace backtrail::store::trino
