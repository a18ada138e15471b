#include "sources/detail/web_fields.h"

#include <algorithm>
#include <string>

#include "sources/detail/access_line.h"

namespace backtrail::sources::detail {

WebFields::WebFields(std::size_t first, std::span<const std::string_view> native) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    numbers_[i] = std::find(native.begin(), native.end(), kNames[i]) == native.end() ? first++ : kNative;
}

void WebFields::append_to(std::vector<model::LogField>& fields) const {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (numbers_[i] != kNative) fields.push_back({.name = std::string(kNames[i]), .column = i == 0 ? "_decoded_url" : ""});
}

void WebFields::put(const WebRequest& r, Draft& draft) const {
  const auto set = [&](std::size_t i, std::string_view text) {
    if (numbers_[i] != kNative && !text.empty()) draft.text(numbers_[i], text);
  };
  if (r.url.find_first_of("%+") == std::string_view::npos)
    set(0, r.url);
  else
    set(0, draft.keep(readable_url(r.url)));
  if (r.query.empty())
    set(1, r.path);
  else if (r.path.data() + r.path.size() + 1 == r.query.data() && *(r.query.data() - 1) == '?')
    set(1, std::string_view(r.path.data(), r.path.size() + 1 + r.query.size()));  // they stand together
  else
    set(1, draft.keep(std::string(r.path) + "?" + std::string(r.query)));
  const std::array<std::string_view, 8> rest = {r.path, r.query, r.method, r.status, r.agent, r.referer, r.host, r.client};
  for (std::size_t i = 0; i < rest.size(); ++i) set(i + 2, rest[i]);
}

void split_url(std::string_view url, WebRequest& request) {
  request.url = url;
  std::size_t from = url.find("://");
  from = from == std::string_view::npos || url.starts_with('/') ? 0 : from + 3;
  const std::size_t path = std::min(url.find_first_of("/?", from), url.size());
  std::string_view host = url.substr(from, path - from);
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']'))
    host = host.substr(0, colon);
  request.host = host;
  const std::size_t query = std::min(url.find('?', path), url.size());
  request.path = url.substr(path, query - path);
  if (query < url.size()) request.query = url.substr(query + 1);
}

}  // namespace backtrail::sources::detail
