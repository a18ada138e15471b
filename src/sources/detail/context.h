#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sources/detail/file_facts.h"

namespace backtrail::sources::detail {

/// What an item's surroundings tell of it: the file's path, an EventBridge envelope, a CloudWatch log event.
struct Context {
  std::string account{};
  std::string region{};
  std::string log_group{};
  std::string log_stream{};
  std::string event_id{};
  std::string event{};  // the EventBridge event whose detail it is: kept when nothing recognises the detail
  std::optional<Timestamp> time{};    // of the wrapper
  bool unreadable_time = false;       // the wrapper has a time text that cannot be read
  std::optional<Timestamp> received{};  // when CloudWatch took it in
  std::shared_ptr<const FileFacts> file{};  // null: nothing is known of it
  bool is_log_event = false;          // from CloudWatch Logs: kept even when nothing recognises it
};

/// Shared by all that one wrapper holds: a wrapper may hold a million things and be long itself.
using ContextPtr = std::shared_ptr<const Context>;
[[nodiscard]] inline ContextPtr share(Context context) {
  return std::make_shared<const Context>(std::move(context));
}

/// Something inside a wrapper: a JSON object or a line.
struct Inner {
  std::string text{};
  ContextPtr context{};
  int depth = 0;
};

/// Names that a wrapper gives to each thing in it are cut here: AWS allows 512 bytes at most.
inline constexpr std::size_t kMaxNameBytes = 512;

/// Wrappers inside each other at most this deep.
inline constexpr int kMaxWrapping = 6;

/// Why an item is no record of the type that it seems to be.
struct Refusal {
  std::string_view reason{};  // stable: "bad_field_count", "bad_number", …
  std::string detail{};
};

}  // namespace backtrail::sources::detail
