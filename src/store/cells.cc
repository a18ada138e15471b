#include "store/detail/cells.h"

#include <array>
#include <cmath>

#include "base/hash.h"
#include "store/detail/address_number.h"
#include "store/detail/handles.h"

namespace backtrail::store {
namespace {

template <typename T>
T at(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

bool is_null_at(duckdb_vector vector, idx_t row) {
  auto* mask = duckdb_vector_get_validity(vector);
  return mask != nullptr && !duckdb_validity_row_is_valid(mask, row);
}

std::string_view text_at(duckdb_vector vector, idx_t row) {
  auto* s = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector)) + row;
  return {duckdb_string_t_data(s), duckdb_string_t_length(*s)};
}

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

std::string unsigned_text(UInt128 v) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(v % 10)));
    v /= 10;
  } while (v != 0);
  return digits;
}
std::string signed_text(Int128 v) {
  return v < 0 ? "-" + unsigned_text(~static_cast<UInt128>(v) + 1)
               : unsigned_text(static_cast<UInt128>(v));
}
Int128 to_int128(duckdb_hugeint h) {
  return static_cast<Int128>(static_cast<UInt128>(static_cast<std::uint64_t>(h.upper)) << 64 |
                             h.lower);
}

std::string decimal_text(Int128 v, unsigned scale) {
  const bool negative = v < 0;
  std::string digits = unsigned_text(negative ? ~static_cast<UInt128>(v) + 1 : static_cast<UInt128>(v));
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, ".");
  }
  return negative ? "-" + digits : digits;
}

std::string interval_text(duckdb_interval v) {
  std::string out;
  const auto add = [&](std::int64_t n, const char* unit) {
    if (n == 0) return;
    if (!out.empty()) out += ' ';
    out += std::to_string(n) + " " + unit + (n == 1 || n == -1 ? "" : "s");
  };
  add(v.months / 12, "year");
  add(v.months % 12, "month");
  add(v.days, "day");
  if (v.micros != 0 || out.empty()) {
    const std::int64_t m = std::abs(v.micros);
    std::array<char, 64> b{};
    std::snprintf(b.data(), b.size(), "%s%02lld:%02lld:%02lld", v.micros < 0 ? "-" : "",
                  static_cast<long long>(m / 3600000000LL), static_cast<long long>(m / 60000000 % 60),
                  static_cast<long long>(m / 1000000 % 60));
    if (!out.empty()) out += ' ';
    out += b.data();
    if (m % 1000000 != 0) {
      std::snprintf(b.data(), b.size(), ".%06lld", static_cast<long long>(m % 1000000));
      out += b.data();
    }
  }
  return out;
}

std::string time_text(std::int64_t micros) {
  return interval_text({.months = 0, .days = 0, .micros = micros});
}

Timestamp stamp(std::int64_t micros) { return Timestamp{std::chrono::microseconds{micros}}; }

const char* simple_name(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN: return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT: return "TINYINT";
    case DUCKDB_TYPE_SMALLINT: return "SMALLINT";
    case DUCKDB_TYPE_INTEGER: return "INTEGER";
    case DUCKDB_TYPE_BIGINT: return "BIGINT";
    case DUCKDB_TYPE_UTINYINT: return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT: return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER: return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT: return "UBIGINT";
    case DUCKDB_TYPE_FLOAT: return "FLOAT";
    case DUCKDB_TYPE_DOUBLE: return "DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS: return "TIMESTAMP";
    case DUCKDB_TYPE_TIMESTAMP_TZ: return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_DATE: return "DATE";
    case DUCKDB_TYPE_TIME: return "TIME";
    case DUCKDB_TYPE_TIME_TZ: return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_INTERVAL: return "INTERVAL";
    case DUCKDB_TYPE_HUGEINT: return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT: return "UHUGEINT";
    case DUCKDB_TYPE_VARCHAR: return "VARCHAR";
    case DUCKDB_TYPE_BLOB: return "BLOB";
    case DUCKDB_TYPE_ENUM: return "ENUM";
    case DUCKDB_TYPE_UUID: return "UUID";
    case DUCKDB_TYPE_BIT: return "BIT";
    case DUCKDB_TYPE_BIGNUM: return "BIGNUM";
    case DUCKDB_TYPE_SQLNULL: return "UNKNOWN";
    default: return "OTHER";
  }
}

std::string quote_name(std::string_view name) {
  bool plain = !name.empty();
  for (const char c : name)
    plain = plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  return plain ? std::string(name) : "\"" + std::string(name) + "\"";
}

}  // namespace

std::string type_name(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (const std::string alias = take_text(duckdb_logical_type_get_alias(type)); !alias.empty()) {
    std::string upper;
    for (const char c : alias) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper;
  }
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      return "DECIMAL(" + std::to_string(duckdb_decimal_width(type)) + "," +
             std::to_string(duckdb_decimal_scale(type)) + ")";
    case DUCKDB_TYPE_LIST: {
      const LogicalType child(duckdb_list_type_child_type(type));
      return type_name(child.get()) + "[]";
    }
    case DUCKDB_TYPE_ARRAY: {
      const LogicalType child(duckdb_array_type_child_type(type));
      return type_name(child.get()) + "[" + std::to_string(duckdb_array_type_array_size(type)) + "]";
    }
    case DUCKDB_TYPE_MAP: {
      const LogicalType key(duckdb_map_type_key_type(type));
      const LogicalType value(duckdb_map_type_value_type(type));
      return "MAP(" + type_name(key.get()) + ", " + type_name(value.get()) + ")";
    }
    case DUCKDB_TYPE_STRUCT: {
      std::string out = "STRUCT(";
      for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
        const LogicalType child(duckdb_struct_type_child_type(type, i));
        if (i > 0) out += ", ";
        out += quote_name(take_text(duckdb_struct_type_child_name(type, i))) + " " + type_name(child.get());
      }
      return out + ")";
    }
    default: return simple_name(id);
  }
}

CellReader::CellReader(duckdb_logical_type type)
    : id_(duckdb_get_type_id(type)), alias_(take_text(duckdb_logical_type_get_alias(type))) {
  switch (id_) {
    case DUCKDB_TYPE_DECIMAL:
      scale_ = duckdb_decimal_scale(type);
      storage_ = duckdb_decimal_internal_type(type);
      break;
    case DUCKDB_TYPE_ENUM:
      storage_ = duckdb_enum_internal_type(type);
      for (std::uint32_t i = 0; i < duckdb_enum_dictionary_size(type); ++i)
        names_.push_back(take_text(duckdb_enum_dictionary_value(type, i)));
      break;
    case DUCKDB_TYPE_LIST: {
      const LogicalType child(duckdb_list_type_child_type(type));
      children_.emplace_back(child.get());
      break;
    }
    case DUCKDB_TYPE_ARRAY: {
      const LogicalType child(duckdb_array_type_child_type(type));
      children_.emplace_back(child.get());
      array_size_ = duckdb_array_type_array_size(type);
      break;
    }
    case DUCKDB_TYPE_MAP: {
      const LogicalType key(duckdb_map_type_key_type(type));
      const LogicalType value(duckdb_map_type_value_type(type));
      children_.emplace_back(key.get());
      children_.emplace_back(value.get());
      break;
    }
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
        const LogicalType child(duckdb_struct_type_child_type(type, i));
        names_.push_back(take_text(duckdb_struct_type_child_name(type, i)));
        children_.emplace_back(child.get());
      }
      break;
    default: break;
  }
}
CellReader::~CellReader() = default;
CellReader::CellReader(CellReader&&) noexcept = default;
CellReader& CellReader::operator=(CellReader&&) noexcept = default;

Cell CellReader::read(duckdb_vector v, idx_t row) const {
  if (is_null_at(v, row)) return {};
  switch (id_) {
    case DUCKDB_TYPE_BOOLEAN: return at<bool>(v, row);
    case DUCKDB_TYPE_TINYINT: return std::int64_t{at<std::int8_t>(v, row)};
    case DUCKDB_TYPE_SMALLINT: return std::int64_t{at<std::int16_t>(v, row)};
    case DUCKDB_TYPE_INTEGER: return std::int64_t{at<std::int32_t>(v, row)};
    case DUCKDB_TYPE_BIGINT: return at<std::int64_t>(v, row);
    case DUCKDB_TYPE_UTINYINT: return std::int64_t{at<std::uint8_t>(v, row)};
    case DUCKDB_TYPE_USMALLINT: return std::int64_t{at<std::uint16_t>(v, row)};
    case DUCKDB_TYPE_UINTEGER: return std::int64_t{at<std::uint32_t>(v, row)};
    case DUCKDB_TYPE_UBIGINT: {
      const auto u = at<std::uint64_t>(v, row);
      if (u <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(u);
      return unsigned_text(u);
    }
    case DUCKDB_TYPE_HUGEINT: {
      const Int128 h = to_int128(at<duckdb_hugeint>(v, row));
      if (h >= INT64_MIN && h <= INT64_MAX) return static_cast<std::int64_t>(h);
      return signed_text(h);
    }
    case DUCKDB_TYPE_UHUGEINT: {
      const auto h = at<duckdb_uhugeint>(v, row);
      if (alias_ == "ipaddress") return address_text(h);
      return unsigned_text(static_cast<UInt128>(h.upper) << 64 | h.lower);
    }
    case DUCKDB_TYPE_FLOAT: return double{at<float>(v, row)};
    case DUCKDB_TYPE_DOUBLE: return at<double>(v, row);
    case DUCKDB_TYPE_DECIMAL:
      switch (storage_) {
        case DUCKDB_TYPE_SMALLINT: return decimal_text(at<std::int16_t>(v, row), scale_);
        case DUCKDB_TYPE_INTEGER: return decimal_text(at<std::int32_t>(v, row), scale_);
        case DUCKDB_TYPE_BIGINT: return decimal_text(at<std::int64_t>(v, row), scale_);
        default: return decimal_text(to_int128(at<duckdb_hugeint>(v, row)), scale_);
      }
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return stamp(at<std::int64_t>(v, row));
    case DUCKDB_TYPE_TIMESTAMP_S: return stamp(at<std::int64_t>(v, row) * 1000000);
    case DUCKDB_TYPE_TIMESTAMP_MS: return stamp(at<std::int64_t>(v, row) * 1000);
    case DUCKDB_TYPE_TIMESTAMP_NS: return stamp(at<std::int64_t>(v, row) / 1000);
    case DUCKDB_TYPE_DATE:
      return format_rfc3339(Timestamp{std::chrono::sys_days{
                                std::chrono::days{at<duckdb_date>(v, row).days}}})
          .substr(0, 10);
    case DUCKDB_TYPE_TIME: return time_text(at<duckdb_time>(v, row).micros);
    case DUCKDB_TYPE_INTERVAL: return interval_text(at<duckdb_interval>(v, row));
    case DUCKDB_TYPE_VARCHAR:
      if (alias_ == "JSON") return JsonText{std::string(text_at(v, row))};
      return std::string(text_at(v, row));
    case DUCKDB_TYPE_BLOB: {
      const std::string_view b = text_at(v, row);
      return to_hex({reinterpret_cast<const std::uint8_t*>(b.data()), b.size()});
    }
    case DUCKDB_TYPE_ENUM: {
      const std::size_t i = storage_ == DUCKDB_TYPE_UTINYINT    ? at<std::uint8_t>(v, row)
                            : storage_ == DUCKDB_TYPE_USMALLINT ? at<std::uint16_t>(v, row)
                                                                : at<std::uint32_t>(v, row);
      return i < names_.size() ? names_[i] : std::string();
    }
    case DUCKDB_TYPE_UUID: {
      const auto h = at<duckdb_hugeint>(v, row);
      return to_uuid_text({static_cast<std::uint64_t>(h.upper) ^ (std::uint64_t{1} << 63), h.lower});
    }
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_MAP:
    case DUCKDB_TYPE_STRUCT: {
      JsonWriter out;
      write_json(out, v, row);
      return JsonText{out.take()};
    }
    default: return std::string("(a value of a type that cannot be shown: cast it to varchar)");
  }
}

void CellReader::write_json(JsonWriter& out, duckdb_vector v, idx_t row) const {
  if (is_null_at(v, row)) {
    out.null();
    return;
  }
  switch (id_) {
    case DUCKDB_TYPE_LIST: {
      const auto entry = at<duckdb_list_entry>(v, row);
      out.begin_array();
      for (idx_t i = 0; i < entry.length; ++i)
        children_[0].write_json(out, duckdb_list_vector_get_child(v), entry.offset + i);
      out.end_array();
      return;
    }
    case DUCKDB_TYPE_ARRAY:
      out.begin_array();
      for (idx_t i = 0; i < array_size_; ++i)
        children_[0].write_json(out, duckdb_array_vector_get_child(v), row * array_size_ + i);
      out.end_array();
      return;
    case DUCKDB_TYPE_MAP: {
      const auto entry = at<duckdb_list_entry>(v, row);
      duckdb_vector pairs = duckdb_list_vector_get_child(v);
      out.begin_object();
      for (idx_t i = 0; i < entry.length; ++i) {
        out.key(to_text(children_[0].read(duckdb_struct_vector_get_child(pairs, 0), entry.offset + i)));
        children_[1].write_json(out, duckdb_struct_vector_get_child(pairs, 1), entry.offset + i);
      }
      out.end_object();
      return;
    }
    case DUCKDB_TYPE_STRUCT:
      out.begin_object();
      for (std::size_t i = 0; i < children_.size(); ++i) {
        out.key(names_[i]);
        children_[i].write_json(out, duckdb_struct_vector_get_child(v, i), row);
      }
      out.end_object();
      return;
    default: break;
  }
  const Cell cell = read(v, row);
  if (const auto* b = std::get_if<bool>(&cell)) {
    out.boolean(*b);
  } else if (const auto* i = std::get_if<std::int64_t>(&cell)) {
    out.integer(*i);
  } else if (const auto* d = std::get_if<double>(&cell)) {
    out.real(*d);
  } else if (const auto* j = std::get_if<JsonText>(&cell)) {
    out.raw(j->text);
  } else {
    out.string(to_text(cell));
  }
}

bool is_null(const Cell& c) { return c.index() == 0; }

std::string to_text(const Cell& c) {
  struct Visitor {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return std::to_string(i); }
    std::string operator()(double d) const {
      JsonWriter w;
      if (std::isnan(d)) return "NaN";
      if (std::isinf(d)) return d > 0 ? "Infinity" : "-Infinity";
      w.real(d);
      return w.take();
    }
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(Timestamp t) const { return format_rfc3339(t); }
    std::string operator()(const JsonText& j) const { return j.text; }
  };
  return std::visit(Visitor{}, c);
}

std::int64_t to_int(const Cell& c) {
  const auto* i = std::get_if<std::int64_t>(&c);
  return i != nullptr ? *i : 0;
}

std::optional<Timestamp> to_time(const Cell& c) {
  const auto* t = std::get_if<Timestamp>(&c);
  return t != nullptr ? std::optional(*t) : std::nullopt;
}

}  // namespace backtrail::store
