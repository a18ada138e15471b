#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backtrail {

[[nodiscard]] bool is_valid_utf8(std::string_view text);
/// Each invalid byte becomes U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
/// At most `max_bytes`, cut at a code point; `…` is added when something was cut.
[[nodiscard]] std::string truncate_utf8(std::string_view text, std::size_t max_bytes);
/// Safe on a terminal: control characters (C0, C1, DEL) and bidirectional overrides become visible
/// escapes (`\x1b`, `\u202e`), invalid UTF-8 becomes U+FFFD. Newline and tab are escaped too.
[[nodiscard]] std::string escape_terminal(std::string_view text);
/// ASCII letters only.
[[nodiscard]] std::string to_lower_ascii(std::string_view text);
[[nodiscard]] bool equal_ignore_case_ascii(std::string_view a, std::string_view b);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text);
/// The candidate nearest to `word` by edit distance (at most a third of its length), else the first
/// one that begins with it; empty when there is none.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);
/// One word of a POSIX shell command: quoted where it has to be.
[[nodiscard]] std::string shell_word(std::string_view text);
/// `1,234,567`
[[nodiscard]] std::string with_thousands(std::uint64_t n);
/// `1.5 MiB`
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace backtrail
