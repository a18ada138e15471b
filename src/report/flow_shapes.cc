#include "report/flow_shapes.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "report/json_shapes.h"
#include "report/mask.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

using analysis::FlowView;

Json time_json(const std::optional<Timestamp>& t) { return t ? Json(format_rfc3339(*t)) : Json(); }

std::string protocol_name(std::uint64_t protocol) {
  switch (protocol) {
    case 1: return "icmp";
    case 6: return "tcp";
    case 17: return "udp";
    case 58: return "icmpv6";
    default: return std::to_string(protocol);
  }
}

std::string port_text(std::uint64_t port, std::uint64_t protocol) {
  const std::string_view service = analysis::service_name(port);
  return std::to_string(port) + "/" + protocol_name(protocol) + (service.empty() ? "" : " " + std::string(service));
}

Json connection_json(const analysis::FlowConnection& c) {
  Json one = Json::object();
  one.set("client", c.client).set("server", c.server).set("port", c.port).set("protocol", c.protocol);
  one.set("service", std::string(analysis::service_name(c.port)));
  one.set("from_outside", c.from_outside).set("to_outside", c.to_outside);
  one.set("bytes_sent", c.sent).set("bytes_received", c.received).set("packets", c.packets);
  one.set("records", c.records).set("accepted", c.accepted).set("rejected", c.rejected);
  one.set("connections", c.connections).set("first", time_json(c.first)).set("last", time_json(c.last));
  return one;
}

Json scan_json(const analysis::FlowScan& s) {
  Json one = Json::object();
  one.set("source", s.source).set("target", s.target.empty() ? Json() : Json(s.target));
  one.set("port", s.target.empty() ? Json(s.port) : Json());
  one.set("from_outside", s.from_outside).set("ports", s.ports).set("hosts", s.hosts).set("most", s.most);
  one.set("records", s.records).set("rejected", s.rejected);
  one.set("first", time_json(s.first)).set("last", time_json(s.last));
  return one;
}

Json beacon_json(const analysis::FlowBeacon& b) {
  Json one = Json::object();
  one.set("client", b.client).set("server", b.server).set("port", b.port).set("protocol", b.protocol);
  one.set("to_outside", b.to_outside).set("connections", b.connections);
  one.set("interval_seconds", b.interval_seconds).set("regular", b.regular).set("bytes_each", b.bytes_each);
  one.set("first", time_json(b.first)).set("last", time_json(b.last));
  return one;
}

Json outbound_json(const analysis::FlowOutbound& o) {
  Json one = Json::object();
  one.set("host", o.host).set("day", o.day).set("bytes", o.bytes).set("destinations", o.destinations);
  one.set("top", o.top).set("top_bytes", o.top_bytes).set("other_days", o.other_days);
  one.set("usual", o.usual ? Json(*o.usual) : Json()).set("factor", o.factor ? Json(*o.factor) : Json());
  return one;
}

Json limits_json(const analysis::FlowLimits& l) {
  Json one = Json::object();
  one.set("records", l.records).set("nodata", l.nodata).set("skipdata", l.skipdata);
  one.set("without_addresses", l.without_addresses).set("direction_by_port", l.direction_by_port);
  one.set("repeated", l.repeated);
  one.set("first", time_json(l.first)).set("last", time_json(l.last));
  return one;
}

/// Numbers of one cell, as people or programs read them.
struct Form {
  bool people;
  std::string bytes(std::uint64_t n) const { return people ? format_bytes(n) : std::to_string(n); }
  std::string count(std::uint64_t n) const { return people ? with_thousands(n) : std::to_string(n); }
  std::string time(const std::optional<Timestamp>& t) const {
    return people ? short_time(t) : t ? format_rfc3339(*t) : "";
  }
};

Tone tone_of(bool outside) { return outside ? Tone::medium : Tone::plain; }

}  // namespace

std::string_view name_of(FlowView view) {
  switch (view) {
    case FlowView::talkers: return "talkers";
    case FlowView::access: return "access";
    case FlowView::scans: return "scans";
    case FlowView::beacons: return "beacons";
    case FlowView::outbound: return "outbound";
    case FlowView::peers: return "peers";
  }
  return "";
}

Json to_json(const analysis::Flows& flows, FlowView view) {
  Json out = with_schema("flows");
  out.set("view", std::string(name_of(view)));
  const auto list = [&](const char* name, const auto& items, auto shape) {
    Json all = Json::array();
    for (const auto& item : items) all.push(shape(item));
    out.set(name, std::move(all));
  };
  list("connections", flows.connections, connection_json);
  list("scans", flows.scans, scan_json);
  list("beacons", flows.beacons, beacon_json);
  list("outbound", flows.outbound, outbound_json);
  list("addresses", flows.addresses, [](const analysis::FlowAddress& a) {
    Json one = Json::object();
    one.set("address", a.address).set("outside", a.outside).set("instance", a.instance).set("interface", a.interface);
    one.set("known_by", a.known_by).set("started_by", a.started_by).set("findings", strings_json(a.findings));
    return one;
  });
  out.set("limits", limits_json(flows.limits));
  out.set("truncated", flows.truncated);
  return out;
}

std::vector<RowColumn> flow_columns(FlowView view) {
  const auto number = [](const char* title, int rank = 0) {
    return RowColumn{.title = title, .right = true, .least = 5, .rank = rank};
  };
  const auto text = [](const char* title, std::size_t least, int rank = 0) {
    return RowColumn{.title = title, .least = least, .rank = rank};
  };
  switch (view) {
    case FlowView::scans:
      return {text("source", 13), text("target", 13), number("port"), number("ports"), number("hosts"),
              number("most_in_10_min", 2), number("records", 3), number("rejected", 1), text("first", 19), text("last", 19, 4)};
    case FlowView::beacons:
      return {text("client", 13), text("server", 13), text("port", 9), number("connections"), number("interval_s"),
              number("regular"), number("bytes_each", 1), text("first", 19, 2), text("last", 19, 3)};
    case FlowView::outbound:
      return {text("host", 13), text("day", 10), number("bytes"), number("usual"), number("factor"),
              number("other_days", 2), number("destinations", 1), text("top", 13), number("top_bytes", 3)};
    case FlowView::talkers:
    case FlowView::access:
    case FlowView::peers: break;
  }
  return {text("client", 13),       text("server", 13),     text("port", 9),        number("sent"),
          number("received"),       number("connections", 3), number("accepted", 2), number("rejected", 1),
          text("first", 19, 4),     text("last", 19, 5)};
}

std::vector<std::vector<RowCell>> flow_rows(const analysis::Flows& flows, bool people) {
  const Form f{people};
  std::vector<std::vector<RowCell>> out;
  for (const analysis::FlowConnection& c : flows.connections)
    out.push_back({{c.client, tone_of(c.from_outside)}, {c.server, tone_of(c.to_outside)}, {port_text(c.port, c.protocol)},
                   {f.bytes(c.sent)}, {f.bytes(c.received)}, {f.count(c.connections)}, {f.count(c.accepted)},
                   {f.count(c.rejected)}, {f.time(c.first)}, {f.time(c.last)}});
  for (const analysis::FlowScan& s : flows.scans)
    out.push_back({{s.source, tone_of(s.from_outside)}, {s.target}, {s.target.empty() ? std::to_string(s.port) : ""},
                   {f.count(s.ports)}, {f.count(s.hosts)}, {f.count(s.most)}, {f.count(s.records)}, {f.count(s.rejected)},
                   {f.time(s.first)}, {f.time(s.last)}});
  for (const analysis::FlowBeacon& b : flows.beacons)
    out.push_back({{b.client}, {b.server, tone_of(b.to_outside)}, {port_text(b.port, b.protocol)}, {f.count(b.connections)},
                   {fmt::format("{:.0f}", b.interval_seconds)}, {fmt::format("{:.2f}", b.regular)},
                   {fmt::format("{:.0f}", b.bytes_each)}, {f.time(b.first)}, {f.time(b.last)}});
  for (const analysis::FlowOutbound& o : flows.outbound)
    out.push_back({{o.host}, {o.day}, {f.bytes(o.bytes)},
                   {o.usual ? f.bytes(static_cast<std::uint64_t>(*o.usual)) : ""},
                   {o.factor ? fmt::format("{:.1f}", *o.factor) : "", o.factor && *o.factor >= 3 ? Tone::medium : Tone::plain},
                   {std::to_string(o.other_days)}, {f.count(o.destinations)}, {o.top}, {f.bytes(o.top_bytes)}});
  return out;
}

std::string flow_notes(const analysis::Flows& flows, const TextOptions& options) {
  std::string out, known;
  for (const analysis::FlowAddress& a : flows.addresses) {
    if (a.instance.empty() && a.interface.empty() && a.findings.empty()) continue;
    std::vector<std::string> facts;
    if (const std::string& is = a.instance.empty() ? a.interface : a.instance; !is.empty())
      facts.push_back(escape_terminal(is) + (a.known_by.empty() ? "" : " (" + a.known_by + ")"));
    if (!a.started_by.empty()) facts.push_back("started by " + escape_terminal(short_principal(a.started_by)));
    if (!a.findings.empty()) facts.push_back(plural(a.findings.size(), "finding") + ": " + join(a.findings, " "));
    known += "  " + escape_terminal(a.address) + ": " + join(facts, ", ") + "\n";
  }
  const auto section = [&](std::string_view title, const std::string& lines) {
    if (!lines.empty()) out += "\n" + options.style.paint(Tone::strong, title) + "\n" + lines;
  };
  section("Addresses known to the case", known);
  const analysis::FlowLimits& l = flows.limits;
  std::string limits;
  if (l.records == 0) {
    limits = "  The case holds no flow logs in this window.\n";
  } else {
    limits += "  " + plural(l.records, "record") + " from " + short_time(l.first) + " to " + short_time(l.last) +
              "; a record sums up one to ten minutes, and says nothing of what was in it.\n";
    if (l.skipdata > 0)
      limits += "  " + plural(l.skipdata, "record") + " SKIPDATA: AWS left flows out there. Absence proves nothing.\n";
    if (l.nodata > 0) limits += "  " + plural(l.nodata, "record") + " NODATA: nothing went over the interface then.\n";
    if (l.without_addresses > 0)
      limits += "  " + plural(l.without_addresses, "record") + " without addresses: the flow log's format leaves them out.\n";
    if (l.repeated > 0)
      limits += "  " + plural(l.repeated, "record") +
                " delivered again (same interface, addresses, ports, times, packets, bytes): left out of the answer.\n";
    if (l.direction_by_port > 0)
      limits += "  " + plural(l.direction_by_port, "record") +
                " without a TCP SYN: the lower port is taken for the server's.\n";
    limits += "  Never recorded: metadata (169.254.169.254), Amazon's DNS and DHCP, mirrored traffic.\n";
  }
  section("Limits", limits);
  return out;
}

}  // namespace backtrail::report
