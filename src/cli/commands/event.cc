#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"
#include "report/mask.h"
#include "report/width.h"

namespace backtrail::cli {
namespace {

/// The record as a value; where it is no clean JSON object (a repeated key), its text.
Json record_json(const std::string& text, bool unmasked) {
  const std::string shown = unmasked ? text : report::mask_secrets(text);
  const auto parsed = Json::parse(shown);
  return parsed ? *parsed : Json(shown);
}

Json place_json(const analysis::EventPlace& p) {
  Json out = Json::object();
  out.set("item", p.item);
  out.set("record", p.record);
  out.set("source", p.source);
  out.set("stored", p.stored.empty() ? Json() : Json(p.stored));
  out.set("member", p.member.empty() ? Json() : Json(p.member));
  out.set("byte", p.offset);
  out.set("sha256", p.sha256);
  out.set("unchanged", p.unchanged);
  out.set("kept", p.kept);
  return out;
}

Json event_json(const analysis::EventRecord& e, bool unmasked) {
  Json out = report::with_schema("event_record");
  out.set("uid", e.uid);
  out.set("event_id", e.event_id);
  out.set("time", report::time_json(e.time));
  out.set("findings", report::strings_json(e.findings));
  Json places = Json::array();
  for (const analysis::EventPlace& p : e.places) places.push(place_json(p));
  out.set("places", std::move(places));
  out.set("record", record_json(e.json, unmasked));
  return out;
}

std::string label(const report::Style& style, std::string_view text) {
  return style.paint(report::Tone::dim, report::pad(text, 10));
}

std::string place_text(const analysis::EventPlace& p, const report::Style& style) {
  std::string out = label(style, p.kept ? "Evidence" : "Copy") + "item " + std::to_string(p.item) +
                    ", record " + std::to_string(p.record) + ", byte " + with_thousands(p.offset) +
                    " of the uncompressed stream\n";
  out += label(style, "") + escape_terminal(p.source) +
         (p.member.empty() ? "" : "!" + escape_terminal(p.member)) + "\n";
  out += label(style, "") + (p.stored.empty() ? "in place" : escape_terminal(p.stored)) + "\n";
  out += label(style, "") + "SHA-256 " + p.sha256 + " " +
         (p.unchanged ? style.paint(report::Tone::good, "(the file has it now)")
                      : style.paint(report::Tone::bad, "(the file has it no more)")) +
         "\n";
  return out;
}

std::string event_text(const analysis::EventRecord& e, const report::Style& style, bool unmasked) {
  std::string out = label(style, "Event") + escape_terminal(e.event_id) + "\n" +
                    label(style, "Uid") + e.uid + "\n" + label(style, "Time") +
                    report::short_time(e.time) + (e.time ? " UTC\n" : "\n");
  for (const analysis::EventPlace& p : e.places) out += place_text(p, style);
  if (!e.findings.empty()) out += label(style, "Findings") + join(e.findings, " ") + "\n";
  const Json record = record_json(e.json, unmasked);
  const std::string text = record.is_string() ? record.as_string() + "\n" : record.dump_pretty();
  for (const std::string_view line : split(text, '\n'))
    if (!line.empty()) out += escape_terminal(line) + "\n";
  return out;
}

Result<int> run_event(Invocation& run) {
  const bool unmasked = run.args().has("unmasked");
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(
      const std::vector<analysis::EventRecord> events,
      analysis::event_records(*kase, run.args().text("ID"), run.stop("reading changes nothing.")));
  std::string out;
  bool unchanged = true;
  for (const analysis::EventRecord& e : events) {
    for (const analysis::EventPlace& p : e.places) unchanged = unchanged && p.unchanged;
    if (run.args().has("raw")) {
      out += e.json + "\n";
    } else if (run.people()) {
      out += (out.empty() ? "" : "\n") + event_text(e, run.out_style(), unmasked);
    }
  }
  if (out.empty()) {
    if (run.format() == "jsonl") {
      for (const analysis::EventRecord& e : events) out += event_json(e, unmasked).dump() + "\n";
    } else {
      Json all = report::with_schema("event_records");
      Json list = Json::array();
      for (const analysis::EventRecord& e : events) list.push(event_json(e, unmasked));
      all.set("events", std::move(list));
      out = all.dump() + "\n";
    }
  }
  BACKTRAIL_RETURN_IF_ERROR(run.write(out));
  if (events.size() > 1)
    run.note(report::plural(events.size(), "record") +
             " share this event id and differ: a forged or changed copy is among them.");
  if (unchanged) return kExitOk;
  run.warn("Evidence was altered since it was imported. Run: backtrail case verify " +
           shell_word(kase->directory().string()));
  return kExitIntegrity;
}

}  // namespace

std::vector<CommandSpec> event_commands() {
  return {
      {.name = "event",
       .group = "Read a case",
       .summary = "Print one event as it was delivered, and where it lies in the evidence",
       .description =
           "Reads the record again from the evidence: file, member of an archive, number of the "
           "record, byte in the uncompressed stream, and whether the file still has the hash that "
           "the ledger says. Copies delivered elsewhere are named; copies that differ are all "
           "printed.",
       .examples = {{"an event of a finding",
                     "backtrail event 3f6d6e0a-bad1-4bb8-af68-6577b2f3cdce --case ./incident-42"},
                    {"its bytes, for another program",
                     "backtrail event 3f6d6e0a-bad1-4bb8-af68-6577b2f3cdce --raw --case "
                     "./incident-42"}},
       .arguments = {{.name = "ID",
                      .kind = ValueKind::text,
                      .help = "The event's eventID, or its beginning; or the uid of a record of any table"}},
       .options = options_of(
           {{case_option(),
             {.name = "unmasked", .help = "Show secrets as they are in the logs"},
             {.name = "raw", .help = "Only the record's text as delivered, secrets included"}},
            {output_option({"table", "json", "jsonl"}), out_option()}}),
       .run = run_event,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
