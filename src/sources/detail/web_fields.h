#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "model/log_type.h"
#include "sources/detail/draft.h"

/// What rules of category `webserver` look at, by Sigma's names, in whatever log a request stands: they need not
/// care whose it is. Not stored, since the log's own fields are; but for the URL as people read it.
namespace backtrail::sources::detail {

/// The category of log types with these fields.
inline constexpr std::string_view kWebServer = "webserver";

struct WebRequest {
  std::string_view client{}, method{}, host{}, path{}, query{}, status{}, agent{}, referer{};
  std::string_view url{};  // all of it
};

class WebFields {
 public:
  /// `first`: the number of the first of them among the type's fields, which has those of `native` itself.
  WebFields(std::size_t first, std::span<const std::string_view> native);
  void append_to(std::vector<model::LogField>& fields) const;
  /// The texts of `request` must live as long as the item.
  void put(const WebRequest& request, Draft& draft) const;

 private:
  static constexpr std::array<std::string_view, 10> kNames = {
      "decoded_url", "c-uri",         "cs-uri-stem", "cs-uri-query", "cs-method",
      "sc-status",   "cs-user-agent", "cs-referer",  "cs-host",      "c-ip"};
  static constexpr std::size_t kNative = static_cast<std::size_t>(-1);
  std::array<std::size_t, kNames.size()> numbers_{};
};

/// Takes `https://host:443/path?query` apart into `request`, which it is put into too.
void split_url(std::string_view url, WebRequest& request);

}  // namespace backtrail::sources::detail
