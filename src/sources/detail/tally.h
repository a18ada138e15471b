#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sources/sources.h"

namespace backtrail::sources::detail {

/// Keeps the report of one file: counts, diagnostics, and what tells the file's kind.
class Tally {
 public:
  /// Diagnostics of one reason past this many are summed up in one more.
  static constexpr std::uint64_t kMaxPerReason = 100;

  void clear();

  /// A usable record of the type of this index: its number.
  std::uint64_t keep(std::size_t type, bool unreadable_time, bool repeated_field);
  /// A record that is lost.
  void reject(std::string_view reason, std::uint64_t offset, std::string_view detail);
  /// Damage that takes no known record with it.
  void note(std::string_view reason, std::uint64_t offset, std::string_view detail);
  /// An aggregated event: no call record, and not counted as one.
  void aggregated(std::uint64_t offset);
  /// A record was kept without time since its stamp has no year.
  void lacks_year(std::uint64_t offset);
  /// The stream of bytes broke off: kept whatever the file is.
  void stream_error(std::string_view reason, std::uint64_t offset, std::string_view detail,
                    bool in_record);

  /// What was noted for this reason is kept whatever the file is: it hides what the file is.
  void keep_reason(std::string_view reason) { kept_reasons_.emplace(reason); }
  /// Why the file is no log, if it is none.
  void explain_no_log(std::string_view detail) { no_log_detail_ = detail; }

  void guess(std::string text) { report_.guess = std::move(text); }

  void met_log(const model::LogType* type = nullptr) {
    log_ = true;
    if (type != nullptr) report_.met = type;
  }
  void met_digest() { digest_ = true; }
  void met_notice() { notice_ = true; }
  void met_content() { content_ = true; }
  [[nodiscard]] bool is_log() const { return log_; }

  /// Settles the kind. Of a file that is no log nothing is counted.
  void finish(std::uint64_t bytes);
  [[nodiscard]] const ReadReport& report() const { return report_; }

 private:
  void add(std::string_view reason, std::uint64_t offset, std::uint64_t lost,
           std::string_view detail);

  struct Reason {
    std::uint64_t count = 0;
    std::size_t overflow = 0;  // index of the summing diagnostic
  };
  ReadReport report_{};
  std::map<std::string, Reason, std::less<>> reasons_{};
  std::uint64_t next_number_ = 0;
  std::uint64_t aggregated_ = 0;
  std::uint64_t first_aggregated_ = 0;
  std::uint64_t without_year_ = 0;
  std::uint64_t first_without_year_ = 0;
  std::set<std::string, std::less<>> kept_reasons_{};
  std::string no_log_detail_{};
  bool log_ = false;
  bool digest_ = false;
  bool notice_ = false;
  bool content_ = false;
};

}  // namespace backtrail::sources::detail
