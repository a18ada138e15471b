#include "sources/detail/structural_index.h"

#include <simdjson.h>

#include <algorithm>

namespace backtrail::sources::detail {

std::string_view reason_of(Damage damage) {
  switch (damage) {
    case Damage::none: return "none";
    case Damage::invalid_utf8: return "invalid_utf8";
    case Damage::truncated_json: return "truncated_json";
    case Damage::broken_json: return "broken_json";
    case Damage::too_deep: return "too_deep";
  }
  return "broken_json";
}

StructuralIndex::StructuralIndex() = default;
StructuralIndex::~StructuralIndex() = default;

Damage StructuralIndex::load(std::string_view text) {
  text_ = text;
  begin_ = end_ = nullptr;
  if (text.empty()) return Damage::truncated_json;
  if (!stage1_ || stage1_->capacity() < text.size()) {
    const std::size_t room = std::max<std::size_t>(text.size() + text.size() / 4, 1U << 16);
    const auto error =
        stage1_ ? stage1_->set_capacity(room)
                : simdjson::get_active_implementation()->create_dom_parser_implementation(room, 1,
                                                                                         stage1_);
    if (error != simdjson::SUCCESS) return Damage::broken_json;
  }
  switch (stage1_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                          simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: break;
    case simdjson::UTF8_ERROR: return Damage::invalid_utf8;
    case simdjson::UNCLOSED_STRING: return Damage::truncated_json;
    case simdjson::EMPTY: return Damage::none;  // white space alone: no token
    default: return Damage::broken_json;
  }
  begin_ = stage1_->structural_indexes.get();
  end_ = begin_ + stage1_->n_structural_indexes;
  return Damage::none;
}

char* StructuralIndex::unescape(const char* begin, char* out) const {
  return reinterpret_cast<char*>(
      stage1_->parse_string(reinterpret_cast<const std::uint8_t*>(begin),
                            reinterpret_cast<std::uint8_t*>(out), true));
}

}  // namespace backtrail::sources::detail
