#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "sources/detail/catalogue.h"
#include "sources/detail/router.h"
#include "sources/sources.h"

/// Reading as one log type in tests and fuzz targets, without recognition.
namespace backtrail::sources::testing {

namespace types_detail {

/// All texts of the record are readable, and sound where the input is.
inline bool is_sound(const model::Record& record, bool valid_input) {
  std::size_t sum = 0;
  bool sound = true;
  for (int slot = 1; slot < static_cast<int>(record.layout().slot_count()); ++slot) {
    const std::string_view text = record.at(slot).text;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    sound = sound && (!valid_input || is_valid_utf8(text));
  }
  return sound && sum != static_cast<std::size_t>(-1);
}

}  // namespace types_detail

/// Reads each line of `text` as a line of the type, each line and the whole as a JSON object of it. False: a
/// field held what it must not, or there is no such type.
inline bool read_as(std::string_view type, std::string_view text) {
  const bool valid = is_valid_utf8(text);
  bool sound = true;
  const detail::ContextPtr shared = detail::share({.account = "111122223333", .region = "eu-west-1"});
  const detail::Context& context = *shared;
  const detail::ReaderOptions options{.read = {.as = type == "generic" ? "named" : ""}};
  detail::TextArena arena;
  for (const auto& parser : detail::make_line_parsers(options)) {
    if (parser->type().name != type) continue;
    model::Record record(layout_of(parser->type()));
    for (const std::string_view line : split(text, '\n')) {
      (void)parser->recognises(line);
      if (parser->takes_header(line)) continue;
      record.clear();
      arena.clear();
      detail::Draft draft(record, arena, context);
      (void)parser->read(line, draft);
      sound = sound && types_detail::is_sound(record, valid);
    }
  }
  // Objects go through the router, which alone knows how they are filled; wrappers too.
  detail::Router router(options);
  const auto read_json = [&](std::string_view json) {
    std::string padded(json);
    padded.append(kPadding, '\0');
    Found found;
    std::vector<detail::Inner> inner;
    const std::string_view item = std::string_view(padded).substr(0, json.size());
    if (router.json(item, shared, 0, found, inner) == detail::Router::Outcome::record)
      sound = sound && types_detail::is_sound(*found.record, valid);
    else if (router.generic(item, item.starts_with('{'), context, found))
      sound = sound && types_detail::is_sound(*found.record, valid);
  };
  read_json(text);
  for (const std::string_view line : split(text, '\n')) {
    read_json(line);
    Found found;
    std::vector<detail::Inner> inner;
    if (router.line(line, shared, 0, found, inner) == detail::Router::Outcome::record)
      sound = sound && types_detail::is_sound(*found.record, valid);
  }
  return find_log_type(type) != nullptr && sound;
}

}  // namespace backtrail::sources::testing
