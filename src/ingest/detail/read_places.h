#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "ingest/detail/dedupe.h"
#include "store/store.h"

namespace backtrail::ingest {

/// Appends what `sql` gives as (_evidence, _record) to `places`.
[[nodiscard]] inline Result<void> read_places(store::Store& store, const std::string& sql,
                                              std::vector<Place>& places,
                                              const std::stop_token& stop) {
  class Keep final : public store::RowSink {
   public:
    explicit Keep(std::vector<Place>& p) : places(p) {}
    void columns(std::span<const store::Column>) override {}
    bool row(std::span<const store::Cell> c) override {
      places.push_back({static_cast<std::uint32_t>(store::to_int(c[0])),
                        static_cast<std::uint32_t>(store::to_int(c[1]))});
      return true;
    }
    std::vector<Place>& places;
  } keep(places);
  return store.engine().run({.sql = sql}, keep, stop);
}

}  // namespace backtrail::ingest
