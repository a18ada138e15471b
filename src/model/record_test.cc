#include "model/record.h"

#include <gtest/gtest.h>

#include <string>

namespace backtrail::model {
namespace {

class RecordTest : public ::testing::Test {
 protected:
  RecordTest() : layout_({"eventName", "requestParameters"}), record_(layout_) {}

  void load(std::string json) {
    storage_ = std::move(json);
    storage_.reserve(storage_.size() + 64);
    record_.clear();
    record_.set(kWholeRecord, {.kind = Value::Kind::object, .text = storage_});
  }
  std::vector<std::string> values(std::string_view path) {
    std::vector<std::string> out;
    record_.any(bind_field(layout_, path), [&](const Value& v) {
      out.emplace_back(v.kind == Value::Kind::null ? "null" : v.text);
      return false;
    });
    return out;
  }

  RecordLayout layout_;
  Record record_;
  std::string storage_;
};

using Values = std::vector<std::string>;

TEST_F(RecordTest, WalksObjectsAndOpensArrays) {
  load(R"({"a":{"b":[{"c":1},{"c":[2,3]},{"d":4}]},"n":null,"e":[]})");
  EXPECT_EQ(values("a.b.c"), (Values{"1", "2", "3"}));
  EXPECT_EQ(values("n"), (Values{"null"}));
  EXPECT_EQ(values("e"), Values{});
  EXPECT_EQ(values("absent.x"), Values{});
}

TEST_F(RecordTest, ALiteralKeyWithDotsWins) {
  load(R"({"a":{"b.c":"literal","b":{"c":"nested"}}})");
  EXPECT_EQ(values("a.b.c"), (Values{"literal"}));
}

TEST_F(RecordTest, BindsToTheLongestSlotName) {
  const FieldRef f = bind_field(layout_, "requestParameters.bucketName");
  EXPECT_EQ(f.slot, layout_.slot("requestParameters"));
  EXPECT_EQ(f.rest, (std::vector<std::string>{"bucketName"}));
}

TEST_F(RecordTest, ExistsCountsNullAndEmptyArrays) {
  load(R"({"n":null,"e":[]})");
  EXPECT_TRUE(record_.exists(bind_field(layout_, "n")));
  EXPECT_TRUE(record_.exists(bind_field(layout_, "e")));
  EXPECT_FALSE(record_.exists(bind_field(layout_, "x")));
}

TEST_F(RecordTest, LeavesOfAnObjectAreUnescaped) {
  load(R"({"p":{"x":"{\"a\":1}","y":[true]}})");
  Values leaves;
  record_.any_whole(bind_field(layout_, "p"), [&](const Value& v) {
    return record_.any_leaf(v, [&](const Value& leaf) {
      leaves.emplace_back(leaf.text);
      return false;
    });
  });
  EXPECT_EQ(leaves, (Values{R"({"a":1})", "true"}));
}

TEST_F(RecordTest, CompactDropsInsignificantWhiteSpaceOnly) {
  load(R"({"p": {"x": "a  b"} })");
  EXPECT_EQ(record_.compact(record_.at(kWholeRecord)), R"({"p":{"x":"a  b"}})");
}

}  // namespace
}  // namespace backtrail::model
