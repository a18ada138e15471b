#include "sigma/match/requirement.h"

#include <algorithm>

#include "base/case_folding.h"

namespace backtrail::sigma::match {
namespace {

void sort_unique(std::vector<std::string>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

Requirement* find(std::vector<Requirement>& list, int slot) {
  for (Requirement& r : list)
    if (r.slot == slot) return &r;
  return nullptr;
}

std::vector<Requirement> of_test(const detail::FieldTest& test, const model::RecordLayout& layout) {
  if (test.field.empty()) return {};
  const model::FieldRef field = model::bind_field(layout, test.field);
  if (field.slot == model::kWholeRecord || !field.rest.empty()) return {};
  Requirement out{.slot = field.slot};
  for (const detail::Pattern& p : test.any) {
    const auto* text = std::get_if<detail::TextPattern>(&p);
    if (text == nullptr || text->shape != detail::TextShape::exact) return {};
    // Such a literal may also be met URL-encoded.
    if (text->text.starts_with('{')) return {};
    out.literals.push_back(text->cased ? fold_case(text->text) : text->text);
  }
  sort_unique(out.literals);
  return {std::move(out)};
}

}  // namespace

std::vector<Requirement> requirements_of_any(std::vector<std::vector<Requirement>> alternatives) {
  if (alternatives.empty()) return {};
  std::vector<Requirement> out = std::move(alternatives.front());
  for (std::size_t i = 1; i < alternatives.size(); ++i) {
    std::erase_if(out, [&](Requirement& r) {
      const Requirement* other = find(alternatives[i], r.slot);
      if (other == nullptr) return true;
      r.literals.insert(r.literals.end(), other->literals.begin(), other->literals.end());
      return false;
    });
  }
  for (Requirement& r : out) sort_unique(r.literals);
  return out;
}

std::vector<Requirement> requirements(const detail::Node& node,
                                      const std::vector<detail::FieldTest>& tests,
                                      const model::RecordLayout& layout) {
  switch (node.kind) {
    case detail::Node::Kind::test:
      return of_test(tests[node.test], layout);
    case detail::Node::Kind::not_:
      return {};
    case detail::Node::Kind::any_of: {
      std::vector<std::vector<Requirement>> children;
      for (const detail::Node& child : node.children) {
        children.push_back(requirements(child, tests, layout));
        if (children.back().empty()) return {};
      }
      return requirements_of_any(std::move(children));
    }
    case detail::Node::Kind::all_of:
      break;
  }
  std::vector<Requirement> out;
  for (const detail::Node& child : node.children)
    for (Requirement& r : requirements(child, tests, layout)) {
      Requirement* present = find(out, r.slot);
      if (present == nullptr) {
        out.push_back(std::move(r));
      } else if (r.literals.size() < present->literals.size()) {
        *present = std::move(r);
      }
    }
  return out;
}

}  // namespace backtrail::sigma::match
