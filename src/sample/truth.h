#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sample/identity.h"

namespace backtrail::sample {

/// What really happened, gathered while the story is told.
class Truth {
 public:
  /// One act of the intruder: an event and its ATT&CK technique (v18 ids).
  void act(std::string_view stage, std::string_view technique, std::string event_id, Seconds time);
  /// One thing the intruder left behind, and the event that made it.
  void left(std::string_view kind, std::string account, std::string name, std::string event_id);
  void principal(std::string arn) { add_once(principals_, std::move(arn)); }
  void key(std::string id) { add_once(keys_, std::move(id)); }
  void address(std::string address) { add_once(addresses_, std::move(address)); }
  /// A harmless thing that looks like an attack.
  void look_alike(std::string_view name, std::string_view explanation,
                  std::vector<std::string> event_ids);

  struct Act {
    std::string stage, technique, event_id;
    Seconds time;
  };
  [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
  [[nodiscard]] Json json() const;

 private:
  struct Left {
    std::string kind, account, name, event_id;
  };
  struct LookAlike {
    std::string name, explanation;
    std::vector<std::string> event_ids;
  };
  static void add_once(std::vector<std::string>& list, std::string item);

  std::vector<Act> acts_;
  std::vector<Left> left_;
  std::vector<std::string> principals_, keys_, addresses_;
  std::vector<LookAlike> look_alikes_;
};

}  // namespace backtrail::sample
