#include <chrono>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

std::string verify_text(const casefile::VerifyReport& r, const report::Style& style) {
  std::string out = r.ok ? style.paint(report::Tone::good, "intact")
                         : style.paint(report::Tone::bad, r.refused() ? "NOT FULLY CHECKED" : "NOT INTACT");
  out += ": " + report::plural(r.items, "evidence item") + " checked\n";
  out += "key   " + (r.key.empty() ? std::string("none") : r.key) + "\nhead  " +
         (r.head.empty() ? std::string("none") : r.head) + "\n";
  for (const casefile::VerifyProblem& p : r.problems)
    out += style.paint(p.kind == "seal_behind" ? report::Tone::medium : report::Tone::bad, p.kind) +
           "  " + escape_terminal(p.subject) + ": " + escape_terminal(p.detail) + "\n";
  return out;
}

Result<int> run_verify(Invocation& run) {
  const Arguments& args = run.args();
  std::filesystem::path what = args.text("CASE");
  if (what.empty()) {
    BACKTRAIL_ASSIGN(what, run.case_directory());
  }
  BACKTRAIL_RETURN_IF_ERROR(check_paths({what.string()}));
  const std::stop_token stop = run.stop("verifying writes nothing.");
  const casefile::VerifyReport report = casefile::verify(what,
                                                         {.expect_key = args.text("expect-key"),
                                                          .expect_head = args.text("expect-head"),
                                                          .threads = run.threads()},
                                                         run.progress(), stop);
  if (stop.stop_requested())
    return make_error(
        ErrorCode::cancelled, "interrupted",
        "case verify was interrupted; nothing is known of the items not checked yet.");
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(report).dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(verify_text(report, run.out_style())));
  }
  if (args.has("record")) {
    BACKTRAIL_ASSIGN(auto kase, casefile::open(what, run.open_options(casefile::Mode::write)));
    Json body = report::to_json(report);
    BACKTRAIL_RETURN_IF_ERROR(kase->record("verify", std::move(body)));
    run.note("The result is in the ledger.");
  }
  if (report.refused())
    run.warn("Some of it may not be read by this user: run it as the owner of the case, or on a "
             "copy or archive of it.");
  return report.ok ? kExitOk : report.refused() ? kExitPermission : kExitIntegrity;
}

Result<int> run_rebuild(Invocation& run) {
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  const std::stop_token stop =
      run.stop("evidence and ledger are untouched; run rebuild again to finish.");
  // The rules that an import matched on the way, by the source it named.
  const auto rules_of = [](std::string_view source) -> std::shared_ptr<const sigma::RuleSet> {
    return source == "builtin" ? sigma::load(analysis::builtin_rule_files()).rules : nullptr;
  };
  const auto emptied = kase->reset_store();
  if (!emptied) return emptied.error();
  const auto started = std::chrono::steady_clock::now();
  BACKTRAIL_ASSIGN(ingest::Summary summary,
                   ingest::replay(*kase, run.threads(), run.progress(), stop, rules_of));
  BACKTRAIL_ASSIGN(const std::vector<std::string> notes,
                   analysis::replay(*kase, run.threads(), run.progress(), stop));
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  run.end_progress();
  if (run.format() == "json") {
    Json out = report::to_json(summary);
    out.set("schema", "backtrail.rebuild/1");
    out.set("notes", report::strings_json(notes));
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::import_text(summary, run.text_options())));
  }
  for (const std::string& note : notes) run.warn("note: " + escape_terminal(note));
  run.note("Rebuilt from evidence and ledger in " + report::seconds_text(summary.seconds) + ".");
  return outcome(false, summary.incomplete());
}

Result<int> run_archive(Invocation& run) {
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  const std::stop_token stop =
      run.stop("the unfinished archive is being removed; the case is unchanged.");
  BACKTRAIL_ASSIGN(
      const casefile::ArchiveResult result,
      casefile::archive(*kase, run.args().text("FILE"),
                        {.take_in_place = run.args().has("take-in-place")}, run.progress(), stop));
  run.end_progress();
  if (run.format() == "json") {
    Json out = report::with_schema("archive");
    out.set("path", result.path.string());
    out.set("sha256", result.sha256);
    out.set("bytes", result.bytes);
    out.set("not_included", report::strings_json(result.not_included));
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
  } else {
    std::string out = result.sha256 + "  " + escape_terminal(result.path.string()) + "\n";
    for (const std::string& path : result.not_included)
      out += "not included (in place): " + escape_terminal(path) + "\n";
    BACKTRAIL_RETURN_IF_ERROR(run.write(out));
  }
  run.note(format_bytes(result.bytes) + " written" +
           (result.not_included.empty()
                ? "."
                : "; " + report::plural(result.not_included.size(), "item") +
                      " left out: --take-in-place takes them along."));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> case_care_commands() {
  return {
      {.name = "case verify",
       .group = "Cases",
       .summary = "Prove that evidence and ledger are what they were",
       .description = "Works offline, needs no key, takes a case folder or an archive of one, and "
                      "writes nothing (except with --record). "
                      "Names what was altered, is missing, was added or was cut, and prints the "
                      "key's fingerprint and the ledger's head: "
                      "write both down elsewhere and compare them later.",
       .examples = {{"a case", "backtrail case verify ./incident-42"},
                    {"an archive that was handed over, against noted values",
                     "backtrail case verify incident-42.zip --expect-head 3f0c…"}},
       .arguments = {{.name = "CASE",
                      .kind = ValueKind::path,
                      .help = "The case folder or its archive; the case of --case when not given",
                      .required = false}},
       .options = {case_option(),
                   {.name = "expect-key",
                    .kind = ValueKind::text,
                    .value_name = "KEY",
                    .help = "The key's fingerprint as noted before"},
                   {.name = "expect-head",
                    .kind = ValueKind::text,
                    .value_name = "HASH",
                    .help = "The ledger's head as noted before"},
                   {.name = "record", .help = "Enter the result in the ledger"},
                   output_option({"table", "json"}),
                   out_option()},
       .run = run_verify,
       .interrupted = "Nothing is known of the items not checked yet; nothing was written.",
       .exit_codes = {5, 6}},
      {.name = "case rebuild",
       .group = "Cases",
       .summary = "Make the database again from evidence and ledger",
       .description = "Replays every import, detection and decision. Needed when store.duckdb is "
                      "lost or damaged, or was made by an older program.",
       .examples = {{"after the database was damaged",
                     "backtrail case rebuild --case ./incident-42"}},
       .options = {case_option(), output_option({"table", "json"}), out_option()},
       .run = run_rebuild,
       .interrupted = "Evidence and ledger are untouched; the database is whole again when the "
                      "same command has run to its end.",
       .exit_codes = {4, 5, 6}},
      {.name = "case archive",
       .group = "Cases",
       .summary = "Write the case into one zip file to hand over",
       .description =
           "The archive can be verified as it is: backtrail case verify FILE. Items imported with "
           "--in-place are listed as not included, or taken along with --take-in-place.",
       .examples = {{"to hand over",
                     "backtrail case archive incident-42.zip --case ./incident-42"}},
       .arguments = {{.name = "FILE", .kind = ValueKind::file, .help = "The zip file to write"}},
       .options = {case_option(),
                   {.name = "take-in-place",
                    .help = "Copy items that lie outside the case into the archive"},
                   output_option({"table", "json"}),
                   out_option()},
       .run = run_archive,
       .interrupted = "The case is unchanged, and no archive was written; run it again.",
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
