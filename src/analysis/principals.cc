#include <algorithm>
#include <tuple>
#include <utility>

#include "analysis/detail/sql.h"
#include "analysis/detail/summary.h"

namespace backtrail::analysis {
namespace {

constexpr std::size_t kTopActions = 10;

/// A principal while its rows come in.
struct Building {
  PrincipalSummary summary{};
  std::string type{};
  bool one_account = true;
  std::map<std::string, std::uint64_t> actions{};
  std::map<std::string, std::uint64_t> succeeded{}, failed{};  // sensitive calls
  std::map<std::string, double> weights{};                     // of both
  std::vector<const model::Finding*> findings{};
};
using Buildings = std::map<std::string, Building>;

std::vector<NameCount> listed(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<NameCount> out;
  for (const auto& [name, count] : counts) out.push_back({.name = name, .count = count});
  put_in_order(out);
  return out;
}

void earlier(std::optional<Timestamp>& t, std::optional<Timestamp> other) {
  if (other && (!t || *other < *t)) t = other;
}
void later(std::optional<Timestamp>& t, std::optional<Timestamp> other) {
  if (other && (!t || *other > *t)) t = other;
}

/// One row for each principal, call and outcome: everything that ranking needs, in one pass.
Result<Buildings> read_calls(store::Engine& engine, const TimeWindow& window,
                             const SensitiveCalls& sensitive, const std::stop_token& stop) {
  Buildings out;
  Where where;
  where.window("\"time\"", window);
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql =
           "SELECT principal, source, \"action\", outcome, count(*), min(\"time\"), max(\"time\"), "
           "min(coalesce(principal_account, account, '')), max(coalesce(principal_account, "
           "account, '')), "
           "coalesce(min(principal_type), '') FROM events " +
           where.text() + " GROUP BY ALL",
       .parameters = where.parameters()},
      [&](std::span<const store::Cell> row) {
        const std::string name = store::to_text(row[0]);
        const std::string source = store::to_text(row[1]), action = store::to_text(row[2]);
        const std::string outcome = store::to_text(row[3]);
        const std::uint64_t count = to_count(row[4]);
        const std::string account = store::to_text(row[7]);
        Building& b = out[name];
        PrincipalSummary& s = b.summary;
        const bool fresh = s.events == 0;
        s.principal = name;
        s.events += count;
        if (outcome != "success") s.errors += count;
        if (outcome == "denied") s.denied += count;
        earlier(s.first, store::to_time(row[5]));
        later(s.last, store::to_time(row[6]));
        if (fresh) s.account = account;
        if (account != s.account || account != store::to_text(row[8])) b.one_account = false;
        if (const std::string type = store::to_text(row[9]);
            !type.empty() && (b.type.empty() || type < b.type))
          b.type = type;
        const std::string call = call_name(source, action);
        b.actions[call] += count;
        if (const SensitiveCalls::Group* group = sensitive.find(source, action)) {
          (outcome == "success" ? b.succeeded : b.failed)[call] += count;
          b.weights[call] = group->weight;
        }
        return true;
      },
      stop));
  return out;
}

void finish(Building& b) {
  PrincipalSummary& s = b.summary;
  if (!b.one_account) s.account.clear();
  s.kind = principal_kind(s.principal, b.type);
  s.top_actions = listed(b.actions);
  if (s.top_actions.size() > kTopActions) s.top_actions.resize(kTopActions);
  s.sensitive_succeeded = listed(b.succeeded);
  s.sensitive_failed = listed(b.failed);
  s.findings = b.findings.size();
  double succeeded = 0, failed = 0;
  for (const auto& [call, count] : b.succeeded) succeeded += b.weights[call];
  for (const auto& [call, count] : b.failed) failed += b.weights[call];
  for (const model::Finding* f : b.findings)
    if (!s.worst || f->severity > *s.worst) s.worst = f->severity;
  s.interest = interest_of(s, b.findings, succeeded, failed);
}

/// Regions, addresses, agents, keys and errors of the principals listed, again in one pass.
Result<void> fill_details(store::Engine& engine, const TimeWindow& window, bool all,
                          std::vector<PrincipalSummary>& principals, const std::stop_token& stop) {
  std::map<std::string, PrincipalSummary*> by_name;
  std::vector<std::string> names;
  for (PrincipalSummary& p : principals) {
    by_name[p.principal] = &p;
    names.push_back(p.principal);
  }
  Where where;
  where.window("\"time\"", window);
  if (!all)
    where.add("principal IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))", list_cell(names));
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT principal, grouping(region, source_ip, user_agent, access_key, error), "
              "coalesce(region, source_ip, user_agent, access_key, error), count(*) FROM events " +
              where.text() +
              " GROUP BY GROUPING SETS ((principal, region), (principal, source_ip), "
              "(principal, user_agent), (principal, access_key), (principal, error))",
       .parameters = where.parameters()},
      [&by_name](std::span<const store::Cell> row) {
        const auto found = by_name.find(store::to_text(row[0]));
        if (found == by_name.end() || store::is_null(row[2])) return true;
        PrincipalSummary& p = *found->second;
        std::vector<NameCount>* list = nullptr;
        switch (store::to_int(row[1])) {  // a bit for each column that is NOT in the set
          case 0b01111:
            list = &p.regions;
            break;
          case 0b10111:
            list = &p.source_ips;
            break;
          case 0b11011:
            list = &p.user_agents;
            break;
          case 0b11101:
            list = &p.access_keys;
            break;
          case 0b11110:
            list = &p.errors_by_code;
            break;
          default:
            return true;
        }
        list->push_back({.name = store::to_text(row[2]), .count = to_count(row[3])});
        return true;
      },
      stop));
  for (PrincipalSummary& p : principals)
    for (auto* list :
         {&p.regions, &p.source_ips, &p.user_agents, &p.access_keys, &p.errors_by_code})
      put_in_order(*list);
  return {};
}

}  // namespace

void put_in_order(std::vector<NameCount>& counts) {
  std::sort(counts.begin(), counts.end(), [](const NameCount& a, const NameCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
}

Result<Principals> principal_summaries(store::Engine& engine, const TimeWindow& window,
                                       const SensitiveCalls& sensitive, const Known& known,
                                       const std::vector<model::Finding>& findings,
                                       std::size_t limit, std::stop_token stop) {
  BACKTRAIL_ASSIGN(Buildings buildings, read_calls(engine, window, sensitive, stop));
  for (const model::Finding& f : findings)
    for (const std::string& p : f.principals)
      if (const auto it = buildings.find(p); it != buildings.end())
        it->second.findings.push_back(&f);
  Principals out{.total = buildings.size()};
  for (auto& [name, b] : buildings) {
    b.summary.marks = known.of_principal(name);
    finish(b);
    out.listed.push_back(std::move(b.summary));
  }
  std::sort(out.listed.begin(), out.listed.end(), [](const auto& a, const auto& b) {
    const auto grave = [](const PrincipalSummary& p) {
      return p.worst && *p.worst >= model::Severity::high;
    };
    return std::tuple(!grave(a), -a.interest, b.events, std::string_view(a.principal)) <
           std::tuple(!grave(b), -b.interest, a.events, std::string_view(b.principal));
  });
  const bool all = limit == 0 || limit >= out.listed.size();
  if (!all) out.listed.resize(limit);
  BACKTRAIL_RETURN_IF_ERROR(fill_details(engine, window, all, out.listed, stop));
  for (PrincipalSummary& p : out.listed)
    for (NameCount& address : p.source_ips) address.marks = known.of_address(address.name);
  return out;
}

}  // namespace backtrail::analysis
