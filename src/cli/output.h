#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/console.h"
#include "report/rows.h"

namespace backtrail::cli {

/// Where a command's data goes: standard output, a pager, or a file that appears only when it is
/// whole.
class Output {
 public:
  struct Options {
    std::string file{};  // empty or "-": standard output
    bool pager = false;  // when what is written exceeds the screen
  };
  [[nodiscard]] static Result<std::unique_ptr<Output>> open(Console& console,
                                                            const Options& options);
  virtual ~Output() = default;
  [[nodiscard]] virtual std::ostream& stream() = 0;
  /// Writes out what is held back and puts the file in place. A reader that went away (`| head`) is
  /// no error.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

/// What is written in one piece replaces the file: `usage.no_regular_file` for a device or folder.
[[nodiscard]] Result<void> check_target(const std::filesystem::path& file);

/// Writes a list of answers in the form the user chose: `rows` forms take cells, JSON forms
/// objects.
class ListWriter {
 public:
  struct Options {
    std::string format = "table";
    std::vector<report::RowColumn> columns{};
    report::TableOptions table{};
    Json document{};       // json: the object around the list, without it
    std::string member{};  // json: name of the list in the object
  };
  ListWriter(std::ostream& out, Options options);
  ~ListWriter();

  /// True for json and jsonl: `object` is asked for, else `cells`.
  [[nodiscard]] bool takes_json() const { return json_ || lines_; }
  void object(const Json& object);
  /// The same for an object that is text already.
  void object_text(std::string_view json);
  void cells(const std::vector<report::RowCell>& cells);
  /// `more`: members that come after the list in the json form.
  void finish(const Json& more = Json::object());
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::ostream& out_;
  Options options_;
  bool json_ = false;
  bool lines_ = false;
  std::uint64_t count_ = 0;
  std::unique_ptr<report::RowWriter> rows_{};
};

}  // namespace backtrail::cli
