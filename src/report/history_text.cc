#include "base/text.h"
#include "report/history_shapes.h"
#include "report/mask.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

constexpr std::size_t kLongest = 160;  // bytes of a value on one line

std::string shown(std::string_view text) {
  return escape_terminal(truncate_utf8(mask_secrets(text), kLongest));
}

std::string value_text(const analysis::ConfigChange& c, const std::optional<std::string>& value) {
  if (!value) return "(none)";
  const std::size_t dot = c.path.rfind('.');
  return shown(mask_field(dot == std::string::npos ? c.path : c.path.substr(dot + 1), *value));
}

std::string event_line(const analysis::TimelineRow& e, const Style& style) {
  std::string out = "    by " + short_time(e.time) + "  " + style.paint(Tone::strong, shown(e.action)) + "  " +
                    shown(short_principal(e.principal)) + "  " + shown(e.source_ip);
  if (e.outcome != "success") out += "  " + style.paint(Tone::bad, shown(e.error.empty() ? e.outcome : e.error));
  return out + "  " + shown(e.event_id.empty() ? e.uid : e.event_id) + "\n";
}

std::string state_line(const analysis::ConfigState& s, const Style& style) {
  std::string out = style.paint(Tone::strong, short_time(s.time)) + "  " + shown(s.status) + "  " + shown(s.type) + "  " +
                    shown(s.id);
  if (!s.name.empty() && s.name != s.id) out += " (" + shown(s.name) + ")";
  return out + "  " + shown(s.account) + " " + shown(s.region) + "\n";
}

void add_gaps(const analysis::LogStream& s, std::string& out) {
  constexpr std::size_t kMost = 5;
  const std::string name = shown(s.account + " " + s.region + " " + s.log);
  for (std::size_t i = 0; i < s.gaps.size() && i < kMost; ++i)
    out += "  " + name + ": nothing from " + short_time(s.gaps[i].from) + " to " + short_time(s.gaps[i].to) + " (" +
           duration(*s.gaps[i].to - *s.gaps[i].from) + ")\n";
  if (s.gaps.size() > kMost)
    out += "  " + name + ": " + plural(s.gaps.size() - kMost, "more gap") + ", in --output json\n";
  if (s.begins_late) out += "  " + name + ": begins at " + short_time(s.first) + ", other logs earlier\n";
  if (s.ends_early) out += "  " + name + ": ends at " + short_time(s.last) + ", other logs later\n";
}

}  // namespace

std::string history_text(const analysis::ResourceHistory& h, const HistoryRequest& asked, const TextOptions& options) {
  std::string out;
  const Style& style = options.style;
  for (const analysis::HistoryItem& item : h.items) {
    out += state_line(item.state, style);
    if (item.first) out += "    the first state that is known\n";
    if (!item.first && item.changes.empty()) out += "    nothing differs from the state before\n";
    for (const analysis::ConfigChange& c : item.changes)
      out += "    " + shown(c.path) + ": " + value_text(c, c.from) + " -> " + value_text(c, c.to) + "\n";
    for (const analysis::TimelineRow& e : item.events) out += event_line(e, style);
  }
  if (asked.at) {
    out += (out.empty() ? "" : "\n") + style.paint(Tone::strong, "State at " + short_time(asked.at)) + "\n";
    if (h.states.empty()) out += "AWS Config's items tell nothing of it up to then.\n";
    for (const analysis::ConfigState& s : h.states) {
      out += state_line(s, style);
      const std::string text = mask_secrets(s.content.dump_pretty());
      for (const std::string_view line : split(text, '\n'))
        if (!line.empty()) out += "  " + escape_terminal(line) + "\n";
    }
  }
  if (!h.events.empty()) {
    out += "No AWS Config item tells of it. The events that name it:\n";
    for (const analysis::TimelineRow& e : h.events) out += event_line(e, style);
  }
  return out;
}

std::string coverage_notes(const analysis::LogCoverage& c, const TextOptions& options) {
  std::string out, gaps;
  for (const analysis::LogStream& s : c.streams) add_gaps(s, gaps);
  const auto section = [&](std::string_view title, const std::string& lines) {
    if (!lines.empty()) out += "\n" + options.style.paint(Tone::strong, title) + "\n" + lines;
  };
  section("Gaps", gaps);
  std::string late, switches;
  for (const analysis::LateFile& f : c.late)
    late += "  " + escape_terminal(f.file) + ": delivered " + short_time(f.delivered) + ", " +
            plural(f.records, "record") + " from " + short_time(f.oldest) + " on\n";
  section("Files delivered late", late);
  for (const analysis::LogSwitch& s : c.switches)
    switches += "  " + short_time(s.time) + "  " + shown(s.account) + " " + shown(s.region) + "  " + shown(s.action) +
                (s.outcome == "success" ? "" : " (" + s.outcome + ")") + "  " + shown(short_principal(s.principal)) +
                "  " + shown(s.event_id) + "\n";
  section("Calls that turned logs on or off", switches);
  section("Logs that the case holds, but not in this window, account and region",
          c.filtered_out.empty() ? "" : "  " + join(c.filtered_out, ", ") + "\n");
  section("Logs of which the case holds nothing", c.absent.empty() ? "" : "  " + join(c.absent, ", ") + "\n");
  return out;
}

}  // namespace backtrail::report
