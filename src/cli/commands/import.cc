#include "analysis/analysis.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "cli/invocation.h"
#include "ingest/ingest.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_import(Invocation& run) {
  BACKTRAIL_RETURN_IF_ERROR(check_paths(run.args().list("PATH")));
  BACKTRAIL_RETURN_IF_ERROR(read_options_of(run));
  BACKTRAIL_ASSIGN(auto kase, run.open_or_create_case());
  BACKTRAIL_ASSIGN(const ingest::Summary summary,
                   import_paths(run, *kase, run.args().list("PATH"), !run.args().has("no-rules")));
  run.end_progress();
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(summary).dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::import_text(summary, run.text_options())));
  }
  tell_nothing_read(run, summary, run.args().list("PATH"));
  run.note("Done in " + report::seconds_text(summary.seconds) +
           ". Next: " + with_case(run, summary.hits ? "detect" : "summary"));
  return outcome(false, summary.incomplete());
}

}  // namespace

std::vector<CommandSpec> import_commands() {
  return {{.name = "import",
           .group = "Work on a case",
           .summary = "Read logs into a case, keeping the originals as evidence",
           .description =
               "Reads CloudTrail, flow logs, access logs, DNS, firewall and Kubernetes logs, AWS Config, IAM reports, "
               "findings of other tools and Security Lake (all: backtrail help logs) from files, folders and archives, "
               "in the wrappings of S3, CloudWatch Logs, Firehose, EventBridge and the API. What a file is comes from "
               "its content; of a file of no known kind the import says what it may be, and --as keeps it. "
               "Each file is hashed, copied into the case and entered in the custody ledger.\n\n"
               "A CloudTrail event delivered twice is stored once; of other logs, a file delivered twice is. Importing "
               "the same files again changes nothing; repeating an interrupted import finishes it. Files named again "
               "with other --format, --as or --time-field are read anew where these bear on them: what they give "
               "takes the place of what was stored.",
           .examples = {{"read everything below a folder into a case, which is made when missing",
                         "backtrail import ./AWSLogs --case ./incident-42"},
                        {"leave the logs where they are, record path and hash only",
                         "backtrail import /mnt/logs --in-place --case ./incident-42"},
                        {"read what another program prints",
                         "aws cloudtrail lookup-events | backtrail import - --case ./incident-42"}},
           .arguments = {paths_argument()},
           .options = options_of(
               {{case_option(),
                 in_place_option(),
                 {.name = "no-rules", .help = "Do not match the built-in rules on the way"}},
                read_options(),
                {output_option({"table", "json"}), out_option()}}),
           .run = run_import,
           .interrupted =
               "Files read to their end are in the case; the same command finishes the work.",
           .exit_codes = {4, 5, 6}}};
}

}  // namespace backtrail::cli
