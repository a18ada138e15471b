// What no log tool can beat: reads every .json.gz below a folder, inflates it, walks its JSON and
// takes the usual fields of each event (seven texts, three objects as raw JSON), nothing else.
//   bench_limit THREADS FOLDER      prints one JSON line
#include <fmt/format.h>
#include <libdeflate.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "measure.h"

namespace {

namespace fs = std::filesystem;
namespace json = simdjson::ondemand;

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t touched = 0;  // bytes of the fields taken: keeps the work from being optimised away
};

/// A file's bytes in a buffer that is reused.
bool read_whole(const fs::path& path, std::vector<char>& buffer) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return false;
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  buffer.resize(fs::file_size(path));
  return std::fread(buffer.data(), 1, buffer.size(), file.get()) == buffer.size();
}

bool is_text_field(std::string_view key) {
  switch (key.size()) {
    case 7:
      return key == "eventID";
    case 9:
      return key == "eventTime" || key == "eventName" || key == "awsRegion" || key == "userAgent";
    case 11:
      return key == "eventSource";
    case 15:
      return key == "sourceIPAddress";
    default:
      return false;
  }
}

bool is_object_field(std::string_view key) {
  return key == "userIdentity" || key == "requestParameters" || key == "responseElements";
}

class Worker {
 public:
  Worker(const std::vector<fs::path>& files, std::atomic<std::size_t>& next)
      : files_(files), next_(next), inflater_(libdeflate_alloc_decompressor()) {}
  ~Worker() { libdeflate_free_decompressor(inflater_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run() {
    for (std::size_t i = next_++; i < files_.size(); i = next_++)
      if (!one(files_[i])) {
        fmt::print(stderr, "bench_limit: cannot read {}\n", files_[i].string());
        std::exit(1);
      }
  }
  [[nodiscard]] const Totals& totals() const { return totals_; }

 private:
  bool one(const fs::path& path) {
    if (!read_whole(path, packed_) || packed_.size() < 18) return false;
    std::uint32_t size = 0;
    std::memcpy(&size, packed_.data() + packed_.size() - 4, 4);
    if (raw_.size() < size + simdjson::SIMDJSON_PADDING)
      raw_.resize(size + simdjson::SIMDJSON_PADDING);
    std::size_t got = 0;
    if (libdeflate_gzip_decompress(inflater_, packed_.data(), packed_.size(), raw_.data(), size,
                                   &got) != LIBDEFLATE_SUCCESS)
      return false;
    totals_.raw_bytes += got;
    json::document document;
    if (parser_.iterate(raw_.data(), got, raw_.size()).get(document)) return false;
    json::array records;
    if (document["Records"].get_array().get(records)) return false;
    for (auto record : records)
      if (!event(record)) return false;
    return true;
  }

  bool event(simdjson::simdjson_result<json::value> record) {
    json::object fields;
    if (record.get_object().get(fields)) return false;
    for (auto field : fields) {
      std::string_view key;
      if (field.escaped_key().get(key)) return false;
      if (is_text_field(key)) {
        std::string_view text;
        if (field.value().get_string().get(text) == simdjson::SUCCESS)
          totals_.touched += text.size();
      } else if (is_object_field(key)) {
        std::string_view raw;
        if (field.value().raw_json().get(raw) == simdjson::SUCCESS) totals_.touched += raw.size();
      }
    }
    ++totals_.events;
    return true;
  }

  const std::vector<fs::path>& files_;
  std::atomic<std::size_t>& next_;
  libdeflate_decompressor* inflater_;
  json::parser parser_;
  std::vector<char> packed_;
  std::vector<char> raw_;
  Totals totals_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: bench_limit THREADS FOLDER\n");
    return 2;
  }
  const bench::Stopwatch watch;
  const auto threads = static_cast<std::size_t>(std::max(1, std::atoi(argv[1])));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(argv[2]))
    if (entry.path().extension() == ".gz") files.push_back(entry.path());
  std::sort(files.begin(), files.end());

  std::atomic<std::size_t> next{0};
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::size_t i = 0; i < threads; ++i)
    workers.push_back(std::make_unique<Worker>(files, next));
  {
    std::vector<std::jthread> running;
    for (std::size_t i = 1; i < threads; ++i)
      running.emplace_back([&worker = *workers[i]] { worker.run(); });
    workers[0]->run();
  }
  Totals sum;
  for (const auto& worker : workers) {
    sum.events += worker->totals().events;
    sum.raw_bytes += worker->totals().raw_bytes;
    sum.touched += worker->totals().touched;
  }
  fmt::print(
      R"({{"files":{},"events":{},"raw_bytes":{},"touched":{},"seconds":{:.4f},"cpu":{:.4f}}})"
      "\n",
      files.size(), sum.events, sum.raw_bytes, sum.touched, watch.wall(), watch.cpu());
  return 0;
}
