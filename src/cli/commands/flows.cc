#include "analysis/flows.h"

#include <algorithm>
#include <array>

#include "base/network.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/flow_shapes.h"

namespace backtrail::cli {
namespace {

using analysis::FlowView;

constexpr std::array kViews = {FlowView::talkers, FlowView::access,   FlowView::scans,
                               FlowView::beacons, FlowView::outbound, FlowView::peers};

Result<analysis::FlowOptions> options_from(Invocation& run) {
  const Arguments& args = run.args();
  analysis::FlowOptions options;
  const std::string address = args.text("address");
  const std::string name = args.text("VIEW", address.empty() ? "talkers" : "peers");
  for (const FlowView view : kViews)
    if (report::name_of(view) == name) options.view = view;
  if (!address.empty() && !parse_address(address))
    return usage_error("address", "--address takes one IP address, not '" + address + "'.");
  if (options.view == FlowView::peers && address.empty())
    return usage_error("address", "flows peers needs the address whose peers are asked for: --address 10.0.0.5");
  options.address = address;
  BACKTRAIL_ASSIGN(options.window, run.window());
  options.account = args.text("account");
  options.region = args.text("region");
  options.limit = std::clamp(args.count("limit").value_or(25), std::uint64_t{1}, std::uint64_t{1'000'000});
  options.least = std::min(args.count("least").value_or(0), std::uint64_t{1'000'000});
  options.jitter = static_cast<double>(std::min(args.count("jitter").value_or(20), std::uint64_t{100})) / 100.0;
  return options;
}

Result<int> run_flows(Invocation& run) {
  BACKTRAIL_ASSIGN(const analysis::FlowOptions options, options_from(run));
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(const analysis::Flows flows,
                   analysis::flows(*kase, options, run.stop("reading changes nothing.")));
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(flows, options.view).dump() + "\n"));
    return kExitOk;
  }
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(), {.format = run.format(),
                                     .columns = report::flow_columns(options.view),
                                     .table = {.width = run.table_width(), .style = run.out_style()}});
  const auto rows = report::flow_rows(flows, run.people());
  for (const auto& row : rows) list.cells(row);
  list.finish();
  if (run.people()) output->stream() << report::flow_notes(flows, run.text_options());
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  if (flows.truncated) run.note("There are more: --limit N shows more.");
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> flows_commands() {
  std::vector<std::string> names;
  for (const FlowView view : kViews) names.emplace_back(report::name_of(view));
  return {
      {.name = "flows",
       .group = "Read a case",
       .summary = "Tell what VPC flow logs show: talkers, remote access, scans, beacons, outbound volume",
       .description =
           "talkers: connections by bytes, both directions together. access: remote administration and databases that "
           "answered an address outside. scans: many ports of a host, or one port of many hosts, within ten minutes. "
           "beacons: connections at even distances. outbound: what a host sent outside on a day, beside its other days. "
           "peers: whom an address talked to.\n\n"
           "Outside is what is no private address and in no own network (case set --network). Below the table stand "
           "the instances behind the addresses (CloudTrail, AWS Config, the flow logs), findings that name them, and "
           "what the logs leave out.",
       .examples = {{"who moved most", "backtrail flows --case ./incident-42"},
                    {"who was let in from outside", "backtrail flows access --case ./incident-42"},
                    {"everything of one address", "backtrail flows peers --address 10.0.1.20 --case ./incident-42"},
                    {"calls home, also uneven ones", "backtrail flows beacons --jitter 40 --case ./incident-42"}},
       .arguments = {{.name = "VIEW",
                      .kind = ValueKind::choice,
                      .help = "What to show; without it talkers, or peers with --address",
                      .required = false,
                      .choices = names}},
       .options = options_of({{case_option()},
                              time_options(),
                              {{.name = "address",
                                .kind = ValueKind::text,
                                .value_name = "IP",
                                .help = "Flows of this address"},
                               {.name = "account",
                                .kind = ValueKind::text,
                                .value_name = "ID",
                                .help = "Flow logs of this account"},
                               {.name = "region",
                                .kind = ValueKind::text,
                                .value_name = "REGION",
                                .help = "Flow logs of this region"},
                               limit_option("Show at most N rows", "25"),
                               {.name = "least",
                                .kind = ValueKind::count,
                                .value_name = "N",
                                .help = "What counts: ports or hosts of a scan, connections of a beacon",
                                .fallback = "20, 8"},
                               {.name = "jitter",
                                .kind = ValueKind::count,
                                .value_name = "PERCENT",
                                .help = "How uneven the distances of a beacon may be",
                                .fallback = "20"},
                               output_option({"table", "json", "csv", "markdown"}),
                               out_option()}}),
       .run = run_flows,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
