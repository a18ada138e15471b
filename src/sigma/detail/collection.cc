#include "sigma/detail/collection.h"

#include <fmt/format.h>

#include <algorithm>

namespace backtrail::sigma::detail {
namespace {

void erase(Yaml& map, std::string_view key) {
  std::erase_if(map.members, [&](const auto& member) { return member.first.text == key; });
}

/// `from` over `into`: maps are merged, everything else is replaced.
void deep_merge(Yaml& into, const Yaml& from) {
  for (const auto& [key, value] : from.members) {
    Yaml* present = into.find(key.text);
    if (present == nullptr) {
      into.members.emplace_back(key, value);
    } else if (present->is_map() && value.is_map()) {
      deep_merge(*present, value);
    } else {
      *present = value;
    }
  }
}

Yaml merged(const Yaml& base, const Yaml& over) {
  Yaml out = base;
  out.kind = Yaml::Kind::map;
  out.place = over.place;
  deep_merge(out, over);
  return out;
}

}  // namespace

void merge_collection(std::vector<YamlDocument>& documents) {
  const bool legacy = std::any_of(documents.begin(), documents.end(), [](const YamlDocument& d) {
    return d.root.is_map() && d.root.find("action") != nullptr;
  });
  if (!legacy) return;

  // What a document means depends on those before it: its text is the file up to its end.
  const char* const begin = documents.front().text.data();
  for (YamlDocument& d : documents)
    d.text =
        std::string_view(begin, static_cast<std::size_t>(d.text.data() + d.text.size() - begin));

  Yaml global{.kind = Yaml::Kind::map};
  Yaml previous{.kind = Yaml::Kind::map};
  std::vector<YamlDocument> out;
  for (YamlDocument& d : documents) {
    if (d.issues.failed() || !d.root.is_map()) {
      out.push_back(std::move(d));
      continue;
    }
    const Yaml* action = d.root.find("action");
    const std::string name = action == nullptr ? "" : action->text;
    const Place place = action == nullptr ? d.place : action->place;
    if (name == "global") {
      erase(d.root, "action");
      deep_merge(global, d.root);
    } else if (name == "reset") {
      global.members.clear();
    } else if (name == "repeat") {
      erase(d.root, "action");
      d.root = merged(previous, d.root);
      previous = d.root;
      out.push_back(std::move(d));
    } else if (name.empty()) {
      d.root = merged(global, d.root);
      previous = d.root;
      out.push_back(std::move(d));
    } else {
      d.issues.fail(place, "sigma.action",
                    fmt::format("action \"{}\" does not exist; expected global, reset or repeat{}",
                                name, suggestion(name, {"global", "reset", "repeat"})));
      out.push_back(std::move(d));
    }
  }
  documents = std::move(out);
}

}  // namespace backtrail::sigma::detail
