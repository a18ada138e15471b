#include <unistd.h>

#include "casefile/detail/testing.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::Strings;

class VerifyTest : public testing::CaseTest {
 protected:
  void SetUp() override { make_case(); }
  /// What `change` to a copy of the case makes of the verdict.
  template <typename F>
  Strings after(F change) {
    const fs::path copy = dir_.path() / "copy";
    fs::remove_all(copy);
    fs::copy(case_, copy, fs::copy_options::recursive);
    change(copy);
    const VerifyReport r = verify_at(copy);
    bool fault = false;
    for (const auto& p : r.problems) fault = fault || p.fault;
    EXPECT_EQ(r.ok, !fault);
    return problems(r);
  }
};

TEST_F(VerifyTest, IsContentWithASoundCaseWhereverItIs) {
  const VerifyReport r = verify_at(case_);
  EXPECT_TRUE(r.ok);
  EXPECT_EQ(problems(r), Strings{});
  EXPECT_EQ(r.items, 3U);
  EXPECT_EQ(r.key.size(), 64U);
  EXPECT_EQ(r.head.size(), 64U);
  EXPECT_EQ(after([](const fs::path& c) {
              fs::remove(c / "store.duckdb");
              fs::remove(c / "case.lock");
            }),
            Strings{});
}

TEST_F(VerifyTest, NeverWrites) {
  const auto listing = [&] {
    Strings out;
    for (const auto& e : fs::recursive_directory_iterator(case_))
      out.push_back(e.path().string() + " " +
                    std::to_string(e.last_write_time().time_since_epoch().count()));
    return out;
  };
  const Strings before = listing();
  verify_at(case_);
  EXPECT_EQ(listing(), before);
}

TEST_F(VerifyTest, FindsEveryFlippedByteOfEverythingCovered) {
  std::size_t flipped = 0;
  for (const auto& e : fs::recursive_directory_iterator(case_)) {
    const std::string path = e.path().lexically_relative(case_).string();
    if (!e.is_regular_file() || path == "store.duckdb" || path == "case.lock") continue;
    const std::string good = read_file(e.path()).value();
    // The ledger's own tests flip each of its bytes.
    const std::size_t step = path == "ledger.jsonl" ? 97 : path.starts_with("evidence/") ? 1 : 7;
    for (std::size_t i = 0; i < good.size(); i += step) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 0x10);
      overwrite(e.path(), bad);
      const VerifyReport r = verify_at(case_);
      EXPECT_FALSE(r.ok) << path << " byte " << i;
      ASSERT_FALSE(r.problems.empty());
      EXPECT_TRUE(r.problems[0].subject.starts_with(path) ||
                  (path.starts_with("keys/") && r.problems[0].kind == "signature"))
          << path << " byte " << i << ": " << r.problems[0].subject;
      ++flipped;
    }
    overwrite(e.path(), good);
  }
  EXPECT_GT(flipped, 60U);
  EXPECT_TRUE(verify_at(case_).ok);
}

TEST_F(VerifyTest, TellsWhatHappenedToEvidence) {
  EXPECT_EQ(after([](const fs::path& c) { fs::remove(c / "evidence/AWSLogs/b.json"); }),
            Strings{"missing! evidence/AWSLogs/b.json"});
  EXPECT_EQ(
      after([](const fs::path& c) { overwrite(c / "evidence/AWSLogs/a.json", "alpha alph"); }),
      Strings{"altered! evidence/AWSLogs/a.json"});
  EXPECT_EQ(after([](const fs::path& c) { overwrite(c / "evidence/AWSLogs/a.json", ""); }),
            Strings{"altered! evidence/AWSLogs/a.json"});
  EXPECT_EQ(after([](const fs::path& c) { std::ofstream(c / "evidence/AWSLogs/d.json") << "x"; }),
            Strings{"added! evidence/AWSLogs/d.json"});
  EXPECT_EQ(after([](const fs::path& c) {
              fs::rename(c / "evidence/AWSLogs/b.json", c / "evidence/AWSLogs/B.json");
            }),
            (Strings{"added! evidence/AWSLogs/B.json", "missing! evidence/AWSLogs/b.json"}));
  EXPECT_EQ(after([](const fs::path& c) {
              fs::remove(c / "evidence/c.json.gz");
              fs::create_symlink(c / "evidence/AWSLogs/a.json", c / "evidence/c.json.gz");
            }),
            (Strings{"altered! evidence/c.json.gz", "altered! evidence/c.json.gz"}));
  EXPECT_EQ(after([](const fs::path& c) {
              ASSERT_EQ(::mkfifo((c / "evidence/pipe").c_str(), 0600), 0);
              ASSERT_EQ(::mkfifo((c / "rules/pipe").c_str(), 0600), 0);
            }),
            (Strings{"added! evidence/pipe", "added! rules/pipe"}));
}

TEST_F(VerifyTest, GuardsRulesJournalAndKeys) {
  EXPECT_EQ(after([](const fs::path& c) { std::ofstream(c / "journal/x") << ""; }),
            Strings{"added! journal/x"});
  EXPECT_EQ(after([](const fs::path& c) { std::ofstream(c / "rules/x.yml") << ""; }),
            Strings{"added! rules/x.yml"});
  EXPECT_EQ(after([](const fs::path& c) { std::ofstream(c / "keys/x") << ""; }),
            Strings{"added! keys/x"});
  EXPECT_EQ(after([](const fs::path& c) { fs::remove(c / "rules/my rule.yml"); }),
            Strings{"missing! rules/my rule.yml"});
}

TEST_F(VerifyTest, AnswersWhateverIsMissing) {
  for (const char* name :
       {"case.json", "ledger.jsonl", "ledger.seal", "keys", "evidence", "rules"}) {
    const Strings found = after([&](const fs::path& c) { fs::remove_all(c / name); });
    ASSERT_FALSE(found.empty()) << name;
    bool named = false;
    for (const std::string& p : found) named = named || p.find(name) != std::string::npos;
    EXPECT_TRUE(named) << name;
  }
  const Strings nothing = after([](const fs::path& c) {
    fs::remove_all(c);
    fs::create_directory(c);
  });
  EXPECT_EQ(nothing,
            (Strings{"missing! ledger.jsonl", "missing! ledger.seal", "missing! case.json"}));
  EXPECT_EQ(problems(verify_at(dir_.path() / "nowhere")),
            Strings{"missing! " + (dir_.path() / "nowhere").string()});
  EXPECT_EQ(problems(verify_at("/dev/null")), Strings{"unreadable! /dev/null"});
}

TEST_F(VerifyTest, TellsWhatMayNotBeReadFromWhatIsWrong) {
  const fs::path copy = dir_.path() / "copy";
  fs::permissions(dir_.path(), fs::perms::all);
  /// Problems of a copy in which `refused` may not be read, and whether that is all that is wrong.
  const auto without = [&](const fs::path& refused, bool altered = false) {
    fs::remove_all(copy);
    fs::copy(case_, copy, fs::copy_options::recursive);
    if (altered) overwrite(copy / "case.json", "{}");
    const fs::perms before = fs::status(copy / refused).permissions();
    fs::permissions(copy / refused, fs::perms::none);
    int out[2];
    EXPECT_EQ(::pipe(out), 0);
    in_child([&] {
      if (::geteuid() == 0 && ::seteuid(65534) != 0) return 9;
      const VerifyReport r = verify_at(copy);
      std::string text = r.ok ? "ok" : r.refused() ? "refused" : "wrong";
      for (const std::string& p : problems(r)) text += "; " + p;
      return ::write(out[1], text.data(), text.size()) > 0 ? 0 : 1;
    });
    ::close(out[1]);
    std::string said(4096, '\0');
    said.resize(
        static_cast<std::size_t>(std::max<ssize_t>(0, ::read(out[0], said.data(), said.size()))));
    ::close(out[0]);
    fs::permissions(copy / refused, before);
    return said;
  };
  EXPECT_EQ(without("ledger.jsonl"), "refused; unreadable! ledger.jsonl");
  EXPECT_EQ(without("."), "refused; unreadable! ledger.jsonl");
  EXPECT_EQ(without("case.json"), "refused; unreadable! case.json");
  EXPECT_EQ(without("ledger.seal"), "refused; unreadable! ledger.seal");
  EXPECT_EQ(without("keys").substr(0, 5), "wrong");  // signatures cannot be checked
  EXPECT_EQ(without("ledger.seal", true), "wrong; unreadable! ledger.seal; altered! case.json");
}

TEST_F(VerifyTest, ComparesWithWhatWasNotedElsewhere) {
  const VerifyReport r = verify_at(case_);
  EXPECT_TRUE(verify_at(case_, {.expect_key = r.key, .expect_head = r.head}).ok);
  EXPECT_EQ(problems(verify_at(case_, {.expect_key = std::string(64, 'a')})),
            Strings{"signature! ledger.seal"});
  EXPECT_EQ(problems(verify_at(case_, {.expect_head = std::string(64, 'a')})),
            Strings{"head! ledger.jsonl"});
  ASSERT_TRUE(open_case(Mode::write)->record("note", Json::object()));
  const VerifyReport later = verify_at(case_, {.expect_head = r.head});
  EXPECT_TRUE(later.ok);
  EXPECT_EQ(problems(later), Strings{"head ledger.jsonl"});
}

TEST_F(VerifyTest, SeesACaseFileThatWasRolledBack) {
  const std::string old = read_file(case_ / "case.json").value();
  ASSERT_TRUE(open_case(Mode::write)->set_context({.accounts = {"999999999999"}}));
  overwrite(case_ / "case.json", old);
  EXPECT_EQ(problems(verify_at(case_)), Strings{"altered! case.json"});
  EXPECT_EQ(open(case_, {}).error().id, "case.damaged");
}

TEST_F(VerifyTest, FindsInPlaceItemsWhereTheyWere) {
  const fs::path file = write("big.json", "in place");
  add(*open_case(Mode::write), {file}, true);
  EXPECT_EQ(open_case()->path_of(open_case()->items().back()), file);
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
  overwrite(file, "changed!");
  EXPECT_EQ(problems(verify_at(case_)), Strings{"altered! " + file.string()});
  fs::remove(file);
  EXPECT_EQ(problems(verify_at(case_)), Strings{"missing! " + file.string()});
}

TEST_F(VerifyTest, CallsAnInterruptedImportNotBroken) {
  const fs::path staged = case_ / ".incoming" / "7";
  fs::create_directories(staged.parent_path());
  std::ofstream(staged) << "half a fi";
  EXPECT_EQ(problems(verify_at(case_)), Strings{"incoming .incoming"});
  // Listed in the ledger and not yet in its place:
  fs::rename(case_ / "evidence/AWSLogs/b.json", case_ / ".incoming/8");
  EXPECT_EQ(problems(verify_at(case_)),
            (Strings{"incoming .incoming", "incoming evidence/AWSLogs/b.json"}));
  {
    auto reader = open_case();
    EXPECT_EQ(read_file(reader->path_of(reader->items()[1])).value(), "beta");
  }
  open_case(Mode::write);
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
  EXPECT_TRUE(fs::is_empty(case_ / ".incoming"));
}

}  // namespace
}  // namespace backtrail::casefile
