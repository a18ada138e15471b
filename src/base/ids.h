#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace backtrail {

/// A text id of one kind, so that swapped arguments do not compile. Source: STYLE.md, "Time and
/// units".
template <typename Tag>
class TaggedId {
 public:
  TaggedId() = default;
  explicit TaggedId(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const TaggedId&, const TaggedId&) = default;

 private:
  std::string text_;
};

using AccountId = TaggedId<struct AccountIdTag>;      // 12 digits
using Region = TaggedId<struct RegionTag>;            // "eu-west-1"
using Arn = TaggedId<struct ArnTag>;                  // "arn:aws:…"
using AccessKeyId = TaggedId<struct AccessKeyIdTag>;  // "AKIA…", "ASIA…"
using RuleId = TaggedId<struct RuleIdTag>;            // Sigma id (UUID) or name
using CaseId = TaggedId<struct CaseIdTag>;            // 32 hex digits
using Uid = TaggedId<struct UidTag>;                  // event id of ours, a UUID text

}  // namespace backtrail

template <typename Tag>
struct std::hash<backtrail::TaggedId<Tag>> {
  std::size_t operator()(const backtrail::TaggedId<Tag>& id) const {
    return std::hash<std::string>{}(id.text());
  }
};
