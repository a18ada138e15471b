#pragma once

#include <string>
#include <string_view>

namespace backtrail::report {

/// What stands in place of a secret.
inline constexpr std::string_view kMasked = "[masked]";

/// The text with its secrets replaced: passwords, secret keys, tokens and the like by the name they
/// follow (JSON members, also inside JSON kept as text at any depth of escaping; `name=value`;
/// `--password value`; `{"name":"DB_PASSWORD","value":…}`), Authorization headers, passwords in
/// addresses, signatures of presigned URLs, AWS session tokens, JSON web tokens, private keys and
/// tokens of well-known services by their shape, also inside scripts kept as base64. Access key ids, ARNs, request tokens and what
/// CloudTrail has hidden itself stay. JSON stays JSON. Terminal, reports and exports all go
/// through here; evidence keeps everything.
[[nodiscard]] std::string mask_secrets(std::string_view text);

/// The value of a column or field of this name: all of it when the name tells of a secret.
[[nodiscard]] std::string mask_field(std::string_view name, std::string_view value);

/// A name whose value is a secret: "secretAccessKey", "MasterUserPassword", "X-Amz-Security-Token".
[[nodiscard]] bool is_secret_name(std::string_view name);
/// The name is a secret's, but the value says what an alert was about: `signature` of Network Firewall and Suricata
/// holds words, that of a request or token one long run of letters and digits.
[[nodiscard]] bool is_title(std::string_view name, std::string_view value);

}  // namespace backtrail::report
