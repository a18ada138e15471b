#include "store/detail/user_engine.h"

#include "store/detail/engine.h"

namespace backtrail::store {

Result<std::unique_ptr<UserEngine>> UserEngine::create(Connection connection) {
  return std::unique_ptr<UserEngine>(new UserEngine(std::move(connection)));
}

Result<void> UserEngine::run(const Query& query, RowSink& sink, std::stop_token stop) {
  return run_query(connection_.get(), query, sink, std::move(stop));
}

Result<std::uint64_t> UserEngine::export_parquet(const Query&, const std::filesystem::path& path,
                                                 std::stop_token) {
  return make_error(ErrorCode::unimplemented, "store.parquet", path.string());
}

}  // namespace backtrail::store
