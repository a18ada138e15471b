#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/record.h"

/// What a log type is to every module: its fields, its table, its place in the common shape of events.
/// `sources` declares them, `store` makes tables and views of them, `ingest` writes rows by them.
namespace backtrail::model {

/// How a field is stored.
enum class FieldKind : std::uint8_t {
  text,         // VARCHAR; objects and arrays as compact JSON text
  integer,      // INTEGER
  big_integer,  // BIGINT
  real,         // DOUBLE
  date,         // DATE, from `2023-07-10`
  nested,       // what `structure` says; members of objects in lower case, as Athena's SerDe gives them
};

struct LogField {
  std::string name{};       // where the record holds it: a dotted path, or the field's name in a text log
  std::string column{};     // in the table, lower case; "_…": ours, left out of Athena's table; "": not stored,
                            // for rules alone
  FieldKind kind = FieldKind::text;
  std::string structure{};  // nested: the type as DuckDB's json_transform takes it, keys in lower case
  bool rare = false;        // no column of its own while it is stored: a column that is always empty costs too
  bool lower_keys = false;  // text: JSON whose keys are stored in lower case, as Athena's SerDe gives them
};

/// One value of the common shape. Given twice the same way: to matched events (C++) and to view `events`
/// (SQL). The first of `fields` that is there and not empty counts; then the first case that fits.
struct Pick {
  struct Case {
    std::string match{};  // the whole value, or a beginning followed by `*`
    std::string word{};   // empty: no value
  };
  std::vector<std::string> fields{};  // names or, below a nested field, paths
  std::vector<Case> cases{};          // none fits: the value itself
  std::string otherwise{};            // without a value; empty: NULL
};

/// Where the common shape comes from. Times, account and region are the reader's (`sources::Found`).
struct EventShape {
  Pick source{};  // "vpcflow", "guardduty", an AWS service
  Pick principal{}, session{}, user_name{}, access_key{};
  Pick action{}, resource{};
  Pick outcome{};  // success, denied, error
  Pick error{}, message{}, severity{};
  Pick source_ip{}, destination_ip{}, user_agent{};
  Pick event_id{}, request_id{};
};

/// A partition column of the published table, computed from the event's time.
struct Partition {
  std::string column{};
  std::string format{};  // as strftime takes it, of text; "" leaves the column out
};

/// A log type. Immutable; lives as long as the program.
struct LogType {
  std::string name{};   // `events.log`, `evidence.kind`: "vpcflow"
  std::string title{};  // for people: "VPC Flow Logs"
  std::string table{};  // Athena's name: "vpc_flow_logs"
  std::string product = "aws", service{}, category{};  // Sigma's log source
  std::vector<std::string> also_services{};  // rules for these are tried on its records as well
  std::vector<LogField> fields{};  // slot i + 1 of the record is fields[i]; empty: a table of its own kind
  EventShape shape{};
  std::vector<Partition> partitions{};  // where the published table's differ from the usual ones (store)
  bool is_finding = false;  // has the fields of `finding_fields`: joins the findings of our own rules
  bool is_state = false;  // describes what exists rather than what happened: not in `events`
};

/// Fields of ours that each type of other tools' findings ends with, all text: "_finding_id" (the same for all
/// versions of a finding, whoever passes it on), "_finding_type", "_finding_title", "_finding_level" (a
/// `Severity`), "_finding_source" (who found it), "_finding_first", "_finding_last" (times), "_principal",
/// "_access_key", "_source_ip" (the first of each), "_addresses", "_resources", "_principals" (JSON arrays).
[[nodiscard]] std::vector<LogField> finding_fields();

/// The layout of a type's records: its fields in their order.
[[nodiscard]] RecordLayout make_layout(const LogType& type);

/// A pick bound to a layout.
class BoundPick {
 public:
  BoundPick() = default;
  BoundPick(const RecordLayout& layout, const Pick& pick);
  /// The value for this record; "" where the view says NULL.
  [[nodiscard]] std::string of(const Record& record) const;

 private:
  std::vector<FieldRef> fields_{};
  const Pick* pick_ = nullptr;
};

}  // namespace backtrail::model
