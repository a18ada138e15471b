#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.h"

namespace backtrail::ledger {

/// One pass over a ledger: lines, then the seal, then signatures. Used once, by one thread.
class Checker {
 public:
  explicit Checker(const CheckInput& input);
  [[nodiscard]] Report run(FunctionRef<void(const Entry&)> each);

 private:
  struct Signature {
    std::string message{};
    std::string signature{};  // base64
    std::string key{};
    std::uint64_t line = 0;  // 0: the seal
    std::uint64_t offset = 0;
    std::string field{};
  };

  void take_line(std::string_view line, FunctionRef<void(const Entry&)> each);
  void take_entry(const Entry& e);
  void take_key(const Entry& e);
  void take_tail(std::string_view tail);
  void take_seal();
  void check_signatures();
  void check_expected_keys();
  void add(Problem p);
  void fault(std::string kind, std::string field, std::string detail);
  [[nodiscard]] const PublicKey* key(const std::string& fingerprint) const;
  [[nodiscard]] bool tail_is_torn() const;

  const CheckInput& input_;
  Report report_{};
  std::map<std::string, const PublicKey*> keys_{};
  std::optional<Seal> seal_{};
  std::optional<std::string> prev_{};  // absent after an unreadable line
  std::uint64_t next_seq_ = 1;
  std::uint64_t line_ = 0;
  std::uint64_t offset_ = 0;
  bool broken_ = false;  // something is wrong before this place
  bool intact_after_break_ = false;
  std::string sealed_hash_{};  // hash of the entry that the seal names
  std::string key_in_charge_{};
  std::vector<std::pair<std::string, std::string>> hand_overs_{};
  std::vector<Signature> signatures_{};
  std::uint64_t not_listed_ = 0;  // problems past the first kMaxProblems
};

}  // namespace backtrail::ledger
