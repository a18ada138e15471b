// cloud-init's logs: what an instance did when it booted, user data among it. Source: cloud-init documentation, "Log and
// configuration files"; cloud-init.log is stamped line by line, cloud-init-output.log holds what commands printed.
#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/detail/syslog_line.h"
#include "sources/detail/text_pattern.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

enum Field : std::size_t { kStampText, kModule, kLevel, kText, kWhat, kCommandLine, kFile, kStage, kOrigin };

struct Stamped {
  std::string_view stamp{}, module{}, level{}, message{};
};

/// `2026-11-24 20:34:03,123 - util.py[DEBUG]: message`
std::optional<Stamped> parse_stamped(std::string_view line) {
  constexpr std::size_t kSeconds = 19;
  if (line.size() < kSeconds + 8 || line[4] != '-' || line[10] != ' ' || line[13] != ':') return std::nullopt;
  const std::size_t dash = line.find(" - ", kSeconds);
  if (dash == std::string_view::npos || dash > kSeconds + 7) return std::nullopt;
  Stamped out{.stamp = line.substr(0, dash)};
  std::string_view rest = line.substr(dash + 3);
  const std::size_t open = rest.find('['), close = rest.find("]: ");
  if (open == std::string_view::npos || close == std::string_view::npos || open == 0 || open > close || close > 128 ||
      rest.substr(0, close).find(' ') != std::string_view::npos)
    return std::nullopt;
  out.module = rest.substr(0, open);
  out.level = rest.substr(open + 1, close - open - 1);
  out.message = rest.substr(close + 3);
  return out;
}

std::optional<Timestamp> time_of_stamp(std::string_view stamp) {
  std::string text(stamp);
  if (text.size() > 19) text[19] = '.';
  return parse_log_time(text);
}

/// `Tue, 24 Nov 2026 20:34:03 +0000`
std::optional<Timestamp> time_of_mail(std::string_view s) {
  if (s.size() != 31 || s[3] != ',' || s[7] != ' ' || s[11] != ' ' || s[16] != ' ') return std::nullopt;
  std::string text(s.substr(5));
  text[2] = text[6] = '/';
  text[11] = ':';
  return time_of_common_log(text);
}

constexpr std::string_view kBanner = "Cloud-init v. ";

struct Banner {
  std::string_view stage{};
  std::optional<Timestamp> time{};
};

/// `Cloud-init v. 23.1 running 'modules:final' at Tue, 24 Nov 2026 20:34:03 +0000. Up 12 seconds.`, or `… finished at …`
std::optional<Banner> parse_banner(std::string_view message) {
  if (!message.starts_with(kBanner)) return std::nullopt;
  static const TextPattern running("{version} running '{stage}' at {when+}. Up *"), finished("{version} finished at {when+}. Datasource*");
  TextPattern::Match match;
  message.remove_prefix(kBanner.size());
  if (running.match(message, match)) return Banner{match.values[1], time_of_mail(match.values[2])};
  if (finished.match(message, match)) return Banner{"finished", time_of_mail(match.values[1])};
  return Banner{};
}

void read_message(std::string_view message, Draft& draft) {
  static const TextPattern ran("Running command {command+} with allowed return codes*"), wrote("Writing to {file+} - *"),
      script("Running {stage} failed*");
  TextPattern::Match match;
  if (ran.match(message, match)) {
    draft.text(kWhat, "command");
    draft.text(kCommandLine, match.values[0]);
  } else if (wrote.match(message, match)) {
    draft.text(kWhat, "file_written");
    draft.text(kFile, match.values[0]);
  } else if (const std::size_t plus = message.find_first_not_of('+'); plus > 0 && plus < message.size() && message[plus] == ' ') {
    draft.text(kWhat, "command");  // of a shell under `set -x`
    draft.text(kCommandLine, trim(message.substr(plus)));
  } else if (script.match(message, match)) {
    draft.text(kWhat, "failed");
  }
}

class CloudInitParser final : public LineParser {
 public:
  const model::LogType& type() const override { return host_cloudinit_type(); }
  void reset() override { *this = {}; }

  bool claims(std::span<const std::string_view> lines, const Context& file) override {
    output_ = file.file != nullptr && file.file->name.find("cloud-init-output") != std::string::npos;
    for (const std::string_view line : lines) {
      if (parse_stamped(line)) return output_ = false;  // each line tells itself
      if (parse_banner(line)) output_ = true;
    }
    return output_;
  }
  bool claims_event(const Context& c) const override {
    return c.log_group.find("cloud-init") != std::string::npos || c.log_stream.find("cloud-init") != std::string::npos;
  }

  bool recognises(std::string_view line) const override { return parse_stamped(line) || parse_banner(line); }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    const Context& context = draft.context();
    std::string_view message = line, from;
    std::optional<Timestamp> time;
    bool unreadable = false;
    if (const auto stamped = parse_stamped(line)) {
      draft.text(kStampText, stamped->stamp);
      draft.text(kModule, stamped->module);
      draft.text(kLevel, stamped->level);
      message = stamped->message;
      from = "stamp";
      time = last_ = time_of_stamp(stamped->stamp);
      unreadable = !time;
      stamped_ = true;
    } else if (context.time) {
      time = context.time;
      from = "wrapper";
    } else if (!output_ && !context.is_log_event && !goes_on(line)) {
      return Refusal{"unknown_line", "no line of cloud-init"};
    }
    if (const auto banner = parse_banner(message)) {
      draft.text(kWhat, "stage");
      stage_ = banner->stage;
      if (banner->time && from != "stamp") {
        last_ = time = banner->time;
        from = "stamp";
      }
    } else {
      read_message(message, draft);
    }
    if (!time && from.empty() && last_) {
      time = last_;
      from = "line before";
    }
    draft.text(kText, message);
    if (!stage_.empty() && !context.is_log_event) draft.keep_text(kStage, stage_);
    if (time || unreadable) draft.time(time);
    set_host_origin(kOrigin, from, draft);
    return std::nullopt;
  }

 private:
  /// A traceback's line behind a stamped one. Lines that begin like another log's are none.
  bool goes_on(std::string_view line) const {
    return stamped_ && !line.empty() && (line[0] < '0' || line[0] > '9') && line[0] != '<' && line[0] != '{' && !parse_syslog(line);
  }

  bool output_ = false;   // the file is what commands printed
  bool stamped_ = false;  // a stamped line was read
  std::string stage_{};
  std::optional<Timestamp> last_{};
};

}  // namespace

const model::LogType& host_cloudinit_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "host_cloudinit",
                     .title = "cloud-init logs",
                     .table = "host_cloudinit",
                     .product = "linux",
                     .service = "cloud-init"};
    for (const char* name : {"timestamp", "module", "level", "message", "action"}) t.fields.push_back({.name = name, .column = name});
    t.fields.push_back({.name = "COMMAND", .column = "command"});
    for (const char* name : {"file", "stage"}) t.fields.push_back({.name = name, .column = name});
    for (model::LogField& f : host_origin_fields()) t.fields.push_back(std::move(f));
    t.shape = {.source = {.otherwise = "host_cloudinit"},
               .principal = {.otherwise = "root"},  // as whom cloud-init runs
               .action = {.fields = {"action"}, .otherwise = "log message"},
               .resource = {.fields = {"instance"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"message"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_host_cloudinit_parser() { return std::make_unique<CloudInitParser>(); }

}  // namespace backtrail::sources::detail
