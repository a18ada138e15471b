#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "store/store.h"

namespace backtrail::ingest {

/// A RowFeed out of functions: `open` gives each thread the function that fills its chunks.
class FunctionFeed final : public store::RowFeed {
 public:
  using Fill = std::function<Result<std::size_t>(store::RowWriter&, std::size_t)>;
  explicit FunctionFeed(std::function<Fill()> open) : open_(std::move(open)) {}

  [[nodiscard]] std::unique_ptr<store::RowStream> open() override {
    class Stream final : public store::RowStream {
     public:
      explicit Stream(Fill fill) : fill_(std::move(fill)) {}
      Result<std::size_t> fill(store::RowWriter& writer, std::size_t capacity) override {
        return fill_(writer, capacity);
      }

     private:
      Fill fill_;
    };
    return std::make_unique<Stream>(open_());
  }

 private:
  std::function<Fill()> open_;
};

}  // namespace backtrail::ingest
