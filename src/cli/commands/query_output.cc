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

bool takes_secrets_out(std::string_view sql) {
  for (std::size_t at = 0; (at = sql.find('\'', at)) != std::string_view::npos;) {
    const std::size_t end = sql.find('\'', at + 1);
    if (end == std::string_view::npos) return false;
    std::string_view literal = sql.substr(at + 1, end - at - 1);
    at = end + 1;
    // The last name of a path; a pattern ('%password%') only searches.
    if (literal.find_first_of("%* ") != std::string_view::npos) continue;
    while (!literal.empty() &&
           std::string_view("]\"").find(literal.back()) != std::string_view::npos)
      literal.remove_suffix(1);
    literal = literal.substr(literal.find_last_of(".[\"$/") + 1);
    if (report::is_secret_name(literal)) return true;
  }
  return false;
}

std::string shown_text(const QueryOutput::Options& options, const std::string& column,
                       const std::string& text) {
  if (options.unmasked) return text;
  if (options.named_columns && !text.empty() &&
      !options.named_columns->contains(to_lower_ascii(column)))
    return std::string(report::kMasked);
  return report::mask_field(column, text);
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
  std::string masked = shown_text(options_, column, text);
  if (masked != text) ++totals_.masked;
  return masked;
}

/// Nested JSON, or the mark that stands in its place.
void QueryOutput::json_nested(const std::string& text) {
  text == report::kMasked ? json_.string(text) : json_.raw(text);
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
    json_nested(shown(j->text, column));
  else
    json_.null();
}

std::string QueryOutput::shown(const store::Cell& cell, const std::string& column) {
  const std::string text = store::to_text(cell);
  const bool nameless_text =
      std::holds_alternative<std::string>(cell) || std::holds_alternative<store::JsonText>(cell);
  // A number or time is no secret unless its column says so.
  return nameless_text || options_.unmasked ? shown(text, column)
                                            : report::mask_field(column, text);
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
      texts.push_back({shown(cells[i], columns_[i].name)});
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
