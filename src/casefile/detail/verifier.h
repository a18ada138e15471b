#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "casefile/casefile.h"
#include "casefile/detail/container.h"
#include "casefile/detail/in_place_map.h"
#include "casefile/detail/state.h"

namespace backtrail::casefile {

/// One verification: compares what a ledger says with what a container holds. Used once.
class Verifier {
 public:
  Verifier(const Container& container, const VerifyOptions& options, bool is_folder,
           Progress& progress, std::stop_token stop);
  [[nodiscard]] VerifyReport run();

 private:
  /// A file that must be there.
  struct Wanted {
    std::string sha256{};
    std::uint64_t bytes = 0;
    bool found = false;
  };

  void check_ledger();
  void check_keys(const std::vector<std::string>& used);
  void check_expected_head();
  void want_files();
  void want_in_place(const EvidenceItem& item);
  void check_case_file();
  void check_files();
  void check_wanted(const std::string& path, Wanted& wanted, const Result<Digest>& found);
  void check_incoming();
  void add(std::string kind, std::string subject, std::string detail, bool fault = true);
  void add_unreadable(std::string subject, const Error& error);

  const Container& container_;
  const VerifyOptions& options_;
  const bool is_folder_;
  Progress& progress_;
  std::stop_token stop_;
  const unsigned threads_;
  VerifyReport report_{};
  State state_{};
  bool ledger_has_gaps_ = false;
  std::uint64_t expected_head_seq_ = 0;
  std::optional<InPlaceMap> in_place_{};
  std::map<std::string, Wanted> wanted_{};  // by path in the case; absolute for in-place items
  std::map<std::string, std::string> incoming_{};  // sha256 → path in `.incoming`
};

}  // namespace backtrail::casefile
