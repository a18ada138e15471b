#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtrail::sources::detail {

/// An event of a Windows event log out of any of its spellings.
struct WindowsEvent {
  std::string event_id{}, channel{}, provider{}, computer{}, level{}, record_id{}, time{}, user_id{}, message{};
  std::vector<std::pair<std::string, std::string>> data{};

  /// Adds to the event's data; of one name more than once the values are lines of one text.
  void add(std::string_view name, std::string_view value);
  /// One flat object, as Sigma's rules name what is in it: EventID, Channel, Provider_Name, …, and the event's data
  /// beside them. A name of the data that is one of the event's own gets `EventData_` in front: an event's data is
  /// its program's word.
  [[nodiscard]] std::string json() const;
};

/// `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>…`
[[nodiscard]] std::optional<WindowsEvent> parse_windows_xml(std::string_view text);

/// `[Security] [INFORMATION] [4625] [Microsoft-Windows-Security-Auditing] [HOST] [An account failed to log on. …]`, as
/// the CloudWatch agent writes it. What the message says in English is taken into the data.
[[nodiscard]] std::optional<WindowsEvent> parse_windows_text(std::string_view text);
/// The data that a rendered message holds.
void read_windows_message(WindowsEvent& event);

}  // namespace backtrail::sources::detail
