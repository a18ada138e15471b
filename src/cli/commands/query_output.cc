#include "cli/commands/query_output.h"

#include <ostream>

#include "base/text.h"
#include "report/mask.h"

namespace backtrail::cli {
namespace {

bool is_number(const store::Column& c) {
  for (const std::string_view t : {"INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL"})
    if (c.type.find(t) != std::string::npos && c.type.find('(') == std::string::npos &&
        !c.type.ends_with("[]"))
      return true;
  return c.type.starts_with("DECIMAL(");
}

}  // namespace

std::vector<std::string> unique_names(std::span<const store::Column> columns,
                                      std::set<std::string> taken) {
  std::vector<std::string> out;
  for (const store::Column& c : columns) {
    std::string name = c.name;
    for (int n = 2; !taken.insert(to_lower_ascii(name)).second; ++n)
      name = c.name + "_" + std::to_string(n);
    out.push_back(std::move(name));
  }
  return out;
}

QueryOutput::QueryOutput(std::ostream& out, Options options)
    : out_(out), options_(std::move(options)) {}

QueryOutput::~QueryOutput() = default;

void QueryOutput::columns(std::span<const store::Column> columns) {
  columns_.assign(columns.begin(), columns.end());
  keys_ = unique_names(columns, {"schema"});
  std::vector<report::RowColumn> shown_columns;
  for (const store::Column& c : columns)
    shown_columns.push_back({.title = c.name, .right = is_number(c), .least = 8});
  if (options_.format == "csv")
    rows_ =
        report::make_csv(out_, std::move(shown_columns),
                         {.width = options_.table.width, .header = options_.header, .mask = false});
  else if (options_.format == "markdown")
    rows_ = report::make_markdown(out_, std::move(shown_columns), {.mask = false});
  else if (options_.format == "table")
    rows_ = report::make_table(out_, std::move(shown_columns),
                               {.width = options_.table.width,
                                .style = options_.table.style,
                                .header = options_.header,
                                .mask = false});
  if (options_.format != "json") return;
  json_.begin_object().field("schema", "backtrail.query/1").key("columns").begin_array();
  for (const store::Column& c : columns)
    json_.begin_object().field("name", c.name).field("type", c.type).end_object();
  json_.end_array();
  std::string head = json_.end_object().take();
  head.pop_back();
  out_ << head << ",\"rows\":[";
}

std::string QueryOutput::shown(const std::string& text, const std::string& column) {
  if (options_.unmasked) return text;
  std::string masked = report::mask_field(column, text);
  if (masked != text) ++totals_.masked;
  return masked;
}

void QueryOutput::json_cell(const store::Cell& cell, const std::string& column) {
  if (const auto* b = std::get_if<bool>(&cell))
    json_.boolean(*b);
  else if (const auto* i = std::get_if<std::int64_t>(&cell))
    json_.integer(*i);
  else if (const auto* d = std::get_if<double>(&cell))
    json_.real(*d);
  else if (const auto* s = std::get_if<std::string>(&cell))
    json_.string(shown(*s, column));
  else if (const auto* t = std::get_if<Timestamp>(&cell))
    json_.string(format_rfc3339(*t));
  else if (const auto* j = std::get_if<store::JsonText>(&cell))
    json_.raw(shown(j->text, column));
  else
    json_.null();
}

bool QueryOutput::row(std::span<const store::Cell> cells) {
  if (options_.limit != 0 && totals_.rows >= options_.limit) {
    totals_.truncated = true;
    return false;
  }
  ++totals_.rows;
  if (rows_) {
    std::vector<report::RowCell> texts;
    texts.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
      texts.push_back({shown(store::to_text(cells[i]), columns_[i].name)});
    rows_->row(texts);
  } else if (options_.format == "jsonl") {
    json_.begin_object().field("schema", "backtrail.row/1");
    for (std::size_t i = 0; i < cells.size(); ++i) {
      json_.key(keys_[i]);
      json_cell(cells[i], columns_[i].name);
    }
    out_ << json_.end_object().take() << '\n';
  } else {
    json_.begin_array();
    for (std::size_t i = 0; i < cells.size(); ++i) json_cell(cells[i], columns_[i].name);
    out_ << (totals_.rows > 1 ? ",\n" : "") << json_.end_array().take();
  }
  return out_.good();
}

QueryTotals QueryOutput::finish() {
  if (rows_) rows_->finish();
  if (options_.format == "json")
    out_ << "],\"truncated\":" << (totals_.truncated ? "true" : "false") << "}\n";
  return totals_;
}

}  // namespace backtrail::cli
