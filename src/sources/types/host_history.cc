// Histories of shells: commands as they were typed. Nothing in a command tells what it is, so the file's name does:
// .bash_history, zsh_history.gz. Source: Bash Reference Manual, "Bash History Facilities" (HISTTIMEFORMAT); Zsh Manual,
// EXTENDED_HISTORY.
#include <algorithm>

#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/detail/syslog_line.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

enum Field : std::size_t { kStampText, kCommandLine, kRules, kImage, kUserName, kFileName, kOrigin };

bool is_history_name(std::string_view name) {
  for (const std::string_view history : {"bash_history", "zsh_history", "ash_history", "sh_history"}) {
    const std::size_t at = name.find(history);
    if (at == std::string_view::npos) continue;
    std::string_view behind = name.substr(at + history.size());
    while (!behind.empty() && behind[0] == '.') {
      const std::size_t end = std::min(behind.find('.', 1), behind.size());
      const std::string_view suffix = behind.substr(1, end - 1);
      const bool known = suffix == "txt" || suffix == "log" || suffix == "old" || suffix == "bak" || suffix == "gz" || suffix == "zst" ||
                         suffix == "bz2" || (!suffix.empty() && suffix.find_first_not_of("0123456789") == std::string_view::npos);
      if (!known) return false;
      behind.remove_prefix(end);
    }
    return behind.empty();
  }
  return false;
}

/// A file of this name may hold JSON all the same: then the content counts.
bool is_json_start(std::string_view line) {
  if (line.empty() || (line[0] != '{' && line[0] != '[')) return false;
  const std::size_t next = line.find_first_not_of(" \t", 1);
  return next == std::string_view::npos ? line[0] == '[' : line[next] == '"' || line[next] == '}' || (line[0] == '[' && line[next] == '{');
}

/// The program of a command: behind assignments and words such as sudo.
std::string_view program_of(std::string_view command) {
  constexpr auto kBefore = std::to_array<std::string_view>({"sudo", "nohup", "time", "exec", "env", "command"});
  Words words(command);
  while (const auto word = words.next()) {
    const bool assigns = word->find('=') != std::string_view::npos && word->find('=') < word->find('/');
    if (assigns || word->starts_with('-') || std::find(kBefore.begin(), kBefore.end(), *word) != kBefore.end()) continue;
    return *word;
  }
  return {};
}

class HistoryParser final : public LineParser {
 public:
  const model::LogType& type() const override { return host_history_type(); }
  void reset() override {
    stamp_.clear();
    claimed_ = false;
  }

  bool claims(std::span<const std::string_view> lines, const Context& file) override {
    stamp_.clear();
    claimed_ = file.file != nullptr && is_history_name(file.file->name) && !lines.empty() && !is_json_start(lines[0]) &&
               std::none_of(lines.begin(), lines.end(), [](std::string_view l) { return l.find('\0') != std::string_view::npos; });
    return claimed_;
  }
  bool claims_event(const Context& c) const override {
    return c.log_group.find("bash_history") != std::string::npos || c.log_stream.find("bash_history") != std::string::npos;
  }
  bool recognises(std::string_view) const override { return false; }

  /// `#1764016443`, the time of the command behind it.
  bool takes_header(std::string_view line) override {
    if (!claimed_ || line.size() < 10 || line.size() > 12 || line[0] != '#' || !is_integer(line.substr(1)) || line[1] == '-') return false;
    stamp_ = line.substr(1);
    return true;
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    const Context& c = draft.context();
    std::string_view stamp, command = line;
    // zsh: `: 1764016443:0;command`
    if (const std::size_t semicolon = line.find(';'); line.starts_with(": ") && semicolon != std::string_view::npos) {
      const std::string_view times = line.substr(2, semicolon - 2);
      const std::size_t colon = times.find(':');
      if (colon != std::string_view::npos && is_integer(times.substr(0, colon)) && is_integer(times.substr(colon + 1))) {
        stamp = times.substr(0, colon);
        command = line.substr(semicolon + 1);
      }
    }
    if (stamp.empty() && !stamp_.empty()) stamp = draft.keep(stamp_);
    std::string_view from;
    if (!stamp.empty()) {
      draft.text(kStampText, stamp);
      draft.time(time_of_epoch(stamp, 1));
      from = "stamp";
    } else if (c.time) {
      draft.time(c.time);
      from = "wrapper";
    }
    draft.text(kCommandLine, command);
    draft.text(kRules, command);
    const std::string_view program = program_of(command);
    if (!program.empty()) draft.keep_text(kImage, (program.starts_with('/') ? "" : "/") + std::string(program));
    if (c.file != nullptr && !c.file->user.empty()) draft.text(kUserName, c.file->user);
    if (c.file != nullptr && !c.file->name.empty()) draft.text(kFileName, c.file->name);
    set_host_origin(kOrigin, from, draft);
    return std::nullopt;
  }

 private:
  bool claimed_ = false;
  std::string stamp_{};
};

}  // namespace

const model::LogType& host_history_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "host_history",
                     .title = "shell histories",
                     .table = "host_history",
                     .product = "linux",
                     .service = "shell_history",
                     .category = "process_creation"};
    t.fields = {{.name = "timestamp", .column = "timestamp"},
                {.name = "COMMAND", .column = "command"},
                {.name = "CommandLine"},  // for rules of Sigma's category
                {.name = "Image"},
                {.name = "user", .column = "user_name"},
                {.name = "file", .column = "file"}};
    for (model::LogField& f : host_origin_fields()) t.fields.push_back(std::move(f));
    t.shape = {.source = {.otherwise = "host_history"},
               .principal = {.fields = {"user"}},
               .user_name = {.fields = {"user"}},
               .action = {.otherwise = "shell_command"},
               .resource = {.fields = {"instance"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"COMMAND"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_host_history_parser() { return std::make_unique<HistoryParser>(); }

}  // namespace backtrail::sources::detail
