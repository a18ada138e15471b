#include "cli/arguments.h"

#include <charconv>

#include "base/text.h"

namespace backtrail::cli {
namespace {

const std::vector<std::string> kNothing;

bool declares(const CommandSpec& command, std::string_view name) {
  for (const OptionSpec& o : command.options)
    if (o.name == name) return true;
  for (const OptionSpec& o : general_options())
    if (o.name == name) return true;
  for (const ArgumentSpec& a : command.arguments)
    if (a.name == name) return true;
  return false;
}

}  // namespace

Arguments::Arguments(const CommandSpec& command,
                     std::map<std::string, std::vector<std::string>> values)
    : command_(&command), values_(std::move(values)) {}

bool Arguments::declared(std::string_view name) const { return declares(*command_, name); }

const std::vector<std::string>& Arguments::list(std::string_view name) const {
  BACKTRAIL_CHECK(declares(*command_, name), name);
  read_.emplace(name);
  const auto it = values_.find(std::string(name));
  return it == values_.end() ? kNothing : it->second;
}

std::string Arguments::text(std::string_view name, std::string_view fallback) const {
  const std::vector<std::string>& values = list(name);
  return values.empty() ? std::string(fallback) : values.front();
}

std::optional<std::uint64_t> Arguments::count(std::string_view name) const {
  const std::vector<std::string>& values = list(name);
  if (values.empty()) return std::nullopt;
  std::uint64_t n = 0;
  std::from_chars(values.front().data(), values.front().data() + values.front().size(), n);
  return n;  // parse() has checked the text
}

std::vector<std::string> Arguments::unread() const {
  std::vector<std::string> out;
  for (const auto& [name, values] : values_)
    if (!values.empty() && !read_.contains(name)) out.push_back(name);
  return out;
}

}  // namespace backtrail::cli
