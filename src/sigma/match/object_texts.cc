#include "sigma/match/object_texts.h"

namespace backtrail::sigma::match {

bool ObjectText::has_spelling() {
  if (!spelled_) {
    const std::string_view json = text_.raw();
    static const Finder kEncodedForUrl("\"%7");
    spelled_ = json.find('\\') != std::string_view::npos || kEncodedForUrl.is_in(json);
  }
  return *spelled_;
}

ObjectText& ObjectTexts::of(const model::Record& record, int slot) {
  const auto i = static_cast<std::size_t>(slot);
  if (slots_.size() <= i) slots_.resize(record.layout().slot_count());
  Entry& entry = slots_[i];
  if (entry.record != record_) {
    entry.record = record_;
    entry.object.set(record.compact(record.at(slot)));
  }
  return entry.object;
}

}  // namespace backtrail::sigma::match
