#include "sample/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "sample/delivery.h"
#include "sample/scene.h"

namespace backtrail::sample {
namespace {

constexpr Seconds kStart = std::chrono::sys_days(std::chrono::year(2026) / 2 / 2);

Result<void> check(const Options& options) {
  if (options.days < 10 || options.days > 366)
    return invalid_argument(
        "sample.options",
        fmt::format("the sample's length is {} days; give 10 to 366", options.days));
  if (options.scale < 1 || options.scale > 100)
    return invalid_argument("sample.options",
                            fmt::format("the sample's scale is {}; give 1 to 100", options.scale));
  if (options.days * options.scale > 1000)
    return invalid_argument(
        "sample.options", fmt::format("a sample of {} days at scale {} would not fit into memory; "
                                      "days times scale may be 1000 at most",
                                      options.days, options.scale));
  return {};
}

void count(SampleSummary& summary, const Delivered& delivered) {
  summary.files += delivered.files;
  summary.records += delivered.records;
  summary.raw_bytes += delivered.raw_bytes;
  summary.written_bytes += delivered.written_bytes;
}

Json accounts_json(const World& world) {
  Json out = Json::array();
  for (const Account* account : world.accounts())
    out.push(Json::Object{{"id", account->id}, {"name", account->name}});
  return out;
}

}  // namespace

Result<SampleSummary> write_sample(const std::filesystem::path& directory, const Options& options) {
  BACKTRAIL_RETURN_IF_ERROR(check(options));
  SampleSummary summary{.logs = directory / "AWSLogs", .truth = directory / "truth.json"};
  for (const std::filesystem::path& path : {summary.logs, summary.truth})
    if (backtrail::exists(path))
      return make_error(
          ErrorCode::already_exists, "sample.not_empty",
          fmt::format("{} exists already; remove it or name another folder", path.string()));

  const World world(options.seed);
  Journal journal(options.seed);
  Truth truth;
  Scene scene{.world = world,
              .journal = journal,
              .truth = truth,
              .start = kStart,
              .days = options.days,
              .scale = options.scale,
              .seed = options.seed};
  play_people(scene);
  play_pipelines(scene);
  play_workloads(scene);
  play_services(scene);
  play_scanner(scene);
  play_look_alikes(scene);
  play_intrusion(scene);

  std::vector<Record>& records = journal.records();
  std::ranges::stable_sort(records, {}, &Record::time);
  const std::vector<Trail> trails{{.name = "org-trail", .prefix = "AWSLogs/" + world.org_id},
                                  {.name = "legacy-audit",
                                   .prefix = "AWSLogs",
                                   .account = world.production.id,
                                   .region = "eu-west-1",
                                   .until = legacy_trail_stop(scene)}};
  for (const Trail& trail : trails) {
    BACKTRAIL_ASSIGN(const Delivered delivered, deliver(directory, trail, records, options.seed));
    count(summary, delivered);
  }
  Json document = Json::Object{{"schema", "backtrail.sample_truth/1"},
                               {"seed", options.seed},
                               {"days", options.days},
                               {"scale", options.scale},
                               {"accounts", accounts_json(world)},
                               {"records", summary.records},
                               {"events", std::uint64_t{records.size()}},
                               {"intrusion", truth.json()}};
  BACKTRAIL_RETURN_IF_ERROR(write_new_file(summary.truth, document.dump_pretty()));
  summary.events = records.size();
  summary.accounts = static_cast<unsigned>(world.accounts().size());
  summary.time = {.from = records.front().time,
                  .to = records.back().time + std::chrono::seconds(1)};
  return summary;
}

}  // namespace backtrail::sample
