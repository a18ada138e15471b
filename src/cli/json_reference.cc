#include "base/content.h"
#include "base/result.h"
#include "cli/help.h"

namespace backtrail::cli {

std::string_view JsonShape::example() const {
  const auto file = shipped_file("docs/json/" + name + ".json");
  BACKTRAIL_CHECK(file.has_value(), name);
  return *file;
}

const std::vector<JsonShape>& json_shapes() {
  static const std::vector<JsonShape> kShapes = {
      {"investigate", "investigate --output json",
       "`import` and `summary` are what the commands of these names print."},
      {"import", "import --output json",
       "`found` is `imported` + `already` + files of which nothing was kept; `read` is `stored` + "
       "`duplicates` + `rejected`. `skipped` lists every file that was not read to its end, lost a "
       "record or is no log (`not_a_log`); `offset` (a byte of the uncompressed stream) and "
       "`detail` are there where they are known. Of files themselves tell `unreadable` (it could not be opened), "
       "`changed_while_read` (it held other records when it was read for a further log type) and `read_before` "
       "(it is stored already, and cannot be read anew as `--as`, `--format` or `--time-field` say; `detail` has "
       "the remedy). Anything lost makes exit code 4."},
      {"rebuild", "case rebuild --output json",
       "As `import`, over all evidence; `notes` says what could not be made exactly as it was."},
      {"hit", "detect and scan --output jsonl, a line a hit; in the lists below",
       "`event_ids` are eventIDs, else our `uid`."},
      {"hits", "detect and scan --output json",
       "Behind `hits`, `detect` has `rules`, `findings`, `pruned`, `rejected` (as in `lint`), and "
       "`scan` has `scan` (as in `import`)."},
      {"finding", "findings --output jsonl, a line a finding; in the lists below",
       "`state` is new, true, benign or later. `principals` are ARNs without session name, else "
       "service or account. `event_ids` is never cut."},
      {"findings", "findings --output json", ""},
      {"event", "timeline --output jsonl, a line an event; in the list below",
       "`time` is null when it cannot be read. `outcome` is success, denied or error."},
      {"timeline", "timeline --output json", ""},
      {"history", "history RESOURCE --output json",
       "`items` are AWS Config's states in their order, each with its differences to the one before "
       "(`changes`; null: not there) and the `events` behind it. `states` is filled with --at, `events` where "
       "there are no items."},
      {"log_coverage", "coverage --output json",
       "`streams` are account × region × log; a gap goes from one record to the next. `late` are files named "
       "after their delivery. `absent` are logs of which the case holds nothing, "
       "`filtered_out` those that it holds outside the window, account or region alone."},
      {"flows", "flows --output json",
       "`view` says which list is filled. A flow's two directions are one connection: `bytes_sent` is the client's. "
       "`regular` is the share of distances within the jitter. `usual` is the median of the host's other days, null "
       "below three. `limits` counts what the logs leave out."},
      {"event_record", "event ID --output jsonl, a line a copy that differs; in the list below",
       "`places` lists where the record lies, the kept copy first; `unchanged` is false where the "
       "file has no longer the hash that the ledger says (exit code 6). `record` is the record as "
       "delivered, secrets masked; it is text where it repeats a key."},
      {"event_records", "event ID --output json", ""},
      {"summary", "summary --output json",
       "`principals` come in order of interest. Findings decided benign are only counted. Of names "
       "with counts, accounts have a `title` and addresses and accounts have `marks` where `case "
       "set` "
       "told of them: foreign_account, own_network, scanner; principals and findings always have "
       "`marks`: break_glass and responder too."},
      {"query", "query --output json",
       "Texts, numbers, booleans and times as JSON has them; nested values as objects and lists; "
       "decimals and other types as text."},
      {"row", "query --output jsonl, a line a row",
       "The columns of the query; a name that is taken gets _2, _3."},
      {"case", "case new, case show --output json; in the list below",
       "`evidence` is in `case show` only; its `stored` is null for items left in place."},
      {"cases", "case list --output json",
       "A case that cannot be read has `schema`, `directory` and `problem` only."},
      {"verify", "case verify --output json",
       "`ok` false makes exit code 6, or 5 where missing permission is all that was found. `kind` is altered, missing, added, truncated, chain, "
       "signature, head, unreadable or interrupted; seal_behind, incoming, key_break, unused_key "
       "and not_included are told and are no faults."},
      {"archive", "case archive --output json",
       "`not_included`: items that lie outside the case and were left out."},
      {"rule", "rules list --output jsonl, a line a rule; in the list below", ""},
      {"rules", "rules list --output json", ""},
      {"lint", "rules lint --output json",
       "`loaded` and `rejected` count YAML documents. `id` is the rule's, `code` names the fault."},
      {"technique", "rules coverage --output jsonl, a line a technique; in the list below",
       "With --case, `hits` too."},
      {"coverage", "rules coverage --output json", ""},
      {"rule_test", "rules test --output jsonl, a line a test; in the list below", ""},
      {"rule_tests", "rules test --output json", ""},
      {"explain", "rules explain --output json",
       "`conditions` and `filters` are trees: `kind` all_of, any_of and not have `children`; test "
       "has `field`, `absent` and `values`. Without --event, `event` and `place` are null and "
       "`hits` lists the events that match."},
      {"demo", "demo --output json", ""}};
  return kShapes;
}

const JsonShape* find_json_shape(std::string_view name) {
  for (const JsonShape& s : json_shapes())
    if (s.name == name) return &s;
  return nullptr;
}

}  // namespace backtrail::cli
