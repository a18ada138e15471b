#include "analysis/detail/principal_filter.h"

#include <vector>

#include "base/text.h"

namespace backtrail::analysis {
namespace {

/// `arn:aws:sts::111111111111:assumed-role/Name/session` in parts.
struct SessionArn {
  std::string account{}, role{}, session{};
};

std::optional<SessionArn> parse_session_arn(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 6 || parts[0] != "arn" || parts[2] != "sts") return std::nullopt;
  const std::vector<std::string_view> path = split(parts[5], '/');
  if (path.size() != 3 || path[0] != "assumed-role" || path[2].empty()) return std::nullopt;
  return SessionArn{.account = std::string(parts[4]),
                    .role = std::string(path[1]),
                    .session = std::string(path[2])};
}

}  // namespace

PrincipalFilter::PrincipalFilter(std::string_view text) : text_(text) {
  if (const auto arn = parse_session_arn(text)) {
    account_ = ":" + arn->account + ":";
    text_ = arn->role;
    session_ = arn->session;
  }
}

void PrincipalFilter::add_to(Where& where) const {
  const std::string text = where.bind(text_);
  const std::string name = "(principal = " + text + " OR ends_with(principal, '/' || " + text +
                           ") OR ends_with(principal, ':' || " + text + ")";
  if (!session_.empty()) {
    where.add(name + ") AND contains(principal, ?)", account_);
    where.add("session = ?", session_);
  } else {
    where.add(name + " OR access_key = " + text + ")");
  }
}

bool PrincipalFilter::matches(std::string_view principal) const {
  // "bert", "user/bert" as the tables show it, "root".
  const bool named =
      principal == text_ || principal.ends_with("/" + text_) || principal.ends_with(":" + text_);
  return named && (account_.empty() || principal.find(account_) != std::string_view::npos);
}

}  // namespace backtrail::analysis
