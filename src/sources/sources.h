#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/log_type.h"
#include "model/record.h"

/// Log files: what they are, and their records one by one. Bytes in, records and counted diagnostics
/// out; no file access, no decompression (ingest does both), no store.
namespace backtrail::sources {

/// The log types that are read, in the order in which they are stored; the first is CloudTrail.
[[nodiscard]] std::span<const model::LogType* const> log_types();
/// The place of a type in `log_types()`.
[[nodiscard]] std::size_t index_of(const model::LogType& type);
/// The layout of its records.
[[nodiscard]] const model::RecordLayout& layout_of(const model::LogType& type);
/// The type of this name, or null.
[[nodiscard]] const model::LogType* find_log_type(std::string_view name);
[[nodiscard]] const model::LogType& cloudtrail_type();

/// What a file's content is. `evidence.kind` holds `kind_of(report)`.
enum class FileKind : std::uint8_t {
  log,                  // records of one or more log types
  cloudtrail_digest,    // a digest file: recognised, set aside
  notice,               // a service's words on its deliveries, without records: recognised, set aside
  empty,                // nothing but white space
  not_a_log,            // anything else
};

/// Why bytes or records were not read. Spelled as printed in `skipped[].reason`.
struct Diagnostic {
  std::string reason{};        // stable: "truncated_json", "invalid_utf8", "broken_json", "too_deep",
                               // "utf16", "record_too_large", "not_a_record", "no_event_name", …
  std::uint64_t offset = 0;    // in the uncompressed stream, where the damage was met
  std::uint64_t lost = 0;      // records known to be lost by it (a cut record counts as one)
  std::string detail{};        // for people
};

/// Where a record lies: its number in the file (0, 1, …; rejected ones count too), its JSON text in the
/// uncompressed stream.
struct RecordPosition {
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Decompressed bytes that arrive in pieces.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Up to `buffer.size()` bytes; 0 at the end. An error (`data_loss`) ends the stream: what was
  /// read before stays good.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

/// What was met in one file; complete once `next` has returned false.
struct ReadReport {
  FileKind kind = FileKind::not_a_log;
  std::uint64_t read = 0;              // records met, good or rejected
  std::uint64_t rejected = 0;          // of read: not usable
  std::uint64_t unreadable_times = 0;  // records kept with time NULL although they hold a time text
  std::uint64_t repeated_fields = 0;   // records kept in which a known field occurs more than once
  std::uint64_t bytes = 0;             // uncompressed bytes looked at
  std::vector<std::uint64_t> kept{};   // records kept of each of `log_types()`; empty: none of any
  const model::LogType* met = nullptr;  // the type of a header or a refused item, where no record was kept
  std::vector<Diagnostic> diagnostics{};
  std::string guess{};                 // of a file that is no log, for people: what it seems to be, what to do
};
/// The name of the log type that most records are of; of a log without records `met`, else "cloudtrail"; else
/// "cloudtrail_digest", "notice", "empty", "not_a_log".
[[nodiscard]] std::string_view kind_of(FileKind kind, std::span<const std::uint64_t> kept,
                                       const model::LogType* met = nullptr);

/// A record that was read. Views live until the next call of `next` or `start`.
struct Found {
  const model::LogType* type = nullptr;
  const model::Record* record = nullptr;
  RecordPosition where{};
  // Of types other than CloudTrail, whose eventTime and account are read where they are needed:
  std::optional<Timestamp> time{};
  bool unreadable_time = false;       // there is a time text that cannot be read
  bool lacks_year = false;            // since it has no year, which nothing tells
  std::string_view account{};         // whose log it is; "" where nothing tells
  std::string_view region{};
};

/// When it happened; nullopt when that is absent or unreadable.
[[nodiscard]] std::optional<Timestamp> time_of(const Found& found);

/// What is known of a file before it is read. Never what it is: that comes from its content.
struct Origin {
  std::string account{};
  std::string region{};
  std::string path{};  // tells the year of stamps without one, the host, and what a shell history is
};
/// From the path under which AWS delivers (`…/AWSLogs/<account>/<service>/<region>/…`, Hive's
/// `aws-account-id=…/…/aws-region=…`, or Security Lake's `region=…/accountId=…`).
[[nodiscard]] Origin origin_of_path(std::string_view path);

/// Reads the records of one file after another; one object per thread, reused (its buffers are
/// large). Recognises the content itself.
class Reader {
 public:
  virtual ~Reader() = default;

  /// A whole file in memory; at least `kPadding` readable bytes follow it. The bytes must stay until
  /// the next `start_…` call. The fast path; meant for up to `kWholeFileBytes`.
  virtual void start(std::string_view whole, const Origin& origin = {}) = 0;
  /// A file of any length in bounded memory (some 32 MiB).
  virtual void start(ByteStream& stream, const Origin& origin = {}) = 0;

  /// The next record, or false at the end of the file. Damage is noted in `report()` and reading goes on
  /// behind it where that is possible.
  [[nodiscard]] virtual bool next(Found& found) = 0;

  [[nodiscard]] virtual const ReadReport& report() const = 0;
};

inline constexpr std::size_t kPadding = 64;
inline constexpr std::size_t kWholeFileBytes = std::size_t{16} << 20;
/// Longer records are refused (`record_too_large`); AWS's own limit is far below.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{17} << 20;

/// What the user allows containers to give, against bombs; 0: as usual.
struct UnpackCaps {
  std::uint64_t ratio = 0;    // bytes out of each byte of the file
  std::uint64_t bytes = 0;    // out of one file
  std::uint64_t layers = 0;   // containers inside each other
  friend bool operator==(const UnpackCaps&, const UnpackCaps&) = default;
};

/// What the user says of how files are read where their content leaves it open.
struct ReadOptions {
  std::string flow_format{};  // fields of logs without header: VPC flow logs ("${version} ${vpc-id} …"), CloudFront
                              // real-time logs ("timestamp c-ip …"); empty: found out
  std::string as{};           // lines and JSON objects of no known type are records of this name; empty: are none
  std::string time_field{};   // of these, where their time is: a member's path or a word's number, with its unit
                              // (`:s`, `:ms`, `:us`) where it is a number; empty: where a time text is found
  std::string year{};         // of stamps without year: that of each file's first line (`2024`), or the day on which
                              // the files were collected (`2025-01-05`): each stamp is the last such day before it
  UnpackCaps caps{};
  [[nodiscard]] bool empty() const { return *this == ReadOptions{}; }
  friend bool operator==(const ReadOptions&, const ReadOptions&) = default;
};
/// What is wrong with them, with a remedy: `read.format`, `read.as`, `read.time_field`, `read.year`.
[[nodiscard]] Result<void> check(const ReadOptions& options);
/// What of the options decides on records of the type, as text: where it is equal, so are the records, but for those
/// that a cap cuts off. Empty: nothing was said that does.
[[nodiscard]] std::string bearing_on(const model::LogType& type, const ReadOptions& options);
[[nodiscard]] std::unique_ptr<Reader> make_reader(const ReadOptions& options = {});

/// The slots of a CloudTrail record: top-level fields as logged, and the parts of userIdentity.
[[nodiscard]] const model::RecordLayout& cloudtrail_layout();

/// Slots of `cloudtrail_layout()`, in its order. Texts are unescaped; `requestParameters` and the other
/// JSON fields keep their JSON text.
enum CloudTrailSlot : int {
  kRecord = model::kWholeRecord,
  kEventVersion, kEventTime, kEventSource, kEventName, kAwsRegion, kSourceIPAddress, kUserAgent,
  kErrorCode, kErrorMessage, kRequestID, kEventID, kEventType, kApiVersion, kRecipientAccountId,
  kSharedEventID, kVpcEndpointId, kVpcEndpointAccountId, kEventCategory, kManagementEvent, kReadOnly,
  kSessionCredentialFromConsole,
  kRequestParameters, kResponseElements, kAdditionalEventData, kResources, kServiceEventDetails,
  kTlsDetails, kAddendum, kEdgeDeviceDetails, kInsightDetails,
  kUserIdentity, kUserType, kUserPrincipalId, kUserArn, kUserAccountId, kUserInvokedBy,
  kUserAccessKeyId, kUserName, kUserIdentityProvider, kUserOnBehalfOf, kUserInScopeOf,
  kSessionContext, kSessionAttributes, kSessionMfa, kSessionCreationDate, kSessionIssuer,
  kIssuerType, kIssuerPrincipalId, kIssuerArn, kIssuerAccountId, kIssuerUserName,
  kSourceIdentity, kEc2RoleDelivery, kEc2IssuedInVpc, kWebIdFederationData,
  kOther,  // an object of all top-level fields without a slot, as logged; absent when there are none
  kCloudTrailSlots  // one past the last
};

/// The caller as one stable name: ARN without session name (`arn:aws:iam::A:role/path/Name` of an
/// assumed role's issuer, else `arn:aws:sts::A:assumed-role/Name`), else the invoking service, else the
/// account id, else "". Never a session ARN.
[[nodiscard]] std::string principal_of(const model::Record& record);
/// The session name of an assumed role or federated user, else "".
[[nodiscard]] std::string session_of(const model::Record& record);

}  // namespace backtrail::sources
