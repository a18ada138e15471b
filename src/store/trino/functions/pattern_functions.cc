#include <fmt/format.h>

#include "store/trino/functions/registry.h"

namespace backtrail::store::trino {
namespace {

using Texts = std::vector<std::string>;

Pattern* pattern_of(Call& call, std::string_view pattern) {
  auto found = call.state().patterns.get(pattern);
  if (found) return *found;
  call.fail(found.error().message);
  return nullptr;
}

/// Calls `visit(spans)` for each match in turn until it returns false; false when the call failed.
template <typename Visit>
bool each_match(Call& call, std::string_view text, Pattern& pattern, Visit visit) {
  std::size_t from = 0;
  while (from <= text.size()) {
    auto found = pattern.find(text, from);
    if (!found) return call.fail(found.error().message), false;
    if (!*found) return true;
    const auto& spans = **found;
    if (!visit(spans)) return true;
    // After an empty match go on behind the next code point.
    from = spans[0].second;
    if (spans[0].first == spans[0].second) {
      ++from;
      while (from < text.size() && (text[from] & '\xc0') == '\x80') ++from;
    }
  }
  return true;
}

std::string_view piece(std::string_view text, Pattern::Span span) {
  return text.substr(span.first, span.second - span.first);
}

std::optional<bool> like(Call& call, std::string_view text, std::string_view pattern) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr) return std::nullopt;
  auto found = p->matches(text);
  if (!found) return call.fail(found.error().message);
  return *found;
}

bool group_exists(Call& call, const Pattern& pattern, std::int64_t group) {
  if (group >= 0 && group <= pattern.group_count()) return true;
  call.fail(
      fmt::format("Pattern has {} groups. Cannot access group {}", pattern.group_count(), group));
  return false;
}

std::optional<std::string> extract_group(Call& call, std::string_view text,
                                         std::string_view pattern, std::int64_t group) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr || !group_exists(call, *p, group)) return std::nullopt;
  std::optional<std::string> out;
  each_match(call, text, *p, [&](const auto& spans) {
    const auto span = spans[static_cast<std::size_t>(group)];
    if (span.first != std::string_view::npos) out = piece(text, span);
    return false;
  });
  return out;
}

std::optional<std::string> extract(Call& call, std::string_view text, std::string_view pattern) {
  return extract_group(call, text, pattern, 0);
}

std::optional<Texts> extract_all_group(Call& call, std::string_view text, std::string_view pattern,
                                       std::int64_t group) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr || !group_exists(call, *p, group)) return std::nullopt;
  Texts out;
  each_match(call, text, *p, [&](const auto& spans) {
    const auto span = spans[static_cast<std::size_t>(group)];
    out.emplace_back(span.first == std::string_view::npos ? "" : piece(text, span));
    return true;
  });
  return out;
}

std::optional<Texts> extract_all(Call& call, std::string_view text, std::string_view pattern) {
  return extract_all_group(call, text, pattern, 0);
}

std::optional<Texts> split_text(Call& call, std::string_view text, std::string_view pattern) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr) return std::nullopt;
  Texts out;
  std::size_t from = 0;
  each_match(call, text, *p, [&](const auto& spans) {
    if (spans[0].second == 0 && spans[0].first == 0) return true;  // an empty match at the start
    if (spans[0].first == spans[0].second && spans[0].first == text.size()) return false;
    out.emplace_back(text.substr(from, spans[0].first - from));
    from = spans[0].second;
    return true;
  });
  out.emplace_back(text.substr(from));
  return out;
}

/// Appends a replacement: `$1`, `${name}`, `\` before a character that stands for itself.
bool append_replacement(Call& call, std::string& out, std::string_view text, std::string_view with,
                        const Pattern& pattern, const std::vector<Pattern::Span>& spans) {
  for (std::size_t i = 0; i < with.size(); ++i) {
    if (with[i] == '\\' && i + 1 < with.size()) {
      out += with[++i];
      continue;
    }
    if (with[i] != '$') {
      out += with[i];
      continue;
    }
    std::optional<std::size_t> group;
    if (i + 1 < with.size() && with[i + 1] == '{') {
      const auto end = with.find('}', i);
      const std::string name(with.substr(i + 2, end == std::string_view::npos ? 0 : end - i - 2));
      if (const auto number = pattern.group_number(name)) group = *number;
      i = end == std::string_view::npos ? i : end;
    } else {
      // As many digits as still name a group.
      while (i + 1 < with.size() && with[i + 1] >= '0' && with[i + 1] <= '9') {
        const auto next = group.value_or(0) * 10 + static_cast<std::size_t>(with[i + 1] - '0');
        if (group && next > pattern.group_count()) break;
        group = next;
        ++i;
      }
    }
    if (!group || *group > pattern.group_count()) {
      call.fail(fmt::format("Illegal replacement sequence: '{}'", with));
      return false;
    }
    if (spans[*group].first != std::string_view::npos) out += piece(text, spans[*group]);
  }
  return true;
}

std::optional<std::string> replace_with(Call& call, std::string_view text, std::string_view pattern,
                                        std::string_view with) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr) return std::nullopt;
  std::string out;
  std::size_t from = 0;
  each_match(call, text, *p, [&](const auto& spans) {
    out += text.substr(from, spans[0].first - from);
    from = spans[0].second;
    return append_replacement(call, out, text, with, *p, spans);
  });
  out += text.substr(from);
  return out;
}

std::optional<std::string> remove_all(Call& call, std::string_view text, std::string_view pattern) {
  return replace_with(call, text, pattern, "");
}

std::optional<std::int64_t> count(Call& call, std::string_view text, std::string_view pattern) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr) return std::nullopt;
  std::int64_t n = 0;
  each_match(call, text, *p, [&](const auto&) { return ++n, true; });
  return n;
}

std::optional<std::int64_t> position(Call& call, std::string_view text, std::string_view pattern) {
  Pattern* const p = pattern_of(call, pattern);
  if (p == nullptr) return std::nullopt;
  std::int64_t place = -1;
  each_match(call, text, *p, [&](const auto& spans) {
    place = 1;
    for (std::size_t i = 0; i < spans[0].first; ++i) place += (text[i] & '\xc0') != '\x80';
    return false;
  });
  return place;
}

}  // namespace

void add_pattern_functions(Registry& registry) {
  registry.add<like>("trino_regexp_like");
  registry.add<extract>("trino_regexp_extract");
  registry.add<extract_group>("trino_regexp_extract");
  registry.add<extract_all>("trino_regexp_extract_all");
  registry.add<extract_all_group>("trino_regexp_extract_all");
  registry.add<split_text>("trino_regexp_split");
  registry.add<remove_all>("trino_regexp_replace");
  registry.add<replace_with>("trino_regexp_replace");
  registry.add<count>("trino_regexp_count");
  registry.add<position>("trino_regexp_position");
}

}  // namespace backtrail::store::trino
