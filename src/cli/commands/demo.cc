#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"
#include "sample/sample.h"

namespace backtrail::cli {
namespace {

Result<int> run_demo(Invocation& run) {
  const Arguments& args = run.args();
  const std::string directory = args.text("DIR", "backtrail-demo");
  sample::Options options;
  options.seed = args.count("seed").value_or(options.seed);
  options.days = static_cast<unsigned>(
      std::min<std::uint64_t>(args.count("days").value_or(options.days), 1000000));
  options.scale = static_cast<unsigned>(
      std::min<std::uint64_t>(args.count("scale").value_or(options.scale), 1000000));
  BACKTRAIL_ASSIGN(const sample::SampleSummary written, sample::write_sample(directory, options));
  if (run.format() == "json") {
    Json out = report::with_schema("demo");
    out.set("logs", written.logs.string());
    out.set("truth", written.truth.string());
    out.set("files", written.files);
    out.set("records", written.records);
    out.set("events", written.events);
    out.set("accounts", static_cast<std::int64_t>(written.accounts));
    Json time = Json::object();
    time.set("from", report::time_json(written.time.from));
    time.set("to", report::time_json(written.time.to));
    out.set("time", std::move(time));
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(written.logs.string() + "\n"));
  }
  run.note("A made-up organisation's logs: " + report::plural(written.events, "event") + " of " +
           report::plural(written.accounts, "account") + " in " +
           report::plural(written.files, "file") + " (" + format_bytes(written.written_bytes) +
           "), " + report::short_time(written.time.from) + " to " +
           report::short_time(written.time.to) + " UTC. One intrusion is hidden in them; " +
           written.truth.string() + " tells what really happened.\nNext: backtrail investigate " +
           shell_word(written.logs.string()) + " --case " +
           shell_word(directory + "/case"));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> demo_commands() {
  return {
      {.name = "demo",
       .group = "Start here",
       .summary = "Write a made-up organisation's logs with an intrusion in them, to try things on",
       .description = "Needs no AWS account and no network. The same options give the same logs on "
                      "every machine.",
       .examples = {{"write the logs, then investigate them",
                     "backtrail demo && backtrail investigate backtrail-demo/AWSLogs --case "
                     "backtrail-demo/case"},
                    {"a hundred days, in a folder of your choice",
                     "backtrail demo ./sample --days 100"}},
       .arguments = {{.name = "DIR",
                      .kind = ValueKind::directory,
                      .help = "Where to write; backtrail-demo when not given",
                      .required = false}},
       .options = {{.name = "days",
                    .kind = ValueKind::count,
                    .value_name = "N",
                    .help = "How many days, 10 to 366",
                    .fallback = "25"},
                   {.name = "scale",
                    .kind = ValueKind::count,
                    .value_name = "N",
                    .help = "How many times the normal life's volume, 1 to 100",
                    .fallback = "1"},
                   {.name = "seed",
                    .kind = ValueKind::count,
                    .value_name = "N",
                    .help = "Another number gives other logs",
                    .fallback = "1"},
                   output_option({"table", "json"}),
                   out_option()},
       .run = run_demo}};
}

}  // namespace backtrail::cli
