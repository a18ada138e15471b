#include <ostream>

#include "base/text.h"
#include "report/html.h"
#include "report/mask.h"
#include "report/rows.h"

namespace backtrail::report {
namespace {

/// Spreadsheets run a cell as a formula when it begins so; a number with a sign is no formula.
bool runs_as_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos)
    return false;
  return text.find_first_not_of("+-.0123456789") != std::string_view::npos;
}

std::string csv_cell(std::string_view raw, bool terminal) {
  std::string text = terminal ? escape_terminal(raw) : to_valid_utf8(raw);
  if (runs_as_formula(text)) text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string markdown_cell(std::string_view raw) {
  std::string out;
  for (const char c : escape_terminal(raw)) {
    if (append_entity(out, c)) continue;
    if (std::string_view("|\\`*_[]!~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

class Csv final : public RowWriter {
 public:
  Csv(std::ostream& out, std::vector<RowColumn> columns, const TableOptions& options)
      : out_(out), columns_(std::move(columns)), mask_(options.mask), terminal_(options.width > 0) {
    if (!options.header) return;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      out_ << (i ? "," : "") << csv_cell(columns_[i].title, terminal_);
    out_ << "\r\n";
  }
  void row(std::span<const RowCell> cells) override {
    for (std::size_t i = 0; i < cells.size(); ++i)
      out_ << (i ? "," : "")
           << csv_cell(mask_ ? mask_field(columns_[i].title, cells[i].text) : cells[i].text,
                       terminal_);
    out_ << "\r\n";
  }
  void finish() override {}

 private:
  std::ostream& out_;
  std::vector<RowColumn> columns_;
  bool mask_;
  bool terminal_;
};

class Markdown final : public RowWriter {
 public:
  Markdown(std::ostream& out, std::vector<RowColumn> columns, const TableOptions& options)
      : out_(out), columns_(std::move(columns)), mask_(options.mask) {
    for (const RowColumn& c : columns_) out_ << "| " << markdown_cell(c.title) << ' ';
    out_ << "|\n";
    for (const RowColumn& c : columns_) out_ << (c.right ? "| ---: " : "| --- ");
    out_ << "|\n";
  }
  void row(std::span<const RowCell> cells) override {
    for (std::size_t i = 0; i < cells.size(); ++i)
      out_ << "| "
           << markdown_cell(mask_ ? mask_field(columns_[i].title, cells[i].text) : cells[i].text)
           << ' ';
    out_ << "|\n";
  }
  void finish() override {}

 private:
  std::ostream& out_;
  std::vector<RowColumn> columns_;
  bool mask_;
};

}  // namespace

std::unique_ptr<RowWriter> make_csv(std::ostream& out, std::vector<RowColumn> columns,
                                    const TableOptions& options) {
  return std::make_unique<Csv>(out, std::move(columns), options);
}

std::unique_ptr<RowWriter> make_markdown(std::ostream& out, std::vector<RowColumn> columns,
                                         const TableOptions& options) {
  return std::make_unique<Markdown>(out, std::move(columns), options);
}

}  // namespace backtrail::report
