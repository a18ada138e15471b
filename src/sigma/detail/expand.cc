#include <fmt/format.h>

#include "sigma/detail/modifiers.h"

namespace backtrail::sigma::detail {
namespace {

/// A placeholder in `s` from `from` on: `%name%`, name of letters, digits, `_`, `-`, `.`.
struct Found {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string name{};
};
std::optional<Found> find_placeholder(std::string_view s, std::size_t from) {
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  for (std::size_t begin = s.find('%', from); begin != std::string_view::npos;
       begin = s.find('%', begin + 1)) {
    std::size_t end = begin + 1;
    while (end < s.size() && is_name(s[end])) ++end;
    if (end > begin + 1 && end < s.size() && s[end] == '%')
      return Found{begin, end + 1, std::string(s.substr(begin + 1, end - begin - 1))};
  }
  return std::nullopt;
}

}  // namespace

bool expand_placeholders(Variants& variants, ModifierContext& context) {
  Variants out;
  for (ItemValue& v : variants) {
    const auto* text = std::get_if<TextValue>(&v.value);
    auto* regex = std::get_if<RegexPattern>(&v.value);
    if ((text == nullptr && regex == nullptr) || (text != nullptr && text->changed()))
      return context.issues.fail(v.place, "sigma.modifier_type",
                                 "modifier \"expand\" takes text with %placeholders%, before other "
                                 "modifiers");
    std::vector<std::string> forms = {""};
    const std::string source = text != nullptr ? text->source() : regex->source;
    std::size_t from = 0;
    while (const auto found = find_placeholder(source, from)) {
      const auto it = context.options.placeholders.find(found->name);
      if (it == context.options.placeholders.end() || it->second.empty()) {
        std::vector<std::string> known;
        for (const auto& [name, values] : context.options.placeholders) known.push_back(name);
        return context.issues.fail(
            v.place, "sigma.placeholder",
            fmt::format("placeholder %{}% has no values; give them in the placeholder table{}",
                        found->name, suggestion(found->name, known)));
      }
      if (forms.size() * it->second.size() > kMaxVariants)
        return context.issues.fail(v.place, "sigma.too_many_variants",
                                   "the placeholders make too many variants of this value");
      std::vector<std::string> next;
      for (const std::string& form : forms)
        for (const std::string& value : it->second)
          next.push_back(form + source.substr(from, found->begin - from) + value);
      forms = std::move(next);
      from = found->end;
    }
    for (std::string& form : forms) {
      form += source.substr(from);
      ItemValue& added = out.emplace_back(v);
      if (auto* r = std::get_if<RegexPattern>(&added.value)) {
        r->source = std::move(form);
      } else {
        added.value = TextValue::parse(form);
      }
    }
  }
  variants = std::move(out);
  return true;
}

}  // namespace backtrail::sigma::detail
