// Logs of Linux hosts: auth.log, secure, syslog, messages. One file may hold both types, line by line: what tells of
// who may do what is host_auth, the rest host_syslog.
#include "base/text.h"
#include "sources/detail/auth_message.h"
#include "sources/detail/syslog_line.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kAuthOrigin = kSyslogFields + kAuthFields.size();

/// `(root) CMD (/usr/local/bin/job)` of cron.
void read_cron(std::string_view message, Draft& draft) {
  if (!message.starts_with('(')) return;
  const std::size_t close = message.find(") CMD (");
  if (close == std::string_view::npos || !message.ends_with(')')) return;
  draft.text(kAction, "cron_command");
  draft.text(kUser, message.substr(1, close - 1));
  draft.text(kCommand, message.substr(close + 7, message.size() - close - 8));
}

class SyslogParser final : public LineParser {
 public:
  SyslogParser(std::shared_ptr<SyslogYears> years, bool auth) : years_(std::move(years)), auth_(auth) {}
  const model::LogType& type() const override { return auth_ ? host_auth_type() : host_syslog_type(); }
  void reset() override { years_->reset(); }

  bool recognises(std::string_view line) const override {
    const auto frame = parse_syslog(line);
    return frame && is_auth(*frame) == auth_;
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    const auto frame = parse_syslog(line);
    if (!frame || is_auth(*frame) != auth_) return Refusal{"unknown_line", "no line of this log of a host"};
    const std::string_view message = set_syslog(*frame, *years_, auth_ ? kAuthOrigin : kSyslogFields, draft);
    if (auth_)
      read_auth_message(frame->program, message, draft);
    else
      read_cron(message, draft);
    return std::nullopt;
  }

 private:
  std::shared_ptr<SyslogYears> years_;
  bool auth_;
};

model::EventShape shape_of(std::string source) {
  return {.source = {.otherwise = std::move(source)},
          .principal = {.fields = {"user"}},
          .user_name = {.fields = {"user"}},
          .resource = {.fields = {"instance", "host"}},
          .message = {.fields = {"message"}}};
}

}  // namespace

const model::LogType& host_auth_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "host_auth",
                     .title = "Linux authentication logs",
                     .table = "host_auth",
                     .product = "linux",
                     .service = "auth",
                     .also_services = {"sshd", "sudo"}};
    std::vector<model::LogField> more;
    for (const std::string_view name : kAuthFields) {
      // SQL's own words are no names of columns.
      const std::string column = name == "USER" ? "run_as" : name == "group" ? "group_name" : name == "by" ? "by_user" : to_lower_ascii(name);
      more.push_back({.name = std::string(name), .column = column});
    }
    t.fields = syslog_fields(std::move(more));
    t.shape = shape_of("host_auth");
    t.shape.action = {.fields = {"action"}, .otherwise = "log message"};
    t.shape.outcome = {.fields = {"outcome"}, .otherwise = "success"};
    t.shape.error = {.fields = {"reason"}};  // there exactly on refusals
    t.shape.source_ip = {.fields = {"src_ip"}};
    return t;
  }();
  return type;
}

const model::LogType& host_syslog_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "host_syslog",
                     .title = "Linux system logs",
                     .table = "host_syslog",
                     .product = "linux",
                     .service = "syslog",
                     .also_services = {"cron"}};
    t.fields = syslog_fields({});
    t.shape = shape_of("host_syslog");
    t.shape.action = {.fields = {"action"}, .otherwise = "log message"};
    t.shape.outcome = {.otherwise = "success"};
    return t;
  }();
  return type;
}

void add_syslog_parsers(const ReaderOptions& options, std::vector<std::unique_ptr<LineParser>>& out) {
  const auto years = std::make_shared<SyslogYears>(GivenYear::parse(options.read.year).value_or(GivenYear{}));
  out.push_back(std::make_unique<SyslogParser>(years, true));
  out.push_back(std::make_unique<SyslogParser>(years, false));
}

}  // namespace backtrail::sources::detail
