#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "sigma/detail/compiled.h"
#include "sigma/detail/regex.h"
#include "sigma/match/finder.h"
#include "sigma/match/object_texts.h"
#include "sigma/match/text_match.h"

namespace backtrail::sigma::match {

/// Buffers that tests share within one thread; `objects` must be told of each next record.
struct Scratch {
  FoldedText text{};
  FoldedText other{};  // fieldref's right side
  ObjectTexts objects{};
  ObjectText nested{};  // an object that is not a slot's
  std::string decoded{};
};

/// One field test bound to a record layout. One per thread (regular expressions have state).
class FieldMatch {
 public:
  FieldMatch(const detail::FieldTest& test, const model::RecordLayout& layout);

  [[nodiscard]] bool matches(const model::Record& record, Scratch& scratch);

  [[nodiscard]] const model::FieldRef& field() const { return field_; }
  /// How dear an evaluation is, for ordering: 1 a compare in a slot … 100 a search of the record.
  [[nodiscard]] int cost() const { return cost_; }
  [[nodiscard]] std::uint64_t regex_limits_hit() const;

  /// Where the slot holds text, `matches_text` gives the same answer as `matches`.
  [[nodiscard]] bool is_decided_by_text() const;
  [[nodiscard]] bool matches_text(std::string_view text, Scratch& scratch);
  /// `matches` for such a test, quicker where its slot is empty or holds an object.
  [[nodiscard]] bool matches_slot(const model::Record& record, Scratch& scratch);

 private:
  struct Expression {
    detail::Regex regex;
    Finder literal;       // every match holds it
    bool folded = false;  // `literal` is folded
  };
  struct Reference {
    detail::FieldRefPattern pattern{};
    model::FieldRef field{};
  };

  void add(const detail::Pattern& pattern, const model::RecordLayout& layout);
  bool text_values(const model::Record& record, const model::Value& v, Scratch& scratch);
  bool object(const model::Record& record, const model::Value& v, Scratch& scratch);
  bool one_text(FoldedText& text);
  bool one_text(std::string_view text, Scratch& scratch) {
    scratch.text.set(text);
    return one_text(scratch.text);
  }
  bool strings(const model::Record& record, Scratch& scratch);
  bool scalars(const model::Record& record) const;
  bool is_null(const model::Record& record) const;
  bool is_surely_absent(const model::Record& record) const;
  static bool refers(const Reference& reference, const model::FieldRef& field,
                     const model::Record& record, Scratch& scratch);

  model::FieldRef field_{};
  Finder key_{""};  // the first key below the slot, as JSON that holds it begins it
  TextPatterns texts_{};
  std::vector<Expression> expressions_{};
  std::vector<detail::Pattern> scalars_{};  // number, compare, cidr, time part
  std::vector<Reference> references_{};
  bool null_ = false;
  bool exists_ = false;
  bool missing_ = false;
  int cost_ = 1;
};

/// `%XX` decoded; wrong sequences stay.
void decode_percent(std::string_view text, std::string& out);
/// The text is a URL-encoded JSON object.
[[nodiscard]] inline bool is_encoded_json(std::string_view text) {
  return text.size() > 3 && text[0] == '%' && text[1] == '7' && (text[2] == 'B' || text[2] == 'b');
}

}  // namespace backtrail::sigma::match
