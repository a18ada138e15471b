#pragma once

#include <string>
#include <string_view>

#include "model/severity.h"

namespace backtrail::report {

/// How a text is meant; never told by colour alone.
enum class Tone { plain, strong, dim, critical, high, medium, low, good, bad };

[[nodiscard]] inline Tone tone_of(model::Severity s) {
  switch (s) {
    case model::Severity::critical:
      return Tone::critical;
    case model::Severity::high:
      return Tone::high;
    case model::Severity::medium:
      return Tone::medium;
    case model::Severity::low:
      return Tone::low;
    case model::Severity::informational:
      return Tone::dim;
  }
  return Tone::plain;
}

/// Paints text with terminal colours, or not. No dark blue: it cannot be read on black.
struct Style {
  bool color = false;

  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const {
    if (!color || tone == Tone::plain || text.empty()) return std::string(text);
    return std::string(code(tone)) + std::string(text) + "\x1b[0m";
  }
  [[nodiscard]] static std::string_view code(Tone tone) {
    switch (tone) {
      case Tone::strong:
        return "\x1b[1m";
      case Tone::dim:
        return "\x1b[2m";
      case Tone::critical:
        return "\x1b[1;97;41m";
      case Tone::high:
        return "\x1b[1;31m";
      case Tone::medium:
        return "\x1b[33m";
      case Tone::low:
        return "\x1b[36m";
      case Tone::good:
        return "\x1b[32m";
      case Tone::bad:
        return "\x1b[31m";
      case Tone::plain:
        break;
    }
    return "";
  }
};

}  // namespace backtrail::report
