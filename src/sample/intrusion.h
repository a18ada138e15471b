#pragma once

#include <string>
#include <string_view>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {

/// The intruder at work: calls that are written to the truth as well.
class Intruder {
 public:
  explicit Intruder(Scene& scene);

  /// The whole intrusion, from the leaked key to the last night.
  void run();

 private:
  // development account
  void try_leaked_key();
  void look_around();
  void raise_rights();
  void settle();
  void collect_secrets();
  void sign_in();
  // production account
  void cross_over();
  void blind();
  void take_data();
  void open_back_door();
  void pass_back_door();
  void come_back();
  void mine();

  /// Makes a call as `actor`, notes it under the present stage, and moves the time on by a few
  /// seconds.
  std::string act(const Actor& actor, std::string_view technique, std::string_view region,
                  Call call);
  std::string change(const Actor& actor, std::string_view technique, std::string_view service,
                     std::string_view name, Json::Object request, std::string response = {});
  std::string refused(const Actor& actor, std::string_view technique, std::string_view region,
                      std::string_view service, std::string_view name, Json::Object request,
                      std::string_view reason = {});
  void stage(std::string_view name, Seconds t) {
    stage_ = name;
    now_ = t;
  }

  Scene& scene_;
  const World& w_;
  Random random_;
  std::string_view stage_{};
  Seconds now_{};
  Actor leaked_{}, planted_{}, deployer_{}, visitor_{};
  User planted_user_{};
  Role back_door_{};
};

}  // namespace backtrail::sample
