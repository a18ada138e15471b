#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "casefile/casefile.h"
#include "store/store.h"

namespace backtrail::testing {

/// A case of its own in a temporary folder: a real store, ledger entries and rule files kept in
/// memory.
class FakeCase final : public casefile::Case {
 public:
  /// `log_types`: of which there are tables besides CloudTrail's.
  explicit FakeCase(std::span<const model::LogType* const> log_types = {}) {
    info_.name = "test";
    auto opened = store::open(
        folder_.path() / "store.duckdb",
        {.access = store::Access::read_write, .threads = 2, .log_types = log_types});
    if (opened) store_ = std::move(*opened);
    EXPECT_NE(store_, nullptr);
  }

  const std::filesystem::path& directory() const override { return folder_.path(); }
  const casefile::Info& info() const override { return info_; }
  const std::vector<casefile::EvidenceItem>& items() const override { return items_; }
  std::filesystem::path path_of(const casefile::EvidenceItem& item) const override {
    return item.source;
  }
  Result<store::Store*> store() override { return store_.get(); }

  Result<casefile::AddResult> add_evidence(const std::vector<std::filesystem::path>&,
                                           const casefile::AddOptions&, Progress&,
                                           std::stop_token) override {
    return internal_error("test.unused", "add_evidence");
  }
  Result<casefile::AddResult> add_stdin(int, const casefile::AddOptions&, Progress&,
                                        std::stop_token) override {
    return internal_error("test.unused", "add_stdin");
  }
  Result<void> record(std::string_view type, Json body) override {
    const Timestamp time{
        std::chrono::seconds{1700000000 + static_cast<std::int64_t>(entries_.size())}};
    entries_.push_back({.type = std::string(type), .time = time, .body = std::move(body)});
    return {};
  }
  Result<std::vector<Entry>> entries() const override { return entries_; }
  Result<void> set_context(const casefile::Context& context) override {
    info_.context = context;
    return {};
  }
  Result<std::string> keep_rule_file(std::string_view name, std::string_view text) override {
    const std::string kept = std::to_string(kept_++) + "-" + std::string(name);
    std::filesystem::create_directories(folder_.path() / "rules");
    BACKTRAIL_RETURN_IF_ERROR(write_file_atomically(folder_.path() / "rules" / kept, text));
    return kept;
  }
  Result<store::Store*> reset_store() override {
    return internal_error("test.unused", "reset_store");
  }

  std::vector<casefile::EvidenceItem>& mutable_items() { return items_; }

  // --- for tests ---

  store::Table run(std::string sql, std::vector<store::Cell> parameters = {}) {
    auto t = store::fetch(store_->engine(),
                          {.sql = std::move(sql), .parameters = std::move(parameters)});
    EXPECT_TRUE(t) << t.error().message;
    return t ? *t : store::Table{};
  }
  /// The first row's cells as "a|b|c", one line a row.
  std::string text(std::string sql, std::vector<store::Cell> parameters = {}) {
    std::string out;
    const store::Table t = run(std::move(sql), std::move(parameters));
    for (const auto& row : t.rows) {
      if (!out.empty()) out += '\n';
      for (std::size_t i = 0; i < row.size(); ++i)
        out += (i == 0 ? "" : "|") + store::to_text(row[i]);
    }
    return out;
  }

 private:
  TemporaryDirectory folder_ = *TemporaryDirectory::create("fake_case");
  casefile::Info info_{};
  std::vector<casefile::EvidenceItem> items_{};
  std::unique_ptr<store::Store> store_{};
  std::vector<Entry> entries_{};
  int kept_ = 0;
};

/// An event to put into `cloudtrail_logs`. `n` becomes its uid, eventID and position.
struct Event {
  int n = 0;
  std::string time{};  // "2023-07-10 11:42:31"; empty: NULL
  std::string source = "iam.amazonaws.com";
  std::string name{};
  std::string type = "IAMUser";
  std::string arn = "arn:aws:iam::111111111111:user/alice";
  std::string issuer_arn{};
  std::string account = "111111111111";  // of the caller
  std::string recipient = "111111111111";
  std::string key{};
  std::string region = "us-east-1";
  std::string ip = "203.0.113.7";
  std::string agent = "aws-cli/2";
  std::string error{}, message{}, request{}, response{};
  std::string principal_id{}, invoked_by{}, service_details{};
  int evidence = 1;
};

[[nodiscard]] inline std::string uid_of(int n) {
  const std::string digits = std::to_string(n);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

inline void add_event(FakeCase& kase, const Event& e) {
  const auto cell = [](const std::string& s) { return s.empty() ? store::Cell{} : store::Cell{s}; };
  kase.run(
      "INSERT INTO cloudtrail_logs BY NAME SELECT {'type': $1, 'principalid': $2, 'arn': $3, "
      "'accountid': $4, "
      "'invokedby': $5, 'accesskeyid': $6, 'username': NULL, 'onbehalfof': NULL, 'sessioncontext': "
      "CASE WHEN $7 IS NULL THEN NULL ELSE {'attributes': NULL, 'sessionissuer': {'type': NULL, "
      "'principalid': NULL, 'arn': $7, 'accountid': NULL, 'username': NULL}, 'ec2roledelivery': "
      "NULL, "
      "'webidfederationdata': NULL} END} AS useridentity, $8 AS eventsource, $9 AS eventname, "
      "$10 AS awsregion, $11 AS sourceipaddress, $12 AS useragent, $13 AS errorcode, $14 AS "
      "errormessage, "
      "$15 AS responseelements, $16 AS recipientaccountid, CAST($17 AS TIMESTAMP) AS _time, "
      "CAST($18 AS UUID) AS uid, $19 AS eventid, $20 AS _evidence, $21 AS _record, "
      "$22 AS serviceeventdetails, $23 AS requestparameters",
      {cell(e.type),
       cell(e.principal_id),
       cell(e.arn),
       cell(e.account),
       cell(e.invoked_by),
       cell(e.key),
       cell(e.issuer_arn),
       cell(e.source),
       cell(e.name),
       cell(e.region),
       cell(e.ip),
       cell(e.agent),
       cell(e.error),
       cell(e.message),
       cell(e.response),
       cell(e.recipient),
       cell(e.time),
       uid_of(e.n),
       "event-" + std::to_string(e.n),
       std::int64_t{e.evidence},
       std::int64_t{e.n},
       cell(e.service_details),
       cell(e.request)});
}

}  // namespace backtrail::testing
