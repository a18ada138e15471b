#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "store/trino/functions/registry.h"

namespace backtrail::store::trino {
namespace {

const JsonPath* path_of(Call& call, std::string_view text) {
  const JsonPath* const path = call.state().json.path(text);
  if (path == nullptr)
    call.fail(
        fmt::format("Invalid JSON path: '{}' (write $.name, $[0] or $[\"any name\"]; wildcards are "
                    "not possible)",
                    text));
  return path;
}

std::optional<std::string> extract_scalar(Call& call, std::string_view json,
                                          std::string_view path) {
  const JsonPath* const steps = path_of(call, path);
  return steps != nullptr ? call.state().json.scalar(json, *steps) : std::nullopt;
}

std::optional<Json> extract(Call& call, std::string_view json, std::string_view path) {
  const JsonPath* const steps = path_of(call, path);
  if (steps == nullptr) return std::nullopt;
  auto value = call.state().json.value(json, *steps);
  if (!value) return std::nullopt;
  return Json{std::move(*value)};
}

/// json_query: objects and arrays only.
std::optional<std::string> query(Call& call, std::string_view json, std::string_view path) {
  const JsonPath* const steps = path_of(call, path);
  if (steps == nullptr) return std::nullopt;
  const auto kind = call.state().json.kind(json, *steps);
  if (kind != JsonKind::object && kind != JsonKind::array) return std::nullopt;
  return call.state().json.value(json, *steps);
}

std::optional<bool> exists(Call& call, std::string_view json, std::string_view path) {
  const JsonPath* const steps = path_of(call, path);
  if (steps == nullptr) return std::nullopt;
  return call.state().json.kind(json, *steps).has_value();
}

std::optional<Json> parse(Call& call, std::string_view text) {
  auto value = call.state().json.canonical(text);
  if (!value) return call.fail(fmt::format("Cannot convert value to JSON: '{}'", text));
  return Json{std::move(*value)};
}

std::optional<std::int64_t> array_length(Call& call, std::string_view json) {
  const JsonPath root;
  if (call.state().json.kind(json, root) != JsonKind::array) return std::nullopt;
  return call.state().json.size(json, root);
}

/// 0 for scalars, NULL where there is nothing.
std::optional<std::int64_t> size(Call& call, std::string_view json, std::string_view path) {
  const JsonPath* const steps = path_of(call, path);
  if (steps == nullptr || !call.state().json.kind(json, *steps)) return std::nullopt;
  return call.state().json.size(json, *steps).value_or(0);
}

/// Element `index`, negative ones from the end.
std::optional<Json> array_get(Call& call, std::string_view json, std::int64_t index) {
  auto elements = call.state().json.elements(json, {});
  if (!elements) return std::nullopt;
  const auto n = static_cast<std::int64_t>(elements->size());
  if (index < 0) index += n;
  if (index < 0 || index >= n) return std::nullopt;
  return Json{std::move((*elements)[static_cast<std::size_t>(index)])};
}

std::optional<bool> contains_json(Call& call, std::string_view json, std::string_view wanted) {
  const auto elements = call.state().json.elements(json, {});
  if (!elements) return std::nullopt;
  return std::find(elements->begin(), elements->end(), wanted) != elements->end();
}

std::optional<bool> contains_bool(Call& call, std::string_view json, bool wanted) {
  return contains_json(call, json, wanted ? "true" : "false");
}

template <typename Number>
std::optional<bool> contains_number(Call& call, std::string_view json, Number wanted) {
  const auto elements = call.state().json.elements(json, {});
  if (!elements) return std::nullopt;
  return std::any_of(elements->begin(), elements->end(), [&](const std::string& e) {
    Number value{};
    const char* const end = e.data() + e.size();
    const auto read = std::from_chars(e.data(), end, value);
    return read.ec == std::errc() && read.ptr == end && value == wanted;
  });
}

std::optional<bool> contains_text(Call& call, std::string_view json, std::string_view wanted) {
  const auto elements = call.state().json.elements(json, {});
  if (!elements) return std::nullopt;
  return std::any_of(elements->begin(), elements->end(), [&](const std::string& e) {
    return json_string_text(call.state().json, e) == wanted;
  });
}

std::optional<bool> is_scalar(Call& call, std::string_view json) {
  const auto kind = call.state().json.kind(json, {});
  if (!kind) return call.fail(fmt::format("Cannot convert value to JSON: '{}'", json));
  return kind != JsonKind::object && kind != JsonKind::array;
}

/// CAST(json AS varchar): strings without quotes, null as NULL.
std::optional<std::string> to_text(Call& call, std::string_view json) {
  const auto kind = call.state().json.kind(json, {});
  if (kind == JsonKind::null) return std::nullopt;
  if (kind == JsonKind::string) return call.state().json.scalar(json, {});
  return std::string(json);
}

std::optional<std::string> own_member(Call& call, std::string_view json, std::string_view name) {
  const JsonPath path = {{.name = std::string(name)}};
  if (call.state().json.kind(json, path) == JsonKind::null) return std::nullopt;
  if (auto text = call.state().json.scalar(json, path)) return text;
  return call.state().json.value(json, path);
}

/// CloudTrail Lake's element_at(requestParameters, 'name') where the column is JSON text here:
/// strings as they are, other values as JSON. Security Lake's unmapped['requestParameters.userName'] is
/// looked up below `requestParameters` where no member bears the whole name.
std::optional<std::string> member(Call& call, std::string_view json, std::string_view name) {
  constexpr int kMostDots = 8;
  std::string held(json);
  for (int dots = 0; dots <= kMostDots; ++dots) {
    if (auto value = own_member(call, held, name)) return value;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto below = own_member(call, held, name.substr(0, dot));
    if (!below) return std::nullopt;
    held = std::move(*below);
    name.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

}  // namespace

void add_json_functions(Registry& registry) {
  registry.add<extract_scalar>("trino_json_extract_scalar");
  registry.add<extract>("trino_json_extract");
  registry.add<query>("trino_json_query");
  registry.add<exists>("trino_json_exists");
  registry.add<parse>("trino_json_parse");
  registry.add<array_length>("trino_json_array_length");
  registry.add<size>("trino_json_size");
  registry.add<array_get>("trino_json_array_get");
  registry.add<contains_bool>("trino_json_array_contains");
  registry.add<contains_number<std::int64_t>>("trino_json_array_contains");
  registry.add<contains_number<double>>("trino_json_array_contains");
  registry.add<contains_text>("trino_json_array_contains");
  registry.add<is_scalar>("trino_is_json_scalar");
  registry.add<to_text>("trino_json_text");
  // `column['name']` and element_at(column, 'name') reach this overload of the built-in.
  registry.add<member>("array_extract");
}

}  // namespace backtrail::store::trino
