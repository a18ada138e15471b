#pragma once

#include <memory>
#include <stop_token>

namespace backtrail::cli {

/// Turns SIGINT and SIGTERM into a stop token for the time of its life. The first signal says on
/// standard error what is being saved and asks for the stop; the second ends the process at once
/// with 130. One object at a time.
class Interrupt {
 public:
  /// `saving`: static text, what the command keeps when it stops.
  explicit Interrupt(const char* saving);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  [[nodiscard]] std::stop_token token() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backtrail::cli
