#include "store/detail/user_engine.h"

#include "store/detail/engine.h"
#include "store/trino/syntax/tokens.h"
#include "store/trino/trino.h"

namespace backtrail::store {

Result<std::unique_ptr<UserEngine>> UserEngine::create(Connection connection) {
  BACKTRAIL_RETURN_IF_ERROR(trino::install(connection.get()));
  BACKTRAIL_RETURN_IF_ERROR(run_statements(connection.get(), "SET search_path = 'default,main'"));
  return std::unique_ptr<UserEngine>(new UserEngine(std::move(connection)));
}

Result<Query> UserEngine::prepare(const Query& query, trino::Rewritten& rewritten) {
  BACKTRAIL_ASSIGN(rewritten, trino::rewrite(query.sql));
  BACKTRAIL_RETURN_IF_ERROR(trino::check_read_only(connection_.get(), query.sql, rewritten));
  return Query{.sql = rewritten.sql, .parameters = query.parameters};
}

Error UserEngine::explain(const Query& query, const trino::Rewritten& rewritten, const Error& error) {
  if (error.code == ErrorCode::cancelled || error.code == ErrorCode::resource_exhausted) return error;
  auto names = trino::read_names(connection_.get());
  return trino::explain_error(query.sql, rewritten, error.message,
                              names ? *names : trino::NameCatalog{});
}

Result<void> UserEngine::run(const Query& query, RowSink& sink, std::stop_token stop) {
  trino::Rewritten rewritten;
  BACKTRAIL_ASSIGN(const Query prepared, prepare(query, rewritten));
  for (const trino::Note& note : rewritten.notes)
    sink.note(trino::place_of(query.sql, note.offset) + ": " + note.message + " [" + note.id + "]");
  auto ran = run_query(connection_.get(), prepared, sink, std::move(stop));
  if (!ran) return explain(query, rewritten, ran.error());
  return {};
}

Result<std::uint64_t> UserEngine::export_parquet(const Query& query,
                                                 const std::filesystem::path& path,
                                                 std::stop_token stop) {
  class Count final : public RowSink {
   public:
    void columns(std::span<const Column>) override {}
    bool row(std::span<const Cell> cells) override {
      rows = static_cast<std::uint64_t>(to_int(cells[0]));
      return true;
    }
    std::uint64_t rows = 0;
  } count;
  trino::Rewritten rewritten;
  BACKTRAIL_ASSIGN(const Query prepared, prepare(query, rewritten));
  std::string target;
  for (const char c : path.string()) target += c == '\'' ? "''" : std::string(1, c);
  auto ran = run_query(connection_.get(),
                       {.sql = "COPY (" + prepared.sql + "\n) TO '" + target +
                               "' (FORMAT parquet, COMPRESSION zstd)",
                        .parameters = prepared.parameters},
                       count, std::move(stop));
  if (!ran) return explain(query, rewritten, ran.error());
  return count.rows;
}

}  // namespace backtrail::store
