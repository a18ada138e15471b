#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sources/detail/document_walker.h"
#include "sources/detail/text_scanner.h"
#include "sources/detail/window.h"

namespace backtrail::sources::detail {

/// Cuts single records out of a text of any length in bounded memory, through the same envelopes as
/// DocumentWalker, and finds its way again behind damage: at the next line that begins with `{`, or at
/// the next object that begins with the key with which this file's records (or CloudTrail's) begin. In a
/// sound file the items are the same, in the same order, as DocumentWalker's.
class Splitter {
 public:
  struct Cut {
    enum class Kind : std::uint8_t {
      item,       // a value that may be a record
      too_large,  // a value of more than kMaxRecordBytes: gone
      lost,       // a value that breaks off at `damage_at`
      stray,      // damage between values
      end,
    };
    Kind kind = Kind::end;
    Damage damage = Damage::none;
    std::uint64_t offset = 0;     // of the value
    std::uint64_t length = 0;     // of an item
    std::uint64_t damage_at = 0;  // of lost and stray
    bool hides_kind = false;      // the damage leaves open whether the text is a log
  };

  explicit Splitter(Window& window) : window_(&window), scanner_(window) {}

  /// Starts at `pos`, which is behind byte order mark and white space.
  void start(std::uint64_t pos);
  [[nodiscard]] Cut next();
  [[nodiscard]] bool met_log_envelope() const { return met_log_envelope_; }

 private:
  enum class Frame : std::uint8_t { list, members, object };

  bool enter_value(Cut& cut);
  bool between_values(Cut& cut);
  bool rest_of_object(Cut& cut);
  void enter_array(int hint);
  bool damaged(Cut& cut, Cut::Kind kind, std::uint64_t value, std::uint64_t at, bool at_end);
  void resync(std::uint64_t from);
  bool begins_record(std::uint64_t brace);

  Window* window_;
  TextScanner scanner_;
  std::array<Frame, kMaxEnvelopes + 1> frames_{};
  std::size_t open_ = 0;
  bool expects_first_ = false;
  bool met_item_ = false;
  bool lost_way_ = false;  // behind damage: closing brackets of unknown envelopes are passed over
  bool met_log_envelope_ = false;
  std::string first_key_{};
  std::uint64_t start_ = 0;
  std::uint64_t looked_back_ = 0;  // bytes scanned twice so far
};

}  // namespace backtrail::sources::detail
