// Makes a corpus of any size out of a folder of CloudTrail logs:
//   bench_amplify FOLDER OUT RAW_BYTES RECORDS_PER_FILE [SEED]      prints one JSON line
//
// The records are repeated, each copy with ids of its own (event, request, session, key, resource),
// later times, other addresses and, every fourth copy, other accounts, so that neither dictionaries
// nor compressors see the same text again. What belongs together in a copy stays together.
#include <fmt/format.h>
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "template.h"

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& message) {
  fmt::print(stderr, "bench_amplify: {}\n", message);
  std::exit(1);
}

std::string read_log(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (path.extension() != ".gz") return bytes;
  if (bytes.size() < 18) fail("not gzip: " + path.string());
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + bytes.size() - 4, 4);
  std::string raw(size, '\0');
  libdeflate_decompressor* inflater = libdeflate_alloc_decompressor();
  const auto result = libdeflate_gzip_decompress(inflater, bytes.data(), bytes.size(), raw.data(),
                                                 raw.size(), nullptr);
  libdeflate_free_decompressor(inflater);
  if (result != LIBDEFLATE_SUCCESS) fail("cannot inflate " + path.string());
  return raw;
}

struct Seed {
  std::string time, account, region;
  bench::RecordTemplate body;
};

std::vector<Seed> read_seeds(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (entry.is_regular_file() && (name.ends_with(".json.gz") || name.ends_with(".json")))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Seed> seeds;
  simdjson::dom::parser parser;
  for (const fs::path& path : files) {
    simdjson::dom::array records;
    if (parser.parse(read_log(path))["Records"].get(records)) continue;
    for (const simdjson::dom::element record : records) {
      const auto text = [&](const char* key) {
        std::string_view value;
        return record[key].get(value) == simdjson::SUCCESS ? std::string(value)
                                                           : std::string("unknown");
      };
      seeds.push_back({text("eventTime"), text("recipientAccountId"), text("awsRegion"),
                       bench::RecordTemplate(simdjson::minify(record))});
    }
  }
  std::stable_sort(seeds.begin(), seeds.end(),
                   [](const Seed& a, const Seed& b) { return a.time < b.time; });
  if (seeds.empty()) fail("no records below " + folder.string());
  return seeds;
}

/// Writes files of a fixed number of records, one account and region each.
class Writer {
 public:
  Writer(fs::path out, std::size_t per_file) : out_(std::move(out)), per_file_(per_file) {}
  ~Writer() { libdeflate_free_compressor(gzip_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void add(const Seed& seed, const std::string& record) {
    Pending& pending = pending_[{seed.account, seed.region}];
    pending.raw += pending.records == 0 ? R"({"Records":[)" : ",";
    pending.raw += record;
    raw_bytes_ += record.size() + 1;
    ++records_;
    if (++pending.records == per_file_) flush(seed.account, seed.region, pending);
  }
  void finish() {
    for (auto& [place, pending] : pending_)
      if (pending.records != 0) flush(place.first, place.second, pending);
  }
  [[nodiscard]] std::uint64_t raw_bytes() const { return raw_bytes_; }
  void report() const {
    fmt::print(R"({{"files":{},"events":{},"raw_bytes":{},"gzip_bytes":{}}})"
               "\n",
               files_, records_, raw_bytes_, gzip_bytes_);
  }

 private:
  struct Pending {
    std::string raw;
    std::size_t records = 0;
  };

  void flush(const std::string& account, const std::string& region, Pending& pending) {
    pending.raw += "]}";
    packed_.resize(libdeflate_gzip_compress_bound(gzip_, pending.raw.size()));
    packed_.resize(libdeflate_gzip_compress(gzip_, pending.raw.data(), pending.raw.size(),
                                            packed_.data(), packed_.size()));
    // Some hundred files a folder, as days make them in a bucket.
    const fs::path folder =
        out_ / "AWSLogs" / account / "CloudTrail" / region /
        fmt::format("2026/{:02}/{:02}", files_ / 8400 % 12 + 1, files_ / 300 % 28 + 1);
    if (folder != made_) {
      fs::create_directories(folder);
      made_ = folder;
    }
    const fs::path path =
        folder / fmt::format("{}_CloudTrail_{}_{:016x}.json.gz", account, region, files_);
    std::ofstream(path, std::ios::binary)
        .write(packed_.data(), static_cast<std::streamsize>(packed_.size()));
    ++files_;
    gzip_bytes_ += packed_.size();
    pending = {};
  }

  fs::path out_;
  std::size_t per_file_;
  libdeflate_compressor* gzip_ = libdeflate_alloc_compressor(6);
  std::map<std::pair<std::string, std::string>, Pending> pending_;
  std::string packed_;
  fs::path made_;
  std::uint64_t files_ = 0, records_ = 0, raw_bytes_ = 0, gzip_bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: bench_amplify FOLDER OUT RAW_BYTES RECORDS_PER_FILE [SEED]\n");
    return 2;
  }
  const std::uint64_t wanted = std::strtoull(argv[3], nullptr, 10);
  const std::size_t per_file = std::max<std::size_t>(1, std::strtoull(argv[4], nullptr, 10));
  const std::uint64_t seed = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 1;
  const std::vector<Seed> seeds = read_seeds(argv[1]);
  Writer writer(argv[2], per_file);
  std::string record;
  for (std::uint64_t copy = 0; writer.raw_bytes() < wanted; ++copy) {
    const bench::Variation variation(seed, copy);
    for (const Seed& one : seeds) {
      one.body.render(variation, record);
      writer.add(one, record);
      if (writer.raw_bytes() >= wanted) break;
    }
  }
  writer.finish();
  writer.report();
  return 0;
}
