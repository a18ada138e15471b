#pragma once

#include <filesystem>
#include <memory>

#include "store/detail/handles.h"
#include "store/store.h"

namespace backtrail::store {

namespace trino {
struct Rewritten;
}

/// SQL of users: Athena's dialect, read-only. One query at a time.
class UserEngine final : public Engine {
 public:
  [[nodiscard]] static Result<std::unique_ptr<UserEngine>> create(Connection connection);
  [[nodiscard]] Result<void> run(const Query& query, RowSink& sink, std::stop_token stop) override;
  [[nodiscard]] std::string_view dialect() const override { return "trino"; }
  [[nodiscard]] Result<std::uint64_t> export_parquet(const Query& query,
                                                     const std::filesystem::path& path,
                                                     std::stop_token stop);

 private:
  explicit UserEngine(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<Query> prepare(const Query& query, trino::Rewritten& rewritten);
  [[nodiscard]] Error explain(const Query& query, const trino::Rewritten& rewritten, const Error& error);
  Connection connection_;
};

}  // namespace backtrail::store
