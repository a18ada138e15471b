#include "sources/detail/csv_reader.h"

#include "base/text.h"

namespace backtrail::sources::detail {
namespace {
constexpr std::uint64_t kLongestHeader = std::uint64_t{64} << 10;
constexpr std::size_t kMostColumns = 4096;
}  // namespace

bool CsvReader::start(std::uint64_t pos) {
  pos_ = pos;
  header_.clear();
  if (read_row(kLongestHeader).kind != Row::Kind::row) return false;
  for (const std::string& cell : cells_) {
    const std::string name = to_lower_ascii(trim(cell));
    if (name != "eventname" && name != "eventjson" && name != "cloudtrailevent") continue;
    header_ = cells_;
    return true;
  }
  return false;
}

CsvReader::Row CsvReader::next(std::vector<Cell>& cells) {
  for (;;) {
    Row row = read_row(kMaxRecordBytes);
    if (row.kind != Row::Kind::row) return row;
    if (cells_.size() == 1 && trim(cells_[0]).empty()) continue;
    if (cells_.size() != header_.size()) {
      row.kind = Row::Kind::broken;
      return row;
    }
    cells.clear();
    for (std::size_t i = 0; i < cells_.size(); ++i)
      cells.push_back({.column = header_[i], .text = std::move(cells_[i])});
    return row;
  }
}

/// One row into `cells_`, from `pos_` on; its line end is not part of it.
CsvReader::Row CsvReader::read_row(std::uint64_t limit) {
  Row row{.kind = Row::Kind::row, .offset = pos_};
  cells_.assign(1, {});
  bool quoted = false;
  bool large = false;
  was_quote_ = false;
  window_->release(pos_);
  for (;; ++pos_) {
    if (pos_ >= window_->end() && !window_->more()) break;
    const char c = window_->view(pos_, pos_ + 1)[0];
    if (!quoted && c == '\n') break;
    if (pos_ - row.offset >= limit || cells_.size() > kMostColumns) {
      large = true;
      if (header_.empty()) break;
      cells_.assign(1, {});
      window_->release(pos_);
    }
    if (c == '"') {
      // a doubled quote leaves the cell's quoting and enters it again, giving one quote
      if (!quoted && pos_ > row.offset && was_quote_) cells_.back() += '"';
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      if (!large) cells_.emplace_back();
    } else if (!large) {
      cells_.back() += c;
    }
    was_quote_ = c == '"';
  }
  row.length = pos_ - row.offset;
  const bool at_end = pos_ >= window_->end();
  if (!at_end) ++pos_;
  if (!cells_.back().empty() && cells_.back().back() == '\r') cells_.back().pop_back();
  if (large) row.kind = Row::Kind::too_large;
  if (at_end && quoted) row.kind = Row::Kind::cut;
  if (at_end && row.length == 0) row.kind = Row::Kind::end;
  return row;
}

}  // namespace backtrail::sources::detail
