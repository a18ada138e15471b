#include "base/network.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_new(Invocation& run) {
  const std::string directory = run.args().text("DIR");
  BACKTRAIL_ASSIGN(auto kase, casefile::create(directory, {.name = run.args().text("name")},
                                               run.open_options(casefile::Mode::write)));
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(kase->info(), directory).dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(escape_terminal(directory) + "\n"));
    run.note("New case '" + escape_terminal(kase->info().name) + "' in " + directory +
             ". Next: backtrail import PATH --case " + shell_word(directory));
  }
  return kExitOk;
}

Result<int> run_list(Invocation& run) {
  const std::string folder = run.args().text("FOLDER", ".");
  BACKTRAIL_RETURN_IF_ERROR(check_paths({folder}));
  const std::vector<casefile::Listed> cases = casefile::list(folder);
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = {{.title = "name"},
                               {.title = "created", .least = 19},
                               {.title = "directory", .least = 20, .keep_end = true},
                               {.title = "problem"}},
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("cases"),
                   .member = "cases"});
  bool broken = false;
  for (const casefile::Listed& c : cases) {
    broken = broken || !c.info;
    if (list.takes_json()) {
      Json one =
          c.info ? report::to_json(*c.info, c.directory.string()) : report::with_schema("case");
      if (!c.info) one.set("directory", c.directory.string());
      if (!c.problem.empty()) one.set("problem", c.problem);
      list.object(one);
    } else {
      list.cells({{c.info ? c.info->name : ""},
                  {c.info ? report::short_time(c.info->created) : ""},
                  {c.directory.string()},
                  {c.problem, report::Tone::bad}});
    }
  }
  list.finish();
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note(report::plural(cases.size(), "case") + ".");
  return outcome(false, broken);
}

std::string list_or_none(const std::vector<std::string>& values, std::string_view none) {
  return values.empty() ? std::string(none) : escape_terminal(join(values, ", "));
}

Result<int> run_show(Invocation& run) {
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  const casefile::Info& info = kase->info();
  std::uint64_t bytes = 0;
  std::uint64_t in_place = 0;
  for (const casefile::EvidenceItem& i : kase->items()) {
    bytes += i.bytes;
    in_place += i.in_place() ? 1 : 0;
  }
  if (run.format() == "json") {
    Json out = report::to_json(info, kase->directory().string());
    Json evidence = Json::array();
    for (const casefile::EvidenceItem& i : kase->items()) {
      Json one = Json::object();
      one.set("item", static_cast<std::int64_t>(i.id));
      one.set("sha256", i.sha256);
      one.set("bytes", i.bytes);
      one.set("source", i.source);
      one.set("stored", i.in_place() ? Json() : Json(i.stored));
      evidence.push(std::move(one));
    }
    out.set("evidence", std::move(evidence));
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
    return kExitOk;
  }
  const casefile::Context& c = info.context;
  std::vector<std::string> names;
  for (const auto& [id, name] : c.account_names) names.push_back(id + " " + name);
  std::string out;
  const auto line = [&](std::string_view label, const std::string& text) {
    out += run.out_style().paint(report::Tone::dim,
                                 std::string(label) + std::string(16 - label.size(), ' ')) +
           text + "\n";
  };
  line("Case", escape_terminal(info.name) + " (" + info.id.text() + ")");
  line("Folder", escape_terminal(kase->directory().string()));
  line("Created", report::short_time(info.created) + " UTC");
  line("Evidence", report::plural(kase->items().size(), "item") + ", " + format_bytes(bytes) +
                       (in_place ? "; " + std::to_string(in_place) + " in place" : ""));
  line("Own accounts", list_or_none(c.accounts, "every account that receives the logs"));
  line("Account names", list_or_none(names, "none"));
  line("Own networks", list_or_none(c.networks, "none"));
  line("Scanners", list_or_none(c.scanners, "none"));
  line("Break-glass", list_or_none(c.break_glass, "none"));
  line("Responders", list_or_none(c.responders, "none"));
  BACKTRAIL_RETURN_IF_ERROR(run.write(out));
  return kExitOk;
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What nothing could ever match is refused, so that a slip is not taken for a quiet case.
Result<void> check_context(const casefile::Context& c) {
  for (const std::string& id : c.accounts)
    if (!is_account_id(id))
      return usage_error("account", "--account takes account ids of 12 digits, not '" + id + "'.");
  for (const auto& [id, name] : c.account_names)
    if (!is_account_id(id) || name.empty())
      return usage_error(
          "account_name",
          "--account-name takes ID=NAME with an id of 12 digits, not '" + id + "=" + name + "'.");
  for (const std::string& text : c.networks)
    if (const auto network = parse_network(text); !network)
      return usage_error("network", "--network: " + network.error().message + ".");
  for (const auto& [option, list] :
       {std::pair{"scanner", &c.scanners}, std::pair{"break-glass", &c.break_glass},
        std::pair{"responder", &c.responders}})
    for (const std::string& text : *list) {
      const std::string shown = std::string("--") + option + ": ";
      const bool looks_like_network =
          text.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string::npos &&
          (text.find('.') != std::string::npos || text.find("::") != std::string::npos);
      if (const auto network = parse_network(text); looks_like_network && !network)
        return usage_error("network", shown + network.error().message + ".");
      if (text.find(":assumed-role/") != std::string::npos)
        return usage_error("session", shown + "'" + text +
                                          "' is one session; principals are roles and users: give "
                                          "the role's name or ARN (arn:aws:iam::…:role/…).");
    }
  return {};
}

Result<int> run_set(Invocation& run) {
  const Arguments& args = run.args();
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  casefile::Context context = kase->info().context;
  bool given = false;
  const auto replace = [&](const char* option, std::vector<std::string>& list) {
    if (!args.has(option)) return;
    given = true;
    list = args.list(option);
    if (list.size() == 1 && list.front() == "none") list.clear();
  };
  replace("account", context.accounts);
  replace("network", context.networks);
  replace("scanner", context.scanners);
  replace("break-glass", context.break_glass);
  replace("responder", context.responders);
  std::vector<std::string> names;
  replace("account-name", names);
  if (args.has("account-name")) context.account_names.clear();
  for (const std::string& pair : names) {
    const std::size_t at = pair.find('=');
    if (at == std::string::npos || at == 0)
      return usage_error("account_name", "--account-name takes ID=NAME, not '" + pair + "'.");
    context.account_names.emplace_back(pair.substr(0, at), pair.substr(at + 1));
  }
  BACKTRAIL_RETURN_IF_ERROR(check_context(context));
  if (!given)
    return usage_error("nothing_to_set", "Nothing to set. See 'backtrail case set --help'.");
  BACKTRAIL_RETURN_IF_ERROR(kase->set_context(context));
  run.note(
      "The case's context is changed; the ledger says so. Findings, summary and report use it "
      "at once; rules with placeholders (%own_accounts%) at the next " +
      with_case(run, "detect") + ".");
  return kExitOk;
}

OptionSpec context_option(std::string name, std::string value, std::string help) {
  return {.name = std::move(name),
          .kind = ValueKind::text,
          .value_name = std::move(value),
          .help = std::move(help) + "; none clears the list",
          .repeated = true};
}

}  // namespace

std::vector<CommandSpec> case_commands() {
  return {{.name = "case new",
           .group = "Cases",
           .summary = "Make an empty case",
           .description = "import and investigate make a case themselves; this is for setting its "
                          "name and context first.",
           .examples = {{"with a name",
                         "backtrail case new ./incident-42 --name 'Leaked key, 31 January'"}},
           .arguments = {{.name = "DIR",
                          .kind = ValueKind::directory,
                          .help = "The folder of the new case"}},
           .options = {{.name = "name",
                        .kind = ValueKind::text,
                        .value_name = "NAME",
                        .help = "Name of the case",
                        .fallback = "the folder's name"},
                       output_option({"table", "json"}),
                       out_option()},
           .run = run_new,
           .exit_codes = {5}},
          {.name = "case list",
           .group = "Cases",
           .summary = "List the cases below a folder",
           .examples = {{"all cases of a folder", "backtrail case list ~/cases"}},
           .arguments = {{.name = "FOLDER",
                          .kind = ValueKind::directory,
                          .help = "Where to look; the current folder when not given",
                          .required = false}},
           .options = {output_option({"table", "json", "jsonl", "csv", "markdown"}), out_option()},
           .run = run_list,
           .exit_codes = {4, 5}},
          {.name = "case show",
           .group = "Cases",
           .summary = "Show a case's name, evidence and context",
           .examples = {{"what is in it", "backtrail case show --case ./incident-42"}},
           .options = {case_option(), output_option({"table", "json"}), out_option()},
           .run = run_show,
           .exit_codes = {5, 6}},
          {.name = "case set",
           .group = "Cases",
           .summary = "Tell own from foreign: accounts, networks, scanners, responders",
           .description = "Each option replaces its list; the ledger records the change. Findings, "
                          "summary and report mark what is known: own networks, foreign accounts, "
                          "break-glass principals (named first when they were used), and scanners "
                          "and responders, which rank low and are not what to look at first. Own "
                          "rules can use the lists as placeholders with Sigma's modifier expand: "
                          "%own_accounts%, %own_networks%, %scanners%, %break_glass%, "
                          "%responders%.",
           .examples =
               {{"own accounts and networks",
                 "backtrail case set --account 111122223333 444455556666 --network 203.0.113.0/24 "
                 "--case ./incident-42"},
                {"a name for an account",
                 "backtrail case set --account-name 111122223333=production --case ./incident-42"}},
           .options = {case_option(), context_option("account", "ID", "Own accounts"),
                       context_option("account-name", "ID=NAME", "Names of accounts"),
                       context_option("network", "CIDR", "Own networks"),
                       context_option("scanner", "WHAT",
                                      "Known scanners: address, network or principal"),
                       context_option("break-glass", "PRINCIPAL", "Break-glass principals"),
                       context_option("responder", "PRINCIPAL", "Responders' principals")},
           .run = run_set,
           .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
