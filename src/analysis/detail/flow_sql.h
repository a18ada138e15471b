#pragma once

#include <string>
#include <vector>

#include "analysis/flows.h"
#include "store/store.h"

/// The common tables that the questions about flows begin with.
namespace backtrail::analysis {

/// SQL of a question: bound values and `WITH` tables
///   f      the records with addresses, in the window, each once however often it was delivered, with `forward`
///          (the source is the client), `src_in`, `dst_in` (inside)
///   legs   both directions of f as client, server, port, client_port, protocol, sent, received, …
///   pairs  legs summed up by client, server, port, protocol: in each hour, those of the one interface that
///          recorded the most bytes; connections and times are of all interfaces
struct FlowSql {
  std::string with{};
  std::vector<store::Cell> parameters{};
};

/// `inside`: an SQL condition with `{}` for the address. `repeats`: whether the window holds records that were
/// delivered again; to look for them costs.
[[nodiscard]] FlowSql flow_sql(const FlowOptions& options, const std::string& inside, bool repeats);
/// Private addresses, and those of flows that lie in own networks (`case set --network`).
[[nodiscard]] Result<std::string> inside_condition(casefile::Case& kase, store::Engine& engine, std::stop_token stop);

[[nodiscard]] Result<void> find_scans(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                                      std::stop_token stop);
[[nodiscard]] Result<void> find_beacons(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                                        std::stop_token stop);
[[nodiscard]] Result<void> find_outbound(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                                         std::stop_token stop);
/// Fills `addresses` with what is known of those that the answer names.
[[nodiscard]] Result<void> describe_addresses(store::Engine& engine, Flows& out, std::stop_token stop);

}  // namespace backtrail::analysis
