#include "store/functions/rule_functions.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/case_folding.h"
#include "store/detail/address_number.h"
#include "store/detail/handles.h"
#include "store/functions/json_values.h"
#include "store/functions/regex_search.h"
#include "store/functions/rule_scalars.h"

namespace backtrail::store {
namespace {

using Texts = JsonValues::Texts;

/// What one thread keeps between calls.
struct State {
  JsonValues json{};
  RegexSearch regex{};
};

// SQL type of each result, and how a value of it is written.

duckdb_type type_of(const std::string*) { return DUCKDB_TYPE_VARCHAR; }
duckdb_type type_of(const bool*) { return DUCKDB_TYPE_BOOLEAN; }
duckdb_type type_of(const double*) { return DUCKDB_TYPE_DOUBLE; }
duckdb_type type_of(const duckdb_uhugeint*) { return DUCKDB_TYPE_UHUGEINT; }
duckdb_type type_of(const Timestamp*) { return DUCKDB_TYPE_TIMESTAMP; }
duckdb_type type_of(const Texts*) { return DUCKDB_TYPE_LIST; }

void write(duckdb_vector out, idx_t row, const std::string& text) {
  duckdb_vector_assign_string_element_len(out, row, text.data(), text.size());
}
void write(duckdb_vector out, idx_t row, const Texts& texts) {
  const idx_t from = duckdb_list_vector_get_size(out);
  duckdb_list_vector_reserve(out, from + texts.size());
  duckdb_list_vector_set_size(out, from + texts.size());
  duckdb_vector const child = duckdb_list_vector_get_child(out);
  for (std::size_t i = 0; i < texts.size(); ++i) write(child, from + i, texts[i]);
  static_cast<duckdb_list_entry*>(duckdb_vector_get_data(out))[row] = {from, texts.size()};
}
void write(duckdb_vector out, idx_t row, Timestamp t) {
  static_cast<std::int64_t*>(duckdb_vector_get_data(out))[row] = t.time_since_epoch().count();
}
template <typename T>
void write(duckdb_vector out, idx_t row, const T& value) {
  static_cast<T*>(duckdb_vector_get_data(out))[row] = value;
}

std::string_view text_at(duckdb_vector v, idx_t row) {
  auto* const text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(v)) + row;
  return {duckdb_string_t_data(text), duckdb_string_t_length(*text)};
}
bool is_null_at(duckdb_vector v, idx_t row) {
  std::uint64_t* const mask = duckdb_vector_get_validity(v);
  return mask != nullptr && !duckdb_validity_row_is_valid(mask, row);
}
void set_null_at(duckdb_vector v, idx_t row) {
  duckdb_vector_ensure_validity_writable(v);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(v), row);
}

/// F: `Result<optional<R>>(State&, string_view…)`, N texts.
template <auto F, typename R, std::size_t... I>
void run(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out) {
  State& state = *static_cast<State*>(duckdb_scalar_function_get_state(info));
  const std::array<duckdb_vector, sizeof...(I)> columns{duckdb_data_chunk_get_vector(in, I)...};
  const idx_t rows = duckdb_data_chunk_get_size(in);
  for (idx_t row = 0; row < rows; ++row) {
    if ((is_null_at(columns[I], row) || ...)) {
      set_null_at(out, row);
      continue;
    }
    const Result<std::optional<R>> value = F(state, text_at(columns[I], row)...);
    if (!value) {
      duckdb_scalar_function_set_error(info, value.error().message.c_str());
      return;
    }
    if (*value)
      write(out, row, **value);
    else
      set_null_at(out, row);
  }
}

template <auto F, typename R, std::size_t... I>
Result<void> add_function(duckdb_connection connection, const char* name,
                          std::index_sequence<I...>) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  constexpr const R* kTag = nullptr;
  const LogicalType result(type_of(kTag) == DUCKDB_TYPE_LIST
                               ? duckdb_create_list_type(text.get())
                               : duckdb_create_logical_type(type_of(kTag)));
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name);
  for (std::size_t i = 0; i < sizeof...(I); ++i)
    duckdb_scalar_function_add_parameter(function, text.get());
  duckdb_scalar_function_set_return_type(function, result.get());
  duckdb_scalar_function_set_function(function, run<F, R, I...>);
  duckdb_scalar_function_set_init(function, [](duckdb_init_info info) {
    duckdb_scalar_function_init_set_state(info, new State,
                                          [](void* state) { delete static_cast<State*>(state); });
  });
  const duckdb_state done = duckdb_register_scalar_function(connection, function);
  duckdb_destroy_scalar_function(&function);
  if (done == DuckDBError)
    return internal_error("store.function",
                          std::string("the database refused the function ") + name);
  return {};
}

template <typename R, typename... A>
constexpr R result_of(Result<std::optional<R>> (*)(State&, A...));
template <typename R, typename... A>
constexpr std::index_sequence_for<A...> arguments_of(Result<std::optional<R>> (*)(State&, A...));

template <auto F>
Result<void> add(duckdb_connection connection, const char* name) {
  return add_function<F, decltype(result_of(F))>(connection, name, decltype(arguments_of(F)){});
}

Result<std::optional<std::string>> fold(State&, std::string_view text) {
  return std::optional(fold_case(text));
}

template <void (JsonValues::*Read)(std::string_view, std::string_view, Texts&)>
Result<std::optional<Texts>> json_list(State& state, std::string_view json, std::string_view path) {
  Texts out;
  (state.json.*Read)(json, path, out);
  return std::optional(std::move(out));
}

template <bool (JsonValues::*Test)(std::string_view, std::string_view)>
Result<std::optional<bool>> json_test(State& state, std::string_view json, std::string_view path) {
  return std::optional((state.json.*Test)(json, path));
}

template <typename R, std::optional<R> (*F)(std::string_view)>
Result<std::optional<R>> of_text(State&, std::string_view text) {
  return F(text);
}

Result<std::optional<bool>> search(State& state, std::string_view text, std::string_view expression,
                                   std::string_view flags) {
  BACKTRAIL_ASSIGN(const bool found, state.regex.search(text, expression, flags));
  return std::optional(found);
}

}  // namespace

Result<void> add_rule_functions(duckdb_connection c) {
  BACKTRAIL_RETURN_IF_ERROR(add<fold>(c, "rule_fold"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_list<&JsonValues::texts>>(c, "rule_texts"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_list<&JsonValues::strings>>(c, "rule_strings"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_list<&JsonValues::numbers>>(c, "rule_numbers"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_list<&JsonValues::scalars>>(c, "rule_scalars"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_test<&JsonValues::exists>>(c, "rule_exists"));
  BACKTRAIL_RETURN_IF_ERROR(add<json_test<&JsonValues::has_null>>(c, "rule_has_null"));
  BACKTRAIL_RETURN_IF_ERROR(
      (add<of_text<std::string, percent_decoded>>(c, "rule_percent_decoded")));
  BACKTRAIL_RETURN_IF_ERROR((add<of_text<double, number_of>>(c, "rule_number")));
  BACKTRAIL_RETURN_IF_ERROR((add<of_text<duckdb_uhugeint, address_number>>(c, "rule_address")));
  BACKTRAIL_RETURN_IF_ERROR((add<of_text<Timestamp, clock_of>>(c, "rule_clock")));
  return add<search>(c, "rule_search");
}

}  // namespace backtrail::store
