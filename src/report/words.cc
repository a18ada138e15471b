#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace backtrail::report {

std::string plural(std::uint64_t n, std::string_view one, std::string_view many) {
  std::string out = with_thousands(n) + " ";
  if (n == 1) return out + std::string(one);
  return out + (many.empty() ? std::string(one) + "s" : std::string(many));
}

std::string short_time(const std::optional<Timestamp>& t) {
  if (!t) return "no time";
  std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(*t));
  text[10] = ' ';
  text.pop_back();
  return text;
}

std::string duration(std::chrono::microseconds d) {
  struct Unit {
    std::int64_t seconds;
    std::string_view one, many;
  };
  constexpr std::array kUnits = {Unit{86400, " day", " days"}, Unit{3600, " h", " h"},
                                 Unit{60, " min", " min"}, Unit{1, " s", " s"}};
  const std::int64_t total = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    const std::int64_t n = total / kUnits[i].seconds;
    if (n == 0) continue;
    std::string out = with_thousands(static_cast<std::uint64_t>(n)) +
                      std::string(n == 1 ? kUnits[i].one : kUnits[i].many);
    if (i + 1 < kUnits.size() && n < 10)
      if (const std::int64_t rest = total % kUnits[i].seconds / kUnits[i + 1].seconds; rest != 0)
        out += " " + std::to_string(rest) +
               std::string(rest == 1 ? kUnits[i + 1].one : kUnits[i + 1].many);
    return out;
  }
  return "0 s";
}

std::string seconds_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  return duration(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

std::string short_principal(std::string_view arn, bool with_account) {
  if (!arn.starts_with("arn:")) return std::string(arn);
  const std::vector<std::string_view> parts = split(arn, ':');
  if (parts.size() < 6) return std::string(arn);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < 5; ++i) begin += parts[i].size() + 1;
  std::string name(arn.substr(begin));
  // Roles of IAM Identity Center lie under a path that only tells the region of the directory.
  constexpr std::string_view kIdentityCenter = "role/aws-reserved/sso.amazonaws.com/";
  if (name.starts_with(kIdentityCenter)) name = "role/" + name.substr(name.rfind('/') + 1);
  if (with_account && !parts[4].empty()) name = std::string(parts[4]) + ":" + name;
  return name;
}

std::string short_user_agent(std::string_view user_agent) {
  std::string_view text = user_agent;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.starts_with("Mozilla/") || text.starts_with("S3Console/")) return "browser";
  if (text.starts_with("signin.amazonaws.com") || text.starts_with("console.amazonaws.com"))
    return "console";
  const std::size_t end = text.find(' ');
  return std::string(text.substr(0, end));
}

std::string marks_text(const std::vector<std::string>& marks) {
  std::string out;
  for (const std::string& mark : marks) {
    std::string text = mark == "scanner"       ? "known scanner"
                       : mark == "break_glass" ? "break-glass"
                                               : mark;
    for (char& c : text)
      if (c == '_') c = ' ';
    out += (out.empty() ? "" : ", ") + text;
  }
  return out;
}

std::string severity_counts(const std::vector<model::Finding>& findings) {
  std::vector<std::string> parts;
  for (int level = 4; level >= 0; --level) {
    const auto severity = static_cast<model::Severity>(level);
    const auto n = std::count_if(findings.begin(), findings.end(),
                                 [&](const model::Finding& f) { return f.severity == severity; });
    if (n) parts.push_back(std::to_string(n) + " " + std::string(model::to_string(severity)));
  }
  return join(parts, ", ");
}

std::string top_counts(const std::vector<analysis::NameCount>& counts, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < counts.size() && i < most; ++i)
    out += (i ? ", " : "") + (counts[i].name.empty() ? std::string("(none)") : counts[i].name) +
           (counts[i].title.empty() ? "" : " " + counts[i].title) +
           (counts[i].marks.empty() ? "" : " [" + marks_text(counts[i].marks) + "]") + " (" +
           with_thousands(counts[i].count) + ")";
  if (counts.size() > most) out += ", " + std::to_string(counts.size() - most) + " more";
  return out;
}

std::string top_names(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) out += (i ? ", " : "") + names[i];
  if (names.size() > most) out += ", " + std::to_string(names.size() - most) + " more";
  return out;
}

}  // namespace backtrail::report
