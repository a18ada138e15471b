#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/progress.h"
#include "base/time.h"
#include "casefile/casefile.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "model/severity.h"
#include "report/case_text.h"
#include "report/style.h"

namespace backtrail::cli {

class Interrupt;
class ProgressDisplay;

/// One run of a command: its arguments, and what the options that commands share mean.
class Invocation {
 public:
  Invocation(Console& console, const CommandSpec& command, Arguments arguments);
  ~Invocation();
  Invocation(const Invocation&) = delete;
  Invocation& operator=(const Invocation&) = delete;

  [[nodiscard]] const Arguments& args() const { return arguments_; }
  [[nodiscard]] Console& console() { return console_; }
  [[nodiscard]] const CommandSpec& command() const { return command_; }

  // --- standard error ---
  [[nodiscard]] bool quiet() const { return arguments_.has("quiet"); }
  /// A line for people, left out with --quiet.
  void note(std::string_view text);
  /// A line that --quiet does not silence.
  void warn(std::string_view text);

  // --- the case ---
  /// --case, BACKTRAIL_CASE, or the current folder when it is a case; `usage.no_case` without any.
  [[nodiscard]] Result<std::filesystem::path> case_directory() const;
  [[nodiscard]] Result<std::unique_ptr<casefile::Case>> open_case(casefile::Mode mode);
  /// For import and investigate: creates the case when there is none.
  [[nodiscard]] Result<std::unique_ptr<casefile::Case>> open_or_create_case();
  [[nodiscard]] casefile::OpenOptions open_options(casefile::Mode mode);
  /// The case that shown commands are to name, for commands without --case.
  void set_case(const std::filesystem::path& directory) { shown_case_ = directory.string(); }
  /// What a command shown to the user needs behind --case: empty when it finds the case without.
  [[nodiscard]] std::string case_argument() const;

  // --- work ---
  [[nodiscard]] unsigned threads() const;
  /// Catches signals from the first call on; `saving` is a sentence: what is kept when the work
  /// stops.
  [[nodiscard]] std::stop_token stop(const char* saving = "finishing what was begun.");
  /// Shows progress from the first call until `end_progress` or the next text on a stream.
  [[nodiscard]] Progress& progress();
  void end_progress();

  // --- time ---
  /// --from and --to; the interpreted window is printed on standard error.
  [[nodiscard]] Result<TimeWindow> window();

  // --- output ---
  [[nodiscard]] std::string format() const { return arguments_.text("output", default_format_); }
  [[nodiscard]] bool people() const { return format() == "table"; }
  [[nodiscard]] report::Style out_style() const;
  [[nodiscard]] report::Style err_style() const;
  /// Cells of a line of output for people; 0: as wide as needed (not a terminal).
  [[nodiscard]] std::size_t table_width() const;
  [[nodiscard]] report::TextOptions text_options() const;
  [[nodiscard]] Result<std::unique_ptr<Output>> open_output();
  /// Opens the output, writes `text`, closes it.
  [[nodiscard]] Result<void> write(std::string_view text);
  /// The same for a text made to fit the screen: no pager, which would keep the case locked while
  /// it is read.
  [[nodiscard]] Result<void> show(std::string_view text);

 private:
  /// import and investigate, which take logs.
  [[nodiscard]] bool makes_case() const { return arguments_.declared("in-place"); }
  [[nodiscard]] ColorChoice color_choice() const;
  [[nodiscard]] bool to_file() const;

  Console& console_;
  const CommandSpec& command_;
  Arguments arguments_;
  std::string default_format_ = "table";
  std::string shown_case_{};
  Progress progress_{};
  std::unique_ptr<ProgressDisplay> display_{};
  std::unique_ptr<Interrupt> interrupt_{};
};

/// The exit code of work that may have found something and may have lost something: 3 before 4.
[[nodiscard]] int outcome(bool found, bool incomplete);
/// `level` is at or above --fail-on.
[[nodiscard]] bool fails(const Arguments& arguments, model::Severity level);

}  // namespace backtrail::cli
