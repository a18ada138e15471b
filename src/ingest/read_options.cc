#include "ingest/detail/read_options.h"

namespace backtrail::ingest {
namespace {

std::string text_at(const Json& body, std::string_view key) {
  const Json& value = body[key];
  return value.is_string() ? value.as_string() : std::string();
}

}  // namespace

Result<ItemReadOptions> ItemReadOptions::of_case(const casefile::Case& kase) {
  BACKTRAIL_ASSIGN(const auto entries, kase.entries());
  ItemReadOptions out;
  for (const auto& entry : entries) {
    if (entry.type != "import") continue;
    sources::ReadOptions options{.flow_format = text_at(entry.body, "flow_format"),
                                 .as = text_at(entry.body, "as"),
                                 .time_field = text_at(entry.body, "time_field")};
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
  return before;
}

void write_read_options(const sources::ReadOptions& options, Json& body) {
  if (!options.flow_format.empty()) body.set("flow_format", options.flow_format);
  if (!options.as.empty()) body.set("as", options.as);
  if (!options.time_field.empty()) body.set("time_field", options.time_field);
}

}  // namespace backtrail::ingest
