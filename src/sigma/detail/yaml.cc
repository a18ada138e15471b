#include "sigma/detail/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "base/text.h"

namespace backtrail::sigma::detail {
namespace {

/// Builds our tree from the parser's events. After an error it ignores the rest of the document.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Issues& issues, int line_offset) : issues_(issues), line_offset_(line_offset) {}

  [[nodiscard]] Yaml take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({.kind = Yaml::Kind::null, .place = place(mark)}, anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add({.kind = Yaml::Kind::scalar, .plain = tag == "?", .place = place(mark), .text = value},
        anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (issues_.failed()) return;
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) {
      issues_.fail(place(mark), "sigma.yaml", "the alias stands inside the value that it names");
      return;
    }
    if (!count(it->second.nodes, mark)) return;
    if (open_.size() + it->second.depth > kMaxDepth) {
      too_deep(place(mark));
      return;
    }
    Yaml copy = it->second.value;
    copy.place = place(mark);
    attach(std::move(copy));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Yaml::Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Yaml::Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Yaml value{};
    YAML::anchor_t anchor = 0;
    std::optional<Yaml> key{};  // map: the key that waits for its value
    std::size_t nodes_before = 0;
  };
  struct Anchor {
    Yaml value{};
    std::size_t nodes = 1;
    std::size_t depth = 0;
  };

  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    return {mark.line + 1 + line_offset_, mark.column + 1};
  }
  void too_deep(Place at) {
    issues_.fail(at, "sigma.too_deep",
                 fmt::format("values are nested more than {} levels deep", kMaxDepth));
  }
  bool count(std::size_t nodes, const YAML::Mark& mark) {
    nodes_ += nodes;
    if (nodes_ <= kMaxNodes) return true;
    return issues_.fail(place(mark), "sigma.too_large",
                        fmt::format("the document holds more than {} values once its aliases are "
                                    "expanded; split it",
                                    with_thousands(kMaxNodes)));
  }
  void open(Yaml::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (issues_.failed() || !count(1, mark)) return;
    if (open_.size() >= kMaxDepth) return too_deep(place(mark));
    open_.push_back({.value = {.kind = kind, .place = place(mark)},
                     .anchor = anchor,
                     .nodes_before = nodes_ - 1});
  }
  void close() {
    if (issues_.failed() || open_.empty()) return;
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) {
      const std::size_t nodes = nodes_ - done.nodes_before;
      kept_ += nodes;
      if (kept_ > kMaxNodes) {
        issues_.fail(done.value.place, "sigma.too_large", "too much lies inside nested anchors");
        return;
      }
      anchors_[done.anchor] = {done.value, nodes, depth(done.value)};
    }
    attach(std::move(done.value));
  }
  void add(Yaml value, YAML::anchor_t anchor) {
    if (issues_.failed()) return;
    if (++nodes_ > kMaxNodes) {
      issues_.fail(value.place, "sigma.too_large", "the document holds too many values; split it");
      return;
    }
    if (anchor != 0) anchors_[anchor] = {value, 1, 0};
    attach(std::move(value));
  }
  static std::size_t depth(const Yaml& v) {
    std::size_t deepest = 0;
    for (const Yaml& item : v.items) deepest = std::max(deepest, depth(item));
    for (const auto& [key, value] : v.members) deepest = std::max(deepest, depth(value));
    return v.is_map() || v.is_sequence() ? deepest + 1 : 0;
  }
  void attach(Yaml value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (parent.value.is_sequence()) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.key) {
      if (value.is_map() || value.is_sequence()) {
        issues_.fail(value.place, "sigma.yaml", "a key must be text, not a list or a map");
        return;
      }
      parent.key = std::move(value);
    } else {
      add_member(parent, std::move(value));
    }
  }
  void add_member(Open& parent, Yaml value) {
    Yaml key = *std::exchange(parent.key, std::nullopt);
    if (key.plain && key.text == "<<") return merge(parent.value, value);
    if (const Yaml* earlier = find_key(parent.value, key.text); earlier != nullptr) {
      issues_.fail(key.place, "sigma.duplicate_key",
                   fmt::format("key \"{}\" is there already in line {}; a map holds a key once "
                               "(use a list of maps for alternatives)",
                               key.text, earlier->place.line));
      return;
    }
    // The parser puts an empty value where the next one starts.
    if (value.kind == Yaml::Kind::null && value.place.line != key.place.line)
      value.place = key.place;
    parent.value.members.emplace_back(std::move(key), std::move(value));
  }
  static const Yaml* find_key(const Yaml& map, std::string_view key) {
    for (const auto& member : map.members)
      if (member.first.text == key) return &member.first;
    return nullptr;
  }
  void merge(Yaml& into, const Yaml& from) {
    if (from.is_sequence()) {
      for (const Yaml& item : from.items) merge(into, item);
      return;
    }
    if (!from.is_map()) {
      issues_.fail(from.place, "sigma.yaml", "`<<` takes a map or a list of maps");
      return;
    }
    for (const auto& [key, value] : from.members)
      if (find_key(into, key.text) == nullptr) into.members.emplace_back(key, value);
  }

  Issues& issues_;
  int line_offset_;
  Yaml root_{};
  std::vector<Open> open_{};
  std::map<YAML::anchor_t, Anchor> anchors_{};
  std::size_t nodes_ = 0;
  std::size_t kept_ = 0;  // nodes copied for later aliases
};

bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

/// Nothing but comments, directives and white space.
bool is_blank(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    std::string_view rest =
        trim(is_marker(line, "---") || is_marker(line, "...") ? line.substr(3) : line);
    if (!rest.empty() && rest.front() != '#' && rest.front() != '%') return false;
  }
  return true;
}

void parse(YamlDocument& document) {
  Builder builder(document.issues, document.place.line - 1);
  try {
    std::istringstream stream{std::string(document.text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    document.root = builder.take();
  } catch (const YAML::Exception& e) {
    const Place at{e.mark.is_null() ? document.place.line : e.mark.line + document.place.line,
                   e.mark.is_null() ? 1 : e.mark.column + 1};
    document.issues.fail(at, "sigma.yaml", "not valid YAML: " + e.msg);
  }
}

}  // namespace

std::vector<YamlDocument> read_yaml(std::string_view text) {
  std::vector<YamlDocument> out;
  const auto refuse = [&](std::string_view id, std::string message) {
    YamlDocument& d = out.emplace_back();
    d.place = {1, 1};
    d.text = text;
    d.issues.fail(d.place, id, std::move(message));
  };
  if (text.size() > kMaxFileBytes) {
    refuse("sigma.too_large",
           fmt::format("the file is larger than {}; split it", format_bytes(kMaxFileBytes)));
    return out;
  }
  if (!is_valid_utf8(text)) {
    refuse("sigma.invalid_utf8", "the file is not UTF-8 text");
    return out;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);

  std::size_t begin = 0;
  int begin_line = 1;
  const auto flush = [&](std::size_t end, int next_line) {
    const std::string_view part = text.substr(begin, end - begin);
    if (!is_blank(part)) {
      YamlDocument& d = out.emplace_back();
      d.number = static_cast<int>(out.size()) - 1;
      d.place = {begin_line, 1};
      d.text = part;
      parse(d);
    }
    begin = end;
    begin_line = next_line;
  };
  int line_number = 1;
  for (std::size_t at = 0; at < text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t next = std::min(end + 1, text.size());
    if (is_marker(line, "---") && at > begin) flush(at, line_number);
    if (is_marker(line, "...")) flush(next, line_number + 1);
    at = next;
  }
  flush(text.size(), line_number);
  return out;
}

}  // namespace backtrail::sigma::detail
