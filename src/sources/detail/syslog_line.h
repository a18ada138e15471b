#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "model/log_type.h"
#include "sources/detail/draft.h"
#include "sources/detail/log_parser.h"
#include "sources/detail/reader_options.h"
#include "sources/detail/syslog_frame.h"
#include "sources/detail/syslog_years.h"

/// What the types of syslog's lines share: the fields around a message, and how they are filled.
namespace backtrail::sources::detail {

/// Places in `syslog_fields()`.
enum SyslogField : std::size_t {
  kStamp, kHost, kFacility, kSeverity, kProgram, kPid, kMessageId, kStructuredData, kMessage, kRepeats,
  kAction, kOutcome, kUser, kCommand, kSyslogFields
};

/// `more` stands behind the shared fields, ours at the end.
[[nodiscard]] std::vector<model::LogField> syslog_fields(std::vector<model::LogField> more);

/// Fields of ours that tell where a line of a host's log comes from, for the end of a type's fields: the instance
/// (by the log stream, the log group or the path), group, stream and who told the year.
[[nodiscard]] std::vector<model::LogField> host_origin_fields();
/// `first` is the place of the first of them.
void set_host_origin(std::size_t first, std::string_view year_from, Draft& draft);

/// Sets the shared fields and the time. Returns the message, out of a "message repeated 2 times: [ … ]".
std::string_view set_syslog(const SyslogFrameView& frame, SyslogYears& years, std::size_t origin, Draft& draft);

/// The line is about who may do what: of facility auth or authpriv, or of a program that logs there.
[[nodiscard]] bool is_auth(const SyslogFrameView& frame);

}  // namespace backtrail::sources::detail
