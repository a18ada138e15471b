#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "sources/detail/draft.h"

namespace backtrail::sources::detail {

/// What a message of sshd, sudo, su, PAM, shadow's tools, login, logind or polkit tells, behind the fields of
/// `syslog_fields()`; names as rules see them.
inline constexpr std::array kAuthFields = std::to_array<std::string_view>(
    {"src_ip", "src_port", "method", "key_type", "fingerprint", "reason", "detail", "service", "by", "group", "user_id", "session", "USER", "TTY", "PWD"});

/// Fills them and the action, outcome and user. Texts that none of the known forms fits leave them empty.
void read_auth_message(std::string_view program, std::string_view message, Draft& draft);

}  // namespace backtrail::sources::detail
