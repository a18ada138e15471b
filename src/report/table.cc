#include <algorithm>
#include <numeric>
#include <ostream>

#include "base/text.h"
#include "report/mask.h"
#include "report/rows.h"
#include "report/width.h"

namespace backtrail::report {
namespace {

constexpr std::size_t kRowsMeasured = 1000;
constexpr std::size_t kGap = 2;
constexpr std::size_t kLeftOut = static_cast<std::size_t>(-1);
constexpr std::size_t kWidestPadding = 80;  // columns, where no terminal sets a width

class Table final : public RowWriter {
 public:
  Table(std::ostream& out, std::vector<RowColumn> columns, const TableOptions& options)
      : out_(out), columns_(std::move(columns)), options_(options) {
    for (const RowColumn& c : columns_)
      widths_.push_back(options_.header ? display_width(c.title) : 0);
  }

  void row(std::span<const RowCell> cells) override {
    std::vector<RowCell> safe;
    safe.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string& text = cells[i].text;
      safe.push_back({escape_terminal(options_.mask ? mask_field(columns_[i].title, text) : text),
                      cells[i].tone});
    }
    if (started_) return write(safe);
    for (std::size_t i = 0; i < safe.size(); ++i)
      widths_[i] = std::max(widths_[i], display_width(safe[i].text));
    held_.push_back(std::move(safe));
    if (held_.size() >= kRowsMeasured) start();
  }

  void finish() override {
    if (!started_) start();
    if (left_out_.empty()) return;
    out_ << options_.style.paint(
                Tone::dim,
                fit("left out, for want of room: " + join(left_out_, ", "), options_.width))
         << '\n';
  }

 private:
  void start() {
    started_ = true;
    if (options_.width > 0) leave_out();
    shrink();
    if (options_.header) {
      std::vector<RowCell> titles;
      for (const RowColumn& c : columns_) titles.push_back({c.title, Tone::strong});
      write(titles);
    }
    for (const std::vector<RowCell>& r : held_) write(r);
    held_.clear();
  }

  [[nodiscard]] bool shown(std::size_t column) const { return widths_[column] != kLeftOut; }

  /// Leaves out columns until what the others need at least fits.
  void leave_out() {
    for (;;) {
      std::size_t least = 0;
      std::size_t next = columns_.size();
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!shown(i)) continue;
        least += (least ? kGap : 0) + std::min(widths_[i], columns_[i].least);
        if (columns_[i].rank > 0 &&
            (next == columns_.size() || columns_[i].rank >= columns_[next].rank))
          next = i;
      }
      if (least <= options_.width || next == columns_.size()) return;
      left_out_.push_back(columns_[next].title);
      widths_[next] = kLeftOut;
    }
  }

  /// Takes from the widest column that can give until the row fits.
  void shrink() {
    if (options_.width == 0) {
      // Values stay whole, but one long one (an intruder's session name) must not pad every row.
      for (std::size_t& w : widths_) w = std::min(w, kWidestPadding);
      return;
    }
    if (columns_.empty()) return;
    const auto total = [this] {
      std::size_t sum = 0;
      for (std::size_t i = 0; i < columns_.size(); ++i)
        if (shown(i)) sum += (sum ? kGap : 0) + widths_[i];
      return sum;
    };
    while (total() > options_.width) {
      std::size_t widest = columns_.size();
      for (std::size_t i = 0; i < columns_.size(); ++i)
        if (shown(i) && widths_[i] > columns_[i].least &&
            (widest == columns_.size() || widths_[i] > widths_[widest]))
          widest = i;
      if (widest == columns_.size()) return;
      --widths_[widest];
    }
  }

  void write(const std::vector<RowCell>& cells) {
    std::string line;
    std::size_t last_shown = 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (shown(i)) last_shown = i;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!shown(i)) continue;
      const RowColumn& c = columns_[i];
      const std::string text = options_.width == 0 ? cells[i].text
                               : c.keep_end        ? fit_end(cells[i].text, widths_[i])
                                                   : fit(cells[i].text, widths_[i]);
      const std::size_t used = display_width(text);
      const std::string space(widths_[i] > used ? widths_[i] - used : 0, ' ');
      const bool last = i == last_shown;
      if (c.right) line += space;
      line += options_.style.paint(cells[i].tone, text);
      if (!c.right && !last) line += space;
      if (!last) line += std::string(kGap, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out_ << line << '\n';
  }

  std::ostream& out_;
  std::vector<RowColumn> columns_;
  TableOptions options_;
  std::vector<std::size_t> widths_;  // kLeftOut: not shown
  std::vector<std::string> left_out_{};
  std::vector<std::vector<RowCell>> held_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_table(std::ostream& out, std::vector<RowColumn> columns,
                                      const TableOptions& options) {
  return std::make_unique<Table>(out, std::move(columns), options);
}

}  // namespace backtrail::report
