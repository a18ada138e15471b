#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "casefile/casefile.h"

/// The case report as a value, and as one HTML file.
namespace backtrail::report {

/// One item of the evidence register: custody (ledger) and outcome (database).
struct EvidenceRow {
  std::uint32_t item = 0;
  std::string source{};  // as the user named it
  std::string stored{};  // path in the case; empty: in place
  std::string sha256{};
  std::uint64_t bytes = 0;
  std::string kind{};    // a log type, cloudtrail_digest, notice, empty, not_a_log; empty: not read
  std::string status{};  // complete, damaged, not_a_log; empty: not read
  std::uint64_t read = 0, stored_records = 0, duplicates = 0, rejected = 0;
  std::optional<Timestamp> first{}, last{};
  struct Problem {
    std::string reason{};
    std::optional<std::uint64_t> offset{};
    std::uint64_t lost = 0;
    std::string detail{};
  };
  std::vector<Problem> problems{};
};

struct CoverageRow {
  std::string account{}, region{};
  std::uint64_t records = 0, days = 0;
  std::optional<Timestamp> first{}, last{};
};

struct RuleRow {
  std::string id{}, title{}, author{}, license{}, source{};
  std::vector<std::string> falsepositives{};
};

struct CaseReport {
  casefile::Info info{};
  std::string directory{};  // of the case, for commands
  analysis::CaseSummary summary{};
  std::vector<EvidenceRow> evidence{};     // by item
  std::vector<CoverageRow> coverage{};     // by account, region
  std::map<std::string, RuleRow> rules{};  // those of findings, by id
  std::map<std::string, analysis::TimelineRow>
      events{};        // those of findings, by eventID (else uid)
  std::string key{};   // fingerprint of the ledger's last signing key
  std::string head{};  // hash of the ledger's last entry
  std::uint64_t ledger_entries = 0;
};

/// Gathers the report of a case. `summary` holds all principals that the report is to show.
[[nodiscard]] Result<CaseReport> read_case_report(casefile::Case& kase,
                                                  analysis::CaseSummary summary,
                                                  std::stop_token stop);

/// One self-contained page: no script, nothing loaded from anywhere, every text of logs escaped and
/// masked. The same case gives the same bytes.
[[nodiscard]] std::string case_report_html(const CaseReport& report);

/// Findings show at most so many of their events in the page, which says how many there are.
inline constexpr std::size_t kEventsShown = 100;

}  // namespace backtrail::report
