#include "base/json.h"

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/text.h"

namespace backtrail {
namespace {

const std::string kNoText;
const Json::Array kNoArray;
const Json::Object kNoObject;
const Json kNull;

Result<Json> convert(simdjson::dom::element e);

Result<Json> convert_object(simdjson::dom::object o) {
  Json::Object out;
  out.reserve(o.size());
  std::unordered_set<std::string_view> seen;
  for (auto [key, value] : o) {
    if (!seen.insert(key).second)
      return invalid_argument("json.duplicate_key",
                              "the key '" + std::string(key) + "' occurs twice");
    BACKTRAIL_ASSIGN(Json child, convert(value));
    out.emplace_back(std::string(key), std::move(child));
  }
  return Json(std::move(out));
}

Result<Json> convert(simdjson::dom::element e) {
  using simdjson::dom::element_type;
  switch (e.type()) {
    case element_type::NULL_VALUE:
      return Json();
    case element_type::BOOL:
      return Json(bool{e.get_bool().value_unsafe()});
    case element_type::INT64:
      return Json(std::int64_t{e.get_int64().value_unsafe()});
    case element_type::UINT64:
      return Json(std::uint64_t{e.get_uint64().value_unsafe()});
    case element_type::DOUBLE:
      return Json(double{e.get_double().value_unsafe()});
    case element_type::STRING:
      return Json(std::string_view(e.get_string().value_unsafe()));
    case element_type::ARRAY: {
      Json::Array out;
      const simdjson::dom::array members = e.get_array().value_unsafe();
      for (simdjson::dom::element child : members) {
        BACKTRAIL_ASSIGN(Json v, convert(child));
        out.push_back(std::move(v));
      }
      return Json(std::move(out));
    }
    case element_type::OBJECT:
      return convert_object(e.get_object().value_unsafe());
    default:
      break;
  }
  return invalid_argument("json.invalid", "a number is out of range");
}

template <typename Writer>
void write_string(Writer& w, std::string_view s, bool is_key = false) {
  const std::string clean = is_valid_utf8(s) ? std::string() : to_valid_utf8(s);
  const std::string_view text = clean.empty() ? s : std::string_view(clean);
  const auto size = static_cast<rapidjson::SizeType>(text.size());
  const char* data = text.data() != nullptr ? text.data() : "";
  if (is_key)
    w.Key(data, size);
  else
    w.String(data, size);
}

template <typename Writer>
void write(Writer& w, const Json& v, bool sorted) {
  if (v.is_null()) {
    w.Null();
  } else if (v.is_bool()) {
    w.Bool(v.as_bool());
  } else if (v.is_string()) {
    write_string(w, v.as_string());
  } else if (v.is_array()) {
    w.StartArray();
    for (const Json& e : v.as_array()) write(w, e, sorted);
    w.EndArray();
  } else if (v.is_object()) {
    w.StartObject();
    std::vector<const Json::Member*> members;
    for (const auto& m : v.as_object()) members.push_back(&m);
    if (sorted)
      std::sort(members.begin(), members.end(),
                [](const auto* a, const auto* b) { return a->first < b->first; });
    for (const auto* m : members) {
      write_string(w, m->first, true);
      write(w, m->second, sorted);
    }
    w.EndObject();
  } else if (const double d = v.as_double(); v == Json(d)) {
    if (std::isfinite(d))
      w.Double(d);
    else
      w.Null();
  } else if (v == Json(v.as_uint()) && v.as_uint() > static_cast<std::uint64_t>(INT64_MAX)) {
    w.Uint64(v.as_uint());
  } else {
    w.Int64(v.as_int());
  }
}

}  // namespace

bool Json::as_bool() const {
  const bool* b = std::get_if<bool>(&v_);
  return b != nullptr && *b;
}
std::int64_t Json::as_int() const {
  if (const auto* i = std::get_if<std::int64_t>(&v_)) return *i;
  if (const auto* u = std::get_if<std::uint64_t>(&v_)) return static_cast<std::int64_t>(*u);
  if (const auto* d = std::get_if<double>(&v_)) return static_cast<std::int64_t>(*d);
  return 0;
}
std::uint64_t Json::as_uint() const {
  if (const auto* u = std::get_if<std::uint64_t>(&v_)) return *u;
  return static_cast<std::uint64_t>(as_int());
}
double Json::as_double() const {
  if (const auto* d = std::get_if<double>(&v_)) return *d;
  if (const auto* u = std::get_if<std::uint64_t>(&v_)) return static_cast<double>(*u);
  if (const auto* i = std::get_if<std::int64_t>(&v_)) return static_cast<double>(*i);
  return 0;
}
const std::string& Json::as_string() const {
  const auto* s = std::get_if<std::string>(&v_);
  return s != nullptr ? *s : kNoText;
}
const Json::Array& Json::as_array() const {
  const auto* a = std::get_if<Array>(&v_);
  return a != nullptr ? *a : kNoArray;
}
const Json::Object& Json::as_object() const {
  const auto* o = std::get_if<Object>(&v_);
  return o != nullptr ? *o : kNoObject;
}
Json::Array& Json::mutable_array() {
  if (is_null()) v_ = Array{};
  BACKTRAIL_CHECK(is_array(), "not an array");
  return std::get<Array>(v_);
}
Json::Object& Json::mutable_object() {
  if (is_null()) v_ = Object{};
  BACKTRAIL_CHECK(is_object(), "not an object");
  return std::get<Object>(v_);
}
const Json* Json::find(std::string_view key) const {
  for (const auto& [k, v] : as_object())
    if (k == key) return &v;
  return nullptr;
}
const Json& Json::operator[](std::string_view key) const {
  const Json* v = find(key);
  return v != nullptr ? *v : kNull;
}
Json& Json::set(std::string_view key, Json value) {
  for (auto& [k, v] : mutable_object())
    if (k == key) {
      v = std::move(value);
      return *this;
    }
  mutable_object().emplace_back(std::string(key), std::move(value));
  return *this;
}

std::string Json::dump() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
  write(w, *this, false);
  return {buffer.GetString(), buffer.GetSize()};
}
std::string Json::dump_pretty() const {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> w(buffer);
  w.SetIndent(' ', 2);
  write(w, *this, false);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}
std::string Json::dump_canonical() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
  write(w, *this, true);
  return {buffer.GetString(), buffer.GetSize()};
}

Result<Json> Json::parse(std::string_view text) {
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), 1024) != simdjson::SUCCESS)
    return make_error(ErrorCode::resource_exhausted, "json.too_large", "the document is too large");
  const simdjson::padded_string padded(text);
  simdjson::dom::element root;
  if (auto error = parser.parse(padded).get(root); error != simdjson::SUCCESS)
    return invalid_argument("json.invalid", simdjson::error_message(error));
  return convert(root);
}

struct JsonWriter::State {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
};

JsonWriter::JsonWriter() : state_(std::make_unique<State>()) {}
JsonWriter::~JsonWriter() = default;
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;

JsonWriter& JsonWriter::begin_object() { return state_->writer.StartObject(), *this; }
JsonWriter& JsonWriter::end_object() { return state_->writer.EndObject(), *this; }
JsonWriter& JsonWriter::begin_array() { return state_->writer.StartArray(), *this; }
JsonWriter& JsonWriter::end_array() { return state_->writer.EndArray(), *this; }
JsonWriter& JsonWriter::key(std::string_view k) {
  write_string(state_->writer, k, true);
  return *this;
}
JsonWriter& JsonWriter::string(std::string_view s) {
  write_string(state_->writer, s);
  return *this;
}
JsonWriter& JsonWriter::integer(std::int64_t i) { return state_->writer.Int64(i), *this; }
JsonWriter& JsonWriter::uinteger(std::uint64_t u) { return state_->writer.Uint64(u), *this; }
JsonWriter& JsonWriter::real(double d) {
  if (std::isfinite(d))
    state_->writer.Double(d);
  else
    state_->writer.Null();
  return *this;
}
JsonWriter& JsonWriter::boolean(bool b) { return state_->writer.Bool(b), *this; }
JsonWriter& JsonWriter::null() { return state_->writer.Null(), *this; }
JsonWriter& JsonWriter::raw(std::string_view json) {
  state_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  return *this;
}
JsonWriter& JsonWriter::value(const Json& v) {
  write(state_->writer, v, false);
  return *this;
}
std::string JsonWriter::take() {
  std::string out(state_->buffer.GetString(), state_->buffer.GetSize());
  state_->buffer.Clear();
  state_->writer.Reset(state_->buffer);
  return out;
}

}  // namespace backtrail
