#include "analysis/detail/known.h"

#include <algorithm>

#include "analysis/detail/sql.h"
#include "base/text.h"

namespace backtrail::analysis {
namespace {

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The account in an ARN, or an account id itself; empty for services and AWS's own ARNs.
std::string_view account_of(std::string_view principal) {
  if (is_account_id(principal)) return principal;
  if (!principal.starts_with("arn:")) return {};
  const std::vector<std::string_view> parts = split(principal, ':');
  return parts.size() > 4 && is_account_id(parts[4]) ? parts[4] : std::string_view();
}

bool any_matches(const std::vector<PrincipalFilter>& filters, std::string_view principal) {
  return std::any_of(filters.begin(), filters.end(),
                     [&](const PrincipalFilter& f) { return f.matches(principal); });
}

bool any_contains(const std::vector<Network>& networks, std::string_view address) {
  if (networks.empty()) return false;
  const auto parsed = parse_address(address);
  return parsed && std::any_of(networks.begin(), networks.end(),
                               [&](const Network& n) { return contains(n, *parsed); });
}

bool has(const std::vector<std::string>& marks, std::string_view mark) {
  return std::find(marks.begin(), marks.end(), mark) != marks.end();
}

}  // namespace

Known::Known(const casefile::Context& context)
    : context_(context),
      own_accounts_(context.accounts.begin(), context.accounts.end()),
      names_(context.account_names.begin(), context.account_names.end()) {
  // A context of an older program may hold anything; what is no network is a principal.
  for (const std::string& text : context.networks)
    if (auto network = parse_network(text)) own_networks_.push_back(*std::move(network));
  for (const std::string& text : context.scanners) {
    if (auto network = parse_network(text))
      scanner_networks_.push_back(*std::move(network));
    else
      scanners_.emplace_back(text);
  }
  for (const std::string& text : context.break_glass) break_glass_.emplace_back(text);
  for (const std::string& text : context.responders) responders_.emplace_back(text);
}

Result<Known> Known::of(casefile::Case& kase, std::stop_token stop) {
  Known out(kase.info().context);
  if (!out.own_accounts_.empty()) return out;
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      store->engine(),
      {.sql = "SELECT recipientaccountid FROM cloudtrail_logs WHERE recipientaccountid IS NOT NULL "
              "UNION SELECT account FROM coverage WHERE source <> 'cloudtrail' AND account <> ''"},
      [&](std::span<const store::Cell> row) {
        out.own_accounts_.insert(store::to_text(row[0]));
        return true;
      },
      std::move(stop)));
  return out;
}

std::vector<std::string> Known::of_account(std::string_view id) const {
  const bool foreign = is_account_id(id) && !own_accounts_.empty() && !own_accounts_.contains(id);
  return foreign ? std::vector<std::string>{"foreign_account"} : std::vector<std::string>{};
}

std::vector<std::string> Known::of_principal(std::string_view principal) const {
  std::vector<std::string> out;
  if (any_matches(break_glass_, principal)) out.emplace_back("break_glass");
  for (std::string& mark : of_account(account_of(principal))) out.push_back(std::move(mark));
  if (any_matches(responders_, principal)) out.emplace_back("responder");
  if (any_matches(scanners_, principal)) out.emplace_back("scanner");
  return out;
}

std::vector<std::string> Known::of_address(std::string_view address) const {
  std::vector<std::string> out;
  if (any_contains(own_networks_, address)) out.emplace_back("own_network");
  if (any_contains(scanner_networks_, address)) out.emplace_back("scanner");
  return out;
}

std::string Known::account_name(std::string_view id) const {
  const auto it = names_.find(id);
  return it == names_.end() ? std::string() : it->second;
}

std::vector<std::string> Known::of_finding(const model::Finding& finding) const {
  std::vector<std::vector<std::string>> principals, addresses;
  for (const std::string& p : finding.principals) principals.push_back(of_principal(p));
  for (const std::string& a : finding.source_ips) addresses.push_back(of_address(a));
  const auto any = [](const auto& all, std::string_view mark) {
    return std::any_of(all.begin(), all.end(), [&](const auto& m) { return has(m, mark); });
  };
  const auto every = [](const auto& all, std::string_view mark) {
    return !all.empty() &&
           std::all_of(all.begin(), all.end(), [&](const auto& m) { return has(m, mark); });
  };
  std::vector<std::string> out;
  if (any(principals, "break_glass")) out.emplace_back("break_glass");
  if (any(principals, "foreign_account")) out.emplace_back("foreign_account");
  if (every(addresses, "own_network")) out.emplace_back("own_network");
  if (every(principals, "responder")) out.emplace_back("responder");
  if (every(principals, "scanner") || every(addresses, "scanner")) out.emplace_back("scanner");
  return out;
}

std::map<std::string, std::vector<std::string>> Known::placeholders() const {
  std::map<std::string, std::vector<std::string>> out = {
      {"own_accounts", {own_accounts_.begin(), own_accounts_.end()}},
      {"own_networks", context_.networks},
      {"scanners", context_.scanners},
      {"break_glass", context_.break_glass},
      {"responders", context_.responders}};
  std::erase_if(out, [](const auto& p) { return p.second.empty(); });
  return out;
}

bool is_expected(const std::vector<std::string>& marks) {
  return has(marks, "responder") || has(marks, "scanner");
}

}  // namespace backtrail::analysis
