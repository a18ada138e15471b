#include "ingest/detail/read_options.h"

namespace backtrail::ingest {
namespace {

std::string text_at(const Json& body, std::string_view key) {
  const Json& value = body[key];
  return value.is_string() ? value.as_string() : std::string();
}

/// 0 where it is absent.
std::uint64_t count_at(const Json& body, std::string_view key) {
  const Json* const value = body.find(key);
  return value != nullptr ? value->as_uint() : 0;
}

}  // namespace

Result<ItemReadOptions> ItemReadOptions::of_case(const casefile::Case& kase) {
  BACKTRAIL_ASSIGN(const auto entries, kase.entries());
  ItemReadOptions out;
  for (const auto& entry : entries) {
    if (entry.type != "import") continue;
    sources::ReadOptions options{.flow_format = text_at(entry.body, "flow_format"),
                                 .as = text_at(entry.body, "as"),
                                 .time_field = text_at(entry.body, "time_field"),
                                 .year = text_at(entry.body, "year"),
                                 .caps = {.ratio = count_at(entry.body, "max_ratio"),
                                          .bytes = count_at(entry.body, "max_unpacked"),
                                          .layers = count_at(entry.body, "max_layers")}};
    out.ranges_.push_back(
        {.first = entry.body["first_item"].as_uint(),
         .last = entry.body["last_item"].as_uint(),
         .options = options.empty() ? nullptr : std::make_shared<const sources::ReadOptions>(std::move(options))});
  }
  return out;
}

std::shared_ptr<const sources::ReadOptions> ItemReadOptions::of(std::uint32_t item) const {
  for (auto r = ranges_.rbegin(); r != ranges_.rend(); ++r)
    if (item >= r->first && item <= r->last) return r->options;
  return nullptr;
}

const sources::ReadOptions& options_or_none(const std::shared_ptr<const sources::ReadOptions>& options) {
  static const sources::ReadOptions none;
  return options ? *options : none;
}

sources::ReadOptions over(sources::ReadOptions before, const sources::ReadOptions& given) {
  if (!given.flow_format.empty()) before.flow_format = given.flow_format;
  if (!given.as.empty()) {
    before.as = given.as;
    before.time_field = given.time_field;
  }
  if (!given.year.empty()) before.year = given.year;
  if (given.caps.ratio != 0) before.caps.ratio = given.caps.ratio;
  if (given.caps.bytes != 0) before.caps.bytes = given.caps.bytes;
  if (given.caps.layers != 0) before.caps.layers = given.caps.layers;
  return before;
}

void write_read_options(const sources::ReadOptions& options, Json& body) {
  if (!options.flow_format.empty()) body.set("flow_format", options.flow_format);
  if (!options.as.empty()) body.set("as", options.as);
  if (!options.time_field.empty()) body.set("time_field", options.time_field);
  if (!options.year.empty()) body.set("year", options.year);
  if (options.caps.ratio != 0) body.set("max_ratio", options.caps.ratio);
  if (options.caps.bytes != 0) body.set("max_unpacked", options.caps.bytes);
  if (options.caps.layers != 0) body.set("max_layers", options.caps.layers);
}

}  // namespace backtrail::ingest
