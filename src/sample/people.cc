#include <algorithm>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

bool may_change(const Role& role) {
  return role.name.find("Administrator") != std::string::npos ||
         role.name.find("PowerUser") != std::string::npos;
}

/// One person's working life.
class WorkingLife {
 public:
  WorkingLife(Scene& scene, const Person& person)
      : scene_(scene), person_(person), random_(scene.random("person " + person.user)) {}

  void day(unsigned day) {
    const std::string address = random_.chance(60)   ? kOffice
                                : random_.chance(60) ? person_.home_address
                                                     : kVpn;
    Seconds t = scene_.at(day, 6, random_.between(30, 150));
    t += seconds(random_.between(0, 59));
    int left = random_.between(person_.calls_a_day / 2, person_.calls_a_day * 3 / 2);
    while (left > 0 && t < scene_.at(day, 17)) {
      const Role& role = random_.chance(75) ? *person_.roles.front() : *random_.pick(person_.roles);
      const bool console = random_.chance(65);
      Actor actor =
          open_portal(scene_, random_, person_, role, t, {.address = address, .console = console});
      left -= session(actor, role, t + seconds(45), std::min(left, random_.between(6, 26)));
      t += minutes(random_.between(60, 240));
      if (t > scene_.at(day, 11) && t < scene_.at(day, 12)) t += minutes(60);  // lunch
    }
  }

 private:
  /// Returns the number of calls made.
  int session(Actor& actor, const Role& role, Seconds t, int calls) {
    int made = 0;
    while (made < calls) {
      made += actor.console ? page(actor, role, t) : command(actor, t);
      if (may_change(role) && random_.chance(18)) {
        t += seconds(random_.between(20, 150));
        change(actor, t);
        ++made;
      }
      t += seconds(random_.between(15, 700));
    }
    return made;
  }

  /// A console page: its calls fall into one or two seconds, under a key of its own.
  int page(Actor& actor, const Role& role, Seconds t) {
    const auto& calls = random_.pick(console_pages());
    actor.identity.key = account_bound_id("ASIA", role.account, 20, random_);
    const Places places = here(role);
    for (const Template& call : calls) {
      const Seconds when = t + seconds(random_.below(2));
      const Call made = make_call(call, places, actor, region());
      const bool barred = call.service == "iam" && !may_change(role) && random_.chance(30);
      scene_.journal.call(actor, when, region(), barred ? denied(made, actor) : made);
    }
    if (random_.chance(35)) health_poll(actor, t + seconds(3));
    return static_cast<int>(calls.size());
  }

  /// The console's health bell asks twice under one request id: as the person, and forwarded.
  void health_poll(const Actor& actor, Seconds t) {
    const Call poll{
        .service = "health",
        .name = "DescribeEventAggregates",
        .request_json =
            R"({"aggregateField":"eventTypeCategory","filter":{"eventStatusCodes":["open","upcoming"]}})",
        .request_id = random_.uuid()};
    scene_.journal.call(actor, t, "us-east-1", poll);
    Actor twin = forwarded(actor, "health.amazonaws.com", t, random_);
    twin.agent = "AWS Internal";
    scene_.journal.call(twin, t, "us-east-1", poll);
  }

  int command(const Actor& actor, Seconds t) {
    const Template& call = random_.pick(command_line_reads());
    scene_.journal.call(actor, t, region(), make_call(call, {}, actor, region()));
    return 1;
  }

  void change(const Actor& actor, Seconds t) {
    const Role& role = *actor.identity.session->issuer;
    const Places places = here(role);
    const Call call = make_call(random_.pick(daily_changes()), places, actor, region(), false);
    scene_.journal.call(actor, t, region(), call);
  }

  Places here(const Role& role) {
    const World& w = scene_.world;
    const bool production = role.account == w.production.id;
    return {.bucket = random_.pick(production ? w.production_buckets : w.development_buckets),
            .instance = w.build_host.id};
  }
  std::string region() const { return "eu-west-1"; }

  Scene& scene_;
  const Person& person_;
  Random random_;
};

}  // namespace

void play_people(Scene& scene) {
  for (const Person& person : scene.world.people) {
    WorkingLife life(scene, person);
    Random calendar = scene.random("calendar " + person.user);
    for (unsigned day = 0; day < scene.days; ++day)
      for (unsigned copy = 0; copy < scene.scale; ++copy)
        if (Scene::weekend(day) ? calendar.chance(4) : calendar.chance(92)) life.day(day);
  }
}

}  // namespace backtrail::sample
