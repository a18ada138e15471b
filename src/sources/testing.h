#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sources/detail/reader_options.h"
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
  std::string type{};  // the log type's name
  std::vector<OwnedValue> values{};
  std::optional<Timestamp> time{};  // of types other than CloudTrail
  std::string account{};
  std::string region{};
  [[nodiscard]] const std::string& text(int slot) const {
    return values[static_cast<std::size_t>(slot)].text;
  }
};

struct Reading {
  std::vector<OwnedRecord> records{};
  ReadReport report{};
};

inline void read_all(Reader& reader, Reading& out) {
  Found found;
  while (reader.next(found)) {
    OwnedRecord r{.where = found.where, .type = found.type->name};
    r.time = found.time;
    r.account = found.account;
    r.region = found.region;
    for (int s = 0; s < static_cast<int>(found.record->layout().slot_count()); ++s) {
      const model::Value& v = found.record->at(s);
      r.values.push_back({v.kind, v.boolean, v.integer, v.real, std::string(v.text)});
    }
    out.records.push_back(std::move(r));
  }
  out.report = reader.report();
}

/// Through `start(whole)`; the padding behind the text is hostile on purpose.
inline Reading read_whole_with(std::string_view text, detail::ReaderOptions options, const Origin& origin = {}) {
  std::string padded(text);
  while (padded.size() < text.size() + kPadding) padded += "\"}]";
  const auto reader = detail::make_reader_with(options);
  reader->start(std::string_view(padded).substr(0, text.size()), origin);
  Reading out;
  read_all(*reader, out);
  return out;
}
inline Reading read_whole(std::string_view text) { return read_whole_with(text, {}); }
/// The same by the robust path alone.
inline Reading read_robust(std::string_view text) {
  return read_whole_with(text, {.robust_only = true});
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

/// Through `start(stream)`, read in pieces of `piece` bytes.
inline Reading read_stream(std::string_view text, std::size_t piece = 65536) {
  TextStream stream(text, piece);
  const auto reader = detail::make_reader_with({.piece_bytes = piece});
  reader->start(stream);
  Reading out;
  read_all(*reader, out);
  return out;
}

/// What the record holds in the field, by the name that its type gives it.
inline std::string value(const OwnedRecord& record, std::string_view field) {
  const int slot = layout_of(*find_log_type(record.type)).slot(field);
  return slot < 0 ? "no such field" : record.text(slot);
}

/// What differs between two readings of one text; "" when nothing does.
inline std::string difference(const Reading& a, const Reading& b) {
  if (a.records.size() != b.records.size())
    return fmt::format("{} and {} records", a.records.size(), b.records.size());
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    const RecordPosition& p = a.records[i].where;
    const RecordPosition& q = b.records[i].where;
    if (p.number != q.number || p.offset != q.offset || p.length != q.length)
      return fmt::format("record {}: {} at {}+{} and {} at {}+{}", i, p.number, p.offset, p.length,
                         q.number, q.offset, q.length);
    for (std::size_t s = 0; s < a.records[i].values.size(); ++s)
      if (!(a.records[i].values[s] == b.records[i].values[s]))
        return fmt::format("record {}, slot {}: '{}' and '{}'", i, s, a.records[i].values[s].text,
                           b.records[i].values[s].text);
  }
  const ReadReport& p = a.report;
  const ReadReport& q = b.report;
  if (p.kind != q.kind) return fmt::format("{} and {}", kind_of(p.kind, p.kept), kind_of(q.kind, q.kept));
  if (p.read != q.read || p.rejected != q.rejected || p.unreadable_times != q.unreadable_times ||
      p.repeated_fields != q.repeated_fields ||
      p.bytes != q.bytes)
    return fmt::format("read {}/{}, rejected {}/{}, times {}/{}, bytes {}/{}", p.read, q.read,
                       p.rejected, q.rejected, p.unreadable_times, q.unreadable_times, p.bytes,
                       q.bytes);
  const auto spell = [](const std::vector<Diagnostic>& all) {
    std::string out;
    for (const Diagnostic& d : all)
      out += fmt::format("{}@{} lost {} ({}); ", d.reason, d.offset, d.lost, d.detail);
    return out;
  };
  if (spell(p.diagnostics) != spell(q.diagnostics))
    return fmt::format("diagnostics [{}] and [{}]", spell(p.diagnostics), spell(q.diagnostics));
  return {};
}

}  // namespace backtrail::sources::testing
