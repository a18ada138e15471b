#pragma once

#include <cstdint>
#include <string_view>

/// The names inside a case folder. docs/formats/case.md describes them.
namespace backtrail::casefile {

inline constexpr std::string_view kCaseFile = "case.json";
inline constexpr std::string_view kLockFile = "case.lock";
inline constexpr std::string_view kLedgerFile = "ledger.jsonl";
inline constexpr std::string_view kSealFile = "ledger.seal";
inline constexpr std::string_view kStoreFile = "store.duckdb";
inline constexpr std::string_view kArchiveFile = "archive.json";  // only in archives
inline constexpr std::string_view kKeysFolder = "keys";
inline constexpr std::string_view kEvidenceFolder = "evidence";
inline constexpr std::string_view kRulesFolder = "rules";
inline constexpr std::string_view kJournalFolder = "journal";
/// Files on their way into the case: written here, entered in the ledger, then moved to their
/// place.
inline constexpr std::string_view kIncomingFolder = ".incoming";

inline constexpr int kCaseSchemaVersion = 1;

}  // namespace backtrail::casefile
