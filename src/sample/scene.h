#pragma once

#include <cstdint>
#include <string_view>

#include "sample/journal.h"
#include "sample/truth.h"
#include "sample/world.h"

namespace backtrail::sample {

/// What every part of the story shares: where it plays, when, and where it is written down.
struct Scene {
  const World& world;
  Journal& journal;
  Truth& truth;
  Seconds start;  // midnight of the first day, a Monday
  unsigned days = 0;
  unsigned scale = 1;
  std::uint64_t seed = 0;

  [[nodiscard]] Random random(std::string_view stream) const { return Random(seed, stream); }
  [[nodiscard]] Seconds at(unsigned day, int hour, int minute = 0, int second = 0) const {
    return start + std::chrono::days(day) + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + std::chrono::seconds(second);
  }
  /// Machines keep their own time, but within a few minutes of each other: this long after the
  /// hour.
  [[nodiscard]] static std::chrono::seconds beat(Random& random) {
    return std::chrono::seconds(1502 + random.between(0, 150));
  }
  [[nodiscard]] Seconds end() const { return at(days, 0); }
  [[nodiscard]] static bool weekend(unsigned day) { return day % 7 >= 5; }
  /// The day of the story's plan (made for 25 days) in a sample of any length; never a weekend.
  [[nodiscard]] unsigned story_day(unsigned planned) const {
    const unsigned day = planned * days / 25;
    return weekend(day) ? day - day % 7 + 4 : day;
  }
};

// Turns of the story that several parts must agree on.
[[nodiscard]] inline Seconds key_rotation(const Scene& scene) {
  return scene.at(scene.story_day(11), 9, 12, 40);
}
[[nodiscard]] inline unsigned intrusion_day(const Scene& scene) { return scene.story_day(16); }
/// When the intruder stops the trail that only production has.
[[nodiscard]] inline Seconds legacy_trail_stop(const Scene& scene) {
  return scene.at(intrusion_day(scene) + 1, 3, 4, 18);
}

// The parts. Each adds its records to the journal.
void play_people(Scene& scene);
void play_pipelines(Scene& scene);
void play_workloads(Scene& scene);
void play_services(Scene& scene);
void play_scanner(Scene& scene);
void play_look_alikes(Scene& scene);
void play_intrusion(Scene& scene);

}  // namespace backtrail::sample
