#pragma once

#include <duckdb.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/trino/functions/json_reader.h"
#include "store/trino/functions/patterns.h"

/// C++ functions as DuckDB scalar functions: a function of plain values is registered with the SQL
/// types that its signature says; NULL in any argument gives NULL.
namespace backtrail::store::trino {

// SQL types that need a name of their own in signatures.
struct Date {
  std::int32_t days;
};  // DATE
struct Wall {
  std::int64_t micros;
};  // TIMESTAMP: a clock on the wall
struct Instant {
  std::int64_t micros;
};  // TIMESTAMP WITH TIME ZONE
struct Address {
  duckdb_uhugeint bits;
};  // IPADDRESS
struct Json {
  std::string text;
};  // JSON
struct Bytes {
  std::string bytes;
};  // BLOB

/// What one thread keeps between calls of a function.
struct CallState {
  PatternCache patterns;
  JsonReader json;
};

/// One call: its state, and where it says that it failed.
class Call {
 public:
  explicit Call(CallState& state) : state_(state) {}
  CallState& state() { return state_; }
  /// The query fails with this message; returns what functions return then.
  std::nullopt_t fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
    return std::nullopt;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  CallState& state_;
  std::string error_;
};

namespace detail {

inline std::string_view string_at(duckdb_vector v, idx_t row) {
  auto* s = static_cast<duckdb_string_t*>(duckdb_vector_get_data(v)) + row;
  return {duckdb_string_t_data(s), duckdb_string_t_length(*s)};
}
inline bool is_null_at(duckdb_vector v, idx_t row) {
  auto* mask = duckdb_vector_get_validity(v);
  return mask != nullptr && !duckdb_validity_row_is_valid(mask, row);
}
inline void set_null_at(duckdb_vector v, idx_t row) {
  duckdb_vector_ensure_validity_writable(v);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(v), row);
}

template <typename T>
constexpr duckdb_type type_id() {
  if constexpr (std::is_same_v<T, bool>)
    return DUCKDB_TYPE_BOOLEAN;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return DUCKDB_TYPE_INTEGER;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return DUCKDB_TYPE_BIGINT;
  else if constexpr (std::is_same_v<T, double>)
    return DUCKDB_TYPE_DOUBLE;
  else if constexpr (std::is_same_v<T, float>)
    return DUCKDB_TYPE_FLOAT;
  else if constexpr (std::is_same_v<T, Date>)
    return DUCKDB_TYPE_DATE;
  else if constexpr (std::is_same_v<T, Wall>)
    return DUCKDB_TYPE_TIMESTAMP;
  else if constexpr (std::is_same_v<T, Instant>)
    return DUCKDB_TYPE_TIMESTAMP_TZ;
  else if constexpr (std::is_same_v<T, Address>)
    return DUCKDB_TYPE_UHUGEINT;
  else if constexpr (std::is_same_v<T, Bytes>)
    return DUCKDB_TYPE_BLOB;
  else
    return DUCKDB_TYPE_VARCHAR;
}

template <typename T>
T read(duckdb_vector v, idx_t row) {
  if constexpr (std::is_same_v<T, std::string_view>)
    return string_at(v, row);
  else
    return static_cast<T*>(duckdb_vector_get_data(v))[row];
}

template <typename T>
void write(duckdb_vector v, idx_t row, const T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    duckdb_vector_assign_string_element_len(v, row, value.data(), value.size());
  else if constexpr (std::is_same_v<T, Json>)
    duckdb_vector_assign_string_element_len(v, row, value.text.data(), value.text.size());
  else if constexpr (std::is_same_v<T, Bytes>)
    duckdb_vector_assign_string_element_len(v, row, value.bytes.data(), value.bytes.size());
  else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    const idx_t from = duckdb_list_vector_get_size(v);
    duckdb_list_vector_reserve(v, from + value.size());
    duckdb_list_vector_set_size(v, from + value.size());
    auto child = duckdb_list_vector_get_child(v);
    for (std::size_t i = 0; i < value.size(); ++i)
      duckdb_vector_assign_string_element_len(child, from + i, value[i].data(), value[i].size());
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(v))[row] = {from, value.size()};
  } else {
    static_cast<T*>(duckdb_vector_get_data(v))[row] = value;
  }
}

template <auto F, typename R, typename... A, std::size_t... I>
void run_rows(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out,
              std::optional<R> (*)(Call&, A...), std::index_sequence<I...>) {
  auto& state = *static_cast<CallState*>(duckdb_scalar_function_get_state(info));
  [[maybe_unused]] const std::array<duckdb_vector, sizeof...(A)> columns{
      duckdb_data_chunk_get_vector(in, I)...};
  const idx_t rows = duckdb_data_chunk_get_size(in);
  for (idx_t row = 0; row < rows; ++row) {
    if ((is_null_at(columns[I], row) || ...)) {
      set_null_at(out, row);
      continue;
    }
    Call call(state);
    const std::optional<R> value = F(call, read<A>(columns[I], row)...);
    if (!call.error().empty()) {
      duckdb_scalar_function_set_error(info, call.error().c_str());
      return;
    }
    if (value)
      write<R>(out, row, *value);
    else
      set_null_at(out, row);
  }
}

template <auto F, typename R, typename... A>
constexpr auto rows_of(std::optional<R> (*)(Call&, A...)) {
  return +[](duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out) {
    run_rows<F>(info, in, out, F, std::index_sequence_for<A...>{});
  };
}

}  // namespace detail
}  // namespace backtrail::store::trino
