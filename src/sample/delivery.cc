#include "sample/delivery.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libdeflate.h>

#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <tuple>

#include "base/file.h"

namespace backtrail::sample {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kWindow = minutes(5);

struct Compressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

/// Account, region and the end of the five minutes.
using FileKey = std::tuple<std::string_view, std::string_view, Seconds>;

std::string file_name(const FileKey& key, Seconds named, Random& random) {
  const auto day = std::chrono::floor<std::chrono::days>(named);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(named - day);
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto month_day = static_cast<unsigned>(date.day());
  const auto& [account, region, end] = key;
  return fmt::format(
      "{0}/CloudTrail/{1}/{2:04}/{3:02}/{4:02}/"
      "{0}_CloudTrail_{1}_{2:04}{3:02}{4:02}T{5:02}{6:02}Z_{7}.json.gz",
      account, region, year, month, month_day, clock.hours().count(), clock.minutes().count(),
      random.alphanumeric(16));
}

}  // namespace

Result<void> write_new_file(const std::filesystem::path& path, std::string_view bytes) {
  const FileHandle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file) return system_error("create " + path.string(), errno);
  return write_all(file, bytes).with_context("write " + path.string());
}

Result<Delivered> deliver(const std::filesystem::path& directory, const Trail& trail,
                          const std::vector<Record>& records, std::uint64_t seed) {
  std::map<FileKey, std::vector<const Record*>> files;
  for (const Record& record : records) {
    if (!trail.account.empty() && record.account != trail.account) continue;
    if (!trail.region.empty() && record.region != trail.region) continue;
    if (record.time > trail.until) continue;
    const Seconds window = Seconds(record.time.time_since_epoch() / kWindow * kWindow);
    files[{record.account, record.region, window + kWindow}].push_back(&record);
  }

  const std::unique_ptr<libdeflate_compressor, Compressor> gzip(libdeflate_alloc_compressor(6));
  if (!gzip)
    return make_error(ErrorCode::resource_exhausted, "sample.memory",
                      "no memory for the compressor");
  Random random(seed, "delivery " + trail.name);
  Delivered done;
  std::string raw;
  std::string packed;
  std::filesystem::path made;
  for (auto& [key, list] : files) {
    if (list.size() > 1 && random.chance(45)) random.shuffle(list);
    raw = R"({"Records":[)";
    for (const Record* record : list) {
      if (raw.back() == '}') raw += ',';
      raw += record->json;
    }
    raw += "]}";
    packed.resize(libdeflate_gzip_compress_bound(gzip.get(), raw.size()));
    packed.resize(
        libdeflate_gzip_compress(gzip.get(), raw.data(), raw.size(), packed.data(), packed.size()));
    // One delivery in seven comes a round later.
    const Seconds named = std::get<Seconds>(key) + (random.chance(14) ? kWindow : seconds(0));
    const auto path = directory / trail.prefix / file_name(key, named, random);
    if (path.parent_path() != made) {
      made = path.parent_path();
      BACKTRAIL_RETURN_IF_ERROR(make_directories(made));
    }
    BACKTRAIL_RETURN_IF_ERROR(write_new_file(path, packed));
    done.files += 1;
    done.records += list.size();
    done.raw_bytes += raw.size();
    done.written_bytes += packed.size();
  }
  return done;
}

}  // namespace backtrail::sample
