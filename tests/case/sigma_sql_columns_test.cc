// Each column that rules are translated to exists in the stored table.
#include <gtest/gtest.h>

#include "base/file.h"
#include "sigma/sql/stored_field.h"
#include "store/store.h"

namespace backtrail {
namespace {

TEST(SigmaSqlColumns, AllAreInTheTable) {
  const auto directory = TemporaryDirectory::create("sigma_columns");
  ASSERT_TRUE(directory);
  auto store =
      store::open(directory->path() / "store.duckdb", {.access = store::Access::read_write});
  ASSERT_TRUE(store) << store.error().message;
  std::size_t columns = 0;
  for (const sigma::sql::StoredField& f : sigma::sql::searched_fields()) {
    const std::string expression =
        f.storage == sigma::sql::Storage::list_text ? f.column + "[1]." + f.path : f.column;
    const auto t = store::fetch((*store)->engine(), {.sql = "SELECT typeof(" + expression +
                                                            ") FROM cloudtrail_logs RIGHT JOIN "
                                                            "(SELECT 1) ON true"});
    ASSERT_TRUE(t) << t.error().message;
    EXPECT_EQ(store::to_text(t->rows[0][0]), "VARCHAR") << expression;
    ++columns;
  }
  EXPECT_GE(columns, 40U);
}

}  // namespace
}  // namespace backtrail
