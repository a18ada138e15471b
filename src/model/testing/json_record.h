#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/record.h"

namespace backtrail::model::testing {

/// For tests: a record made of JSON text, in a layout of the test's own. Every slot whose path exists
/// is filled, so that both ways to reach a field are walked.
class JsonRecord {
 public:
  explicit JsonRecord(std::vector<std::string> slots = {})
      : layout_(std::move(slots)), record_(layout_) {}
  JsonRecord(const JsonRecord&) = delete;
  JsonRecord& operator=(const JsonRecord&) = delete;

  /// The record of `json`, valid until the next call.
  const Record& load(std::string_view json) {
    texts_.clear();
    Record whole(layout_);
    whole.set(kWholeRecord, {.kind = Value::Kind::object, .text = keep(json)});
    record_.clear();
    record_.set(kWholeRecord, whole.at(kWholeRecord));
    for (const std::string& name : layout_.names()) {
      const FieldRef field{.path = name, .slot = kWholeRecord, .rest = parts(name)};
      whole.any_whole(field, [&](const Value& v) {
        Value copy = v;
        copy.text = keep(v.text);
        record_.set(layout_.slot(name), copy);
        return true;
      });
    }
    return record_;
  }
  [[nodiscard]] const RecordLayout& layout() const { return layout_; }

 private:
  static std::vector<std::string> parts(std::string_view path) {
    std::vector<std::string> out(1);
    for (const char c : path) {
      if (c == '.') {
        out.emplace_back();
      } else {
        out.back() += c;
      }
    }
    return out;
  }
  /// A copy with the padding that the JSON parser reads behind it.
  std::string_view keep(std::string_view text) {
    std::string& copy = texts_.emplace_back();
    copy.reserve(text.size() + 64);
    copy = text;
    return copy;
  }

  RecordLayout layout_;
  Record record_;
  std::deque<std::string> texts_;
};

}  // namespace backtrail::model::testing
