#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sources/sources.h"

/// Reading whole files in tests, fuzz targets and comparisons of the two paths.
namespace backtrail::sources::testing {

/// A record with its own storage.
struct OwnedValue {
  model::Value::Kind kind = model::Value::Kind::absent;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text{};
  friend bool operator==(const OwnedValue&, const OwnedValue&) = default;
};

struct OwnedRecord {
  RecordPosition where{};
  std::vector<OwnedValue> values{};
  [[nodiscard]] const std::string& text(int slot) const {
    return values[static_cast<std::size_t>(slot)].text;
  }
};

struct Reading {
  std::vector<OwnedRecord> records{};
  ReadReport report{};
};

inline void read_all(Reader& reader, Reading& out) {
  model::Record record(cloudtrail_layout());
  RecordPosition where;
  while (reader.next(record, where)) {
    OwnedRecord r{.where = where};
    for (int s = 0; s < kCloudTrailSlots; ++s) {
      const model::Value& v = record.at(s);
      r.values.push_back({v.kind, v.boolean, v.integer, v.real, std::string(v.text)});
    }
    out.records.push_back(std::move(r));
  }
  out.report = reader.report();
}

/// Through `start(whole)`; the padding behind the text is hostile on purpose.
inline Reading read_whole(std::string_view text) {
  std::string padded(text);
  while (padded.size() < text.size() + kPadding) padded += "\"}]";
  const auto reader = make_reader();
  reader->start(std::string_view(padded).substr(0, text.size()));
  Reading out;
  read_all(*reader, out);
  return out;
}

/// Bytes in pieces of at most `piece`, then an error if there is one.
class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string_view text, std::size_t piece = 65536) : text_(text), piece_(piece) {}
  void fail_at_end(Error error) { error_ = std::move(error); }
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t n = std::min({piece_, buffer.size(), text_.size()});
    if (n == 0 && error_.has_value()) return *error_;
    text_.copy(buffer.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
  std::optional<Error> error_{};
};

inline Reading read_stream(std::string_view text, std::size_t piece = 65536) {
  TextStream stream(text, piece);
  const auto reader = make_reader();
  reader->start(stream);
  Reading out;
  read_all(*reader, out);
  return out;
}

}  // namespace backtrail::sources::testing
