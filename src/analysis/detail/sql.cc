#include "analysis/detail/sql.h"

#include <utility>

namespace backtrail::analysis {

std::vector<std::string> to_list(const store::Cell& cell) {
  std::vector<std::string> out;
  if (store::is_null(cell)) return out;
  const auto parsed = Json::parse(store::to_text(cell));
  if (!parsed) return out;
  for (const Json& item : parsed->as_array()) out.push_back(item.as_string());
  return out;
}

store::Cell list_cell(const std::vector<std::string>& texts) {
  JsonWriter w;
  w.begin_array();
  for (const std::string& t : texts) w.string(t);
  w.end_array();
  return store::JsonText{w.take()};
}

store::Cell text_cell(std::string_view text) {
  if (text.empty()) return std::monostate{};
  return std::string(text);
}

store::Cell time_cell(std::optional<Timestamp> t) {
  if (!t) return std::monostate{};
  return *t;
}

std::uint64_t to_count(const store::Cell& cell) {
  const std::int64_t n = store::to_int(cell);
  return n < 0 ? 0 : static_cast<std::uint64_t>(n);
}

Result<void> each_row(store::Engine& engine, const store::Query& query,
                      FunctionRef<bool(std::span<const store::Cell>)> row, std::stop_token stop) {
  class Sink final : public store::RowSink {
   public:
    explicit Sink(FunctionRef<bool(std::span<const store::Cell>)> f) : f_(f) {}
    void columns(std::span<const store::Column>) override {}
    bool row(std::span<const store::Cell> cells) override { return f_(cells); }

   private:
    FunctionRef<bool(std::span<const store::Cell>)> f_;
  } sink(row);
  return engine.run(query, sink, std::move(stop));
}

std::string Where::bind(store::Cell value) {
  parameters_.push_back(std::move(value));
  return "$" + std::to_string(parameters_.size());
}

void Where::add(std::string_view condition, store::Cell value) {
  const std::string name = bind(std::move(value));
  std::string out;
  for (const char c : condition) {
    if (c == '?') {
      out += name;
    } else {
      out += c;
    }
  }
  conditions_.push_back("(" + out + ")");
}

void Where::add(std::string_view condition) {
  conditions_.push_back("(" + std::string(condition) + ")");
}

void Where::window(std::string_view column, const TimeWindow& window) {
  if (window.from) add(std::string(column) + " >= ?", *window.from);
  if (window.to) add(std::string(column) + " < ?", *window.to);
}

std::string Where::text() const {
  std::string out;
  for (const std::string& c : conditions_) out += (out.empty() ? "WHERE " : " AND ") + c;
  return out;
}

namespace {
constexpr std::size_t kInsertBytes = std::size_t{4} << 20;
}

RowInserter::RowInserter(store::Store& store, std::string_view table, std::string_view shape)
    : store_(store),
      sql_("INSERT INTO " + std::string(table) + " BY NAME SELECT unnest(from_json($1, '[" +
           std::string(shape) + "]'), max_depth := 2)") {}

JsonWriter& RowInserter::begin_row() { return row_.begin_object(); }

Result<void> RowInserter::end_row() {
  row_.end_object();
  rows_ += rows_.empty() ? "[" : ",";
  rows_ += row_.take();
  return rows_.size() < kInsertBytes ? Result<void>() : flush();
}

Result<void> RowInserter::finish() { return rows_.empty() ? Result<void>() : flush(); }

Result<void> RowInserter::flush() {
  rows_ += "]";
  return store_.execute({.sql = sql_, .parameters = {std::exchange(rows_, {})}});
}

void text_member(JsonWriter& w, std::string_view key, std::string_view text) {
  w.key(key);
  if (text.empty()) {
    w.null();
  } else {
    w.string(text);
  }
}

void time_member(JsonWriter& w, std::string_view key, std::optional<Timestamp> t) {
  text_member(w, key, t ? format_rfc3339(*t) : std::string());
}

void list_member(JsonWriter& w, std::string_view key, const std::vector<std::string>& texts) {
  w.key(key).begin_array();
  for (const std::string& t : texts) w.string(t);
  w.end_array();
}

Result<Transaction> Transaction::begin(store::Store& store) {
  BACKTRAIL_RETURN_IF_ERROR(store.begin());
  return Transaction(&store);
}

Transaction::~Transaction() {
  // The error that led here matters more than one of the rollback, which cannot be acted upon.
  if (store_ != nullptr) static_cast<void>(store_->rollback().has_value());
}

Result<void> Transaction::commit() {
  store::Store* store = store_;
  BACKTRAIL_RETURN_IF_ERROR(store->commit());
  store_ = nullptr;
  return {};
}

}  // namespace backtrail::analysis
