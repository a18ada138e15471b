// The IAM credential report: who has a password, keys and MFA, and when they were used. Source: IAM User
// Guide, "Generate credential reports"; IAM API Reference, "GetCredentialReport".
#include <array>

#include "base/text.h"
#include "sources/detail/base64_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::array kColumns = std::to_array<std::string_view>({
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated",
    "cert_2_active", "cert_2_last_rotated", "additional_credentials_info",
});
constexpr std::size_t kUser = 0, kArn = 1;
constexpr std::string_view kHeader = "user,arn,user_creation_time";

std::size_t column_of(std::string_view name) {
  std::size_t i = 0;
  while (i < kColumns.size() && kColumns[i] != name) ++i;
  return i;
}

/// The cells of a line (RFC 4180, without line ends in cells); false when a quote stays open.
bool split_cells(std::string_view line, std::vector<std::string>& cells) {
  cells.assign(1, {});
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  return !quoted;
}

class CredentialReportParser final : public LineParser {
 public:
  const model::LogType& type() const override { return iam_credential_report_type(); }
  void reset() override { order_.clear(); }

  bool takes_header(std::string_view line) override {
    if (!line.starts_with(kHeader)) return false;
    order_.clear();
    if (!split_cells(line, cells_)) return false;
    for (const std::string& cell : cells_) order_.push_back(column_of(cell));
    return true;
  }

  /// Nothing but its header tells the report.
  bool recognises(std::string_view) const override { return false; }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!split_cells(line, cells_)) return Refusal{"broken_csv", "a quoted cell has no end"};
    if (cells_.size() != order_.size())
      return Refusal{"bad_field_count", "the row's number of cells is not the header's"};
    for (std::size_t i = 0; i < cells_.size(); ++i)
      if (order_[i] < kColumns.size() && !cells_[i].empty()) draft.keep_text(order_[i], cells_[i]);
    const std::vector<std::string_view> arn = split(draft.at(kArn), ':');
    if (arn.size() < 6 || arn[0] != "arn" || draft.at(kUser).empty())
      return Refusal{"not_a_record", "the row names no user and ARN"};
    draft.account(arn[4]);
    if (draft.context().time) draft.time(draft.context().time);
    return std::nullopt;
  }

 private:
  std::vector<std::size_t> order_{};
  std::vector<std::string> cells_{};
};

}  // namespace

const model::LogType& iam_credential_report_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "iam_credential_report",
                     .title = "IAM credential report",
                     .table = "iam_credential_report",
                     .service = "iam_credential_report",
                     .is_state = true};
    for (const std::string_view name : kColumns)
      t.fields.push_back({.name = std::string(name), .column = std::string(name)});
    t.shape = {.source = {.otherwise = "iam"},
               .principal = {.fields = {"arn"}},
               .user_name = {.fields = {"user"}},
               .resource = {.fields = {"arn"}},
               .outcome = {.otherwise = "success"}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_iam_credential_report_parser() {
  return std::make_unique<CredentialReportParser>();
}

bool open_credential_report(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  if (!item.has("Content") || !item.has("ReportFormat")) return false;
  const std::optional<std::string> report = decode_base64(item.text("Content"));
  if (!report || !report->starts_with(kHeader)) return false;
  Context inner = *context;
  inner.event.clear();
  if (const auto time = parse_log_time(item.text("GeneratedTime"))) inner.time = time;
  const ContextPtr shared = share(std::move(inner));
  for (const std::string_view line : split(*report, '\n'))
    if (!trim(line).empty()) out.push_back({.text = std::string(line), .context = shared});
  return true;
}

}  // namespace backtrail::sources::detail
