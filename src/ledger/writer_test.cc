#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/hash.h"
#include "ledger/detail/entry.h"
#include "ledger/detail/testing.h"

namespace backtrail::ledger {
namespace {

class LedgerWriter : public testing::LedgerTest {
 protected:
  Result<std::unique_ptr<Ledger>> reopen(const SigningKey& key) {
    entries_.clear();
    return open(
        files_, key, [this](const Entry& e) { entries_.push_back(e); }, clock_);
  }
  std::vector<Entry> entries_;
};

TEST_F(LedgerWriter, ContinuesWhereItStopped) {
  make(2);
  {
    auto ledger = reopen(key_).value();
    EXPECT_EQ(ledger->count(), 2U);
    const std::vector<Draft> drafts = {note("a"), note("b"), note("c")};
    const auto written = ledger->append(drafts).value();
    ASSERT_EQ(written.size(), 3U);
    EXPECT_EQ(written[2].seq, 5U);
    EXPECT_EQ(ledger->head(), written[2].hash);
  }
  ASSERT_TRUE(reopen(key_));
  ASSERT_EQ(entries_.size(), 5U);
  EXPECT_EQ(entries_[3].body["text"].as_string(), "b");
  EXPECT_EQ(entries_[3].prev, entries_[2].hash);
  EXPECT_EQ(format_rfc3339(entries_[3].time), "2026-01-10T12:00:00.500000Z");
  EXPECT_TRUE(check_files().problems.empty());
}

TEST_F(LedgerWriter, RecoversFromTornAppends) {
  make(2);
  const std::string sealed_text = text();
  const std::string sealed = seal();
  {
    auto ledger = reopen(key_).value();
    const std::vector<Draft> drafts = {note("three"), note("four")};
    ASSERT_TRUE(ledger->append(drafts));
  }
  const std::string whole = text();
  for (std::size_t size = sealed_text.size(); size <= whole.size(); ++size) {
    put(files_.ledger, std::string_view(whole).substr(0, size));
    put(files_.seal, sealed);
    const bool at_line_end = whole.find('\n', size - 1) <= size + 1;
    if (!at_line_end && size % 5 != 0) continue;  // each opening waits for the disk
    const std::size_t kept = whole.rfind('\n', size - 1) + 1;
    auto ledger = reopen(key_);
    ASSERT_TRUE(ledger) << size << " " << ledger.error().message;
    const Draft draft = note("after");
    ASSERT_TRUE((*ledger)->append({&draft, 1})) << size;
    ledger->reset();
    ASSERT_TRUE(reopen(key_)) << size;
    EXPECT_TRUE(check_files().problems.empty()) << size << described(check_files());
    EXPECT_EQ(text().substr(0, kept), whole.substr(0, kept));
    const bool torn = kept != size;
    ASSERT_GE(entries_.size(), 3U);
    EXPECT_EQ(entries_[entries_.size() - 2].type == "tail_cut", torn) << size;
    if (!torn) continue;
    const Json& cut = entries_[entries_.size() - 2].body;
    EXPECT_EQ(cut["bytes"].as_uint(), size - kept);
    EXPECT_EQ(cut["sha256"].as_string(),
              sha256_hex(std::string_view(whole).substr(kept, size - kept)));
  }
}

TEST_F(LedgerWriter, RecoversFromBlocksThatNeverReachedTheDisk) {
  make(2);
  const std::string before = text();
  put(files_.ledger, before + std::string(3000, '\0') + "\n" + std::string(50, '\0'));
  auto ledger = reopen(key_);
  ASSERT_TRUE(ledger) << ledger.error().message;
  ledger->reset();
  const Report r = check_files();
  EXPECT_TRUE(r.problems.empty()) << described(r);
  EXPECT_EQ(r.entries, 3U);
}

TEST_F(LedgerWriter, RefusesToContinueADamagedLedger) {
  make(3);
  const std::string good = text();
  for (std::size_t size = 0; size < good.size(); size += 7) {
    put(files_.ledger, std::string_view(good).substr(0, size));
    EXPECT_EQ(reopen(key_).error().id, "ledger.damaged") << size;
  }
  for (std::size_t i = 0; i < good.size(); i += 5) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    put(files_.ledger, bad);
    const auto opened = reopen(key_);
    if (opened) {  // only a signature: the chain holds, `check` finds it
      EXPECT_FALSE(check_files().ok()) << i;
    } else {
      EXPECT_EQ(opened.error().id, "ledger.damaged") << i;
      EXPECT_NE(opened.error().message.find("ledger.jsonl:"), std::string::npos);
    }
    EXPECT_EQ(text(), bad) << "a refused ledger was written to";
  }
  put(files_.ledger, good);
  std::filesystem::remove(files_.seal);
  EXPECT_EQ(reopen(key_).error().id, "ledger.damaged");
}

TEST_F(LedgerWriter, MarksTheBreakWhenAnotherKeyContinues) {
  make(2);
  const SigningKey other = SigningKey::generate();
  {
    auto ledger = reopen(other).value();
    const Draft draft = note("theirs");
    EXPECT_EQ(ledger->append({&draft, 1}).value().size(), 1U);
    EXPECT_EQ(ledger->count(), 4U);
  }
  const Report r = check_files();
  EXPECT_TRUE(r.ok()) << described(r);
  ASSERT_EQ(r.problems.size(), 1U);
  EXPECT_EQ(r.problems[0].kind, "key_break");
  EXPECT_EQ(r.keys, (std::vector<std::string>{key_.fingerprint(), other.fingerprint()}));
  EXPECT_FALSE(check_files({key_.fingerprint()}).ok());
  EXPECT_TRUE(check_files({other.fingerprint(), key_.fingerprint()}).ok());
}

TEST_F(LedgerWriter, HandsOverByAnEntryThatBothKeysSign) {
  make(1);
  const SigningKey other = SigningKey::generate();
  {
    auto ledger = reopen(key_).value();
    ASSERT_TRUE(ledger->hand_over(other));
    const Draft draft = note("theirs");
    ASSERT_TRUE(ledger->append({&draft, 1}));
    EXPECT_EQ(ledger->hand_over(other).error().id, "ledger.not_in_charge");
  }
  EXPECT_TRUE(check_files({key_.fingerprint()}).problems.empty()) << described(check_files());
  EXPECT_FALSE(check_files({other.fingerprint()}).ok());
  {
    auto ledger = reopen(other).value();  // the new key goes on without a break
    const Draft draft = note("more");
    ASSERT_TRUE(ledger->append({&draft, 1}));
    EXPECT_EQ(ledger->count(), 4U);
  }
  // A countersignature of somebody else is none.
  std::vector<std::string> l = lines(text());
  Entry e = *read_line(l[1].substr(0, l[1].size() - 1)).entry;
  e.body.set("cosignature", e.sig);
  const Report r =
      check_text(l[0] + seal_entry(e, e.prev, key_).value(), seal_text(2, e.hash, key_));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.problems[0].field, "body.cosignature");
}

TEST_F(LedgerWriter, TakesNoEntryThatCannotBeReadBack) {
  make(1);
  auto ledger = reopen(key_).value();
  Json deep = Json::array();
  for (int i = 0; i < 2000; ++i) {
    Json outer = Json::array();
    outer.push(std::move(deep));
    deep = std::move(outer);
  }
  Json twins = Json::object();
  twins.set("a\xff", 1).set("a\xfe", 2);
  for (const Draft& bad :
       {Draft{.type = "note", .body = deep}, Draft{.type = "note", .body = twins},
        Draft{.type = "", .body = {}}, Draft{.type = "No Type", .body = {}},
        Draft{.type = std::string(65, 'a'), .body = {}}}) {
    const std::vector<Draft> drafts = {note("good"), bad};
    EXPECT_EQ(ledger->append(drafts).error().id, "ledger.bad_entry");
  }
  EXPECT_EQ(ledger->count(), 1U);
  const Draft odd{
      .type = "note",
      .body = Json::object().set("d", 0.1).set("u", UINT64_MAX).set("s", "\x01\xff\"\\")};
  EXPECT_TRUE(ledger->append({&odd, 1}));
  EXPECT_TRUE(check_files().ok());
}

TEST_F(LedgerWriter, NoticesThatSomeoneElseWrote) {
  make(1);
  auto ledger = reopen(key_).value();
  std::ofstream(files_.ledger, std::ios::app) << "x";
  const Draft draft = note("mine");
  EXPECT_EQ(ledger->append({&draft, 1}).error().id, "ledger.changed");
}

TEST_F(LedgerWriter, LeavesNothingOfAnAppendThatDidNotFit) {
  make(2);
  const std::string before = text();
  auto ledger = reopen(key_).value();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  rlimit small = old;
  small.rlim_cur = before.size() + 100;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Draft draft = note(std::string(1000, 'x'));
  const auto failed = ledger->append({&draft, 1});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("ledger.jsonl"), std::string::npos);
  EXPECT_EQ(text(), before);
  ledger.reset();
  ASSERT_TRUE(reopen(key_));
  EXPECT_TRUE(check_files().problems.empty());
}

TEST_F(LedgerWriter, KeepsBatchesOfManyThreadsWhole) {
  make(1);
  constexpr int kThreads = 4, kBatches = 6;
  {
    auto ledger = reopen(key_).value();
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int b = 0; b < kBatches; ++b) {
          const std::string name = std::to_string(t) + "." + std::to_string(b);
          const std::vector<Draft> drafts = {note(name), note(name), note(name)};
          EXPECT_TRUE(ledger->append(drafts));
          EXPECT_GE(ledger->count(), 4U);
          EXPECT_EQ(ledger->head().size(), 64U);
        }
      });
  }
  ASSERT_TRUE(reopen(key_));
  ASSERT_EQ(entries_.size(), 1U + 3 * kThreads * kBatches);
  for (std::size_t i = 1; i < entries_.size(); i += 3) {
    EXPECT_EQ(entries_[i].body, entries_[i + 1].body);
    EXPECT_EQ(entries_[i].body, entries_[i + 2].body);
  }
  EXPECT_TRUE(check_files().problems.empty());
}

}  // namespace
}  // namespace backtrail::ledger
