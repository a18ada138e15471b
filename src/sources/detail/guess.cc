#include "sources/detail/guess.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/time.h"
#include "sources/detail/line_text.h"
#include "sources/detail/utf8.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::string_view kAs = "; --as NAME imports it into generic_logs";

constexpr std::array kMagics = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"\x7f" "ELF", "a program"},
    {"MZ", "a Windows program"},
    {"%PDF", "a PDF document"},
    {"\x89PNG", "a picture"},
    {"\xff\xd8\xff", "a picture"},
    {"ElfFile", "a Windows event log (.evtx); export it as JSON"},
    {"SQLite format 3", "an SQLite database"},
    {"\xd4\xc3\xb2\xa1", "a packet capture (pcap)"},
    {"\x0a\x0d\x0d\x0a", "a packet capture (pcapng)"},
    {"7z\xbc\xaf", "a 7z archive; unpack it"},
    {"Rar!", "a RAR archive; unpack it"},
    {"\xfd" "7zXZ", "xz data; unpack it"},
    {"Obj\x01", "Avro data"},
    {"ORC", "ORC data"},
});

/// The names of the first members of a JSON object's text.
std::string member_names(std::string_view text) {
  constexpr int kNames = 5;
  std::string out;
  int depth = 0, names = 0;
  for (std::size_t i = 0; i < text.size() && names < kNames; ++i) {
    const char c = text[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != '"') continue;
    std::size_t end = i + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) break;
    std::size_t next = end + 1;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\n')) ++next;
    if (depth == 1 && next < text.size() && text[next] == ':') {
      out.append(out.empty() ? "" : ", ").append(text.substr(i + 1, end - i - 1));
      ++names;
    }
    i = end;
  }
  return out;
}

bool begins_with_time(std::string_view line) {
  Words words(line);
  const auto first = words.next();
  if (!first) return false;
  std::string_view word = *first;
  while (!word.empty() && word.front() == '[') word.remove_prefix(1);
  while (!word.empty() && (word.back() == ']' || word.back() == ',')) word.remove_suffix(1);
  return word.size() >= 10 && parse_log_time(word).has_value();
}

}  // namespace

std::string guess_of(std::string_view head) {
  for (const auto& [magic, what] : kMagics)
    if (head.starts_with(magic)) return "it looks like " + std::string(what);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  head.remove_prefix(first);
  if (head[0] == '{' || (head[0] == '[' && head.find('{') != std::string_view::npos)) {
    const std::string names = member_names(head.substr(head.find('{')));
    return "JSON of no known log type" + (names.empty() ? "" : ", with members " + names) + std::string(kAs);
  }
  const auto is_binary = [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b';
  };
  if (std::any_of(head.begin(), head.end(), is_binary)) return "binary data of no known kind";
  const std::string_view line = head.substr(0, head.find('\n'));
  return std::string(begins_with_time(line) ? "lines of text that begin with a time" : "lines of text of no known log type") +
         std::string(kAs);
}

}  // namespace backtrail::sources::detail
