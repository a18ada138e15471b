#include "base/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace backtrail {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::array<std::uint8_t, 16> unmapped(const std::array<std::uint8_t, 16>& bytes) {
  std::array<std::uint8_t, 16> out{};
  std::copy(bytes.begin() + 12, bytes.end(), out.begin());
  return out;
}

/// An address without the mapping to IPv4.
std::optional<Address> parse_raw(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.empty() || text.size() >= buffer.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  Address a;
  a.v6 = text.find(':') != std::string_view::npos;
  if (inet_pton(a.v6 ? AF_INET6 : AF_INET, buffer.data(), a.bytes.data()) != 1) return std::nullopt;
  return a;
}

/// The address with everything behind the prefix cleared.
std::array<std::uint8_t, 16> network_of(std::array<std::uint8_t, 16> bytes, int prefix) {
  for (int bit = prefix; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~mask);
  }
  return bytes;
}

std::string to_text(bool v6, const std::array<std::uint8_t, 16>& bytes) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  std::optional<Address> a = parse_raw(text);
  if (a && a->v6) *a = from_v6(a->bytes);
  return a;
}

std::string format_address(const Address& address) { return to_text(address.v6, address.bytes); }

std::array<std::uint8_t, 16> to_v6(const Address& address) {
  if (address.v6) return address.bytes;
  std::array<std::uint8_t, 16> out{};
  std::copy(kMapped.begin(), kMapped.end(), out.begin());
  std::copy_n(address.bytes.begin(), 4, out.begin() + kMapped.size());
  return out;
}

Address from_v6(const std::array<std::uint8_t, 16>& bytes) {
  if (is_mapped(bytes)) return {.v6 = false, .bytes = unmapped(bytes)};
  return {.v6 = true, .bytes = bytes};
}

Result<Network> parse_network(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return invalid_argument("network.invalid",
                            fmt::format("\"{}\" is not a network: {}; expected address/bits, such "
                                        "as 10.0.0.0/8 or 2001:db8::/32",
                                        text, why));
  };
  const std::size_t slash = text.find('/');
  const std::optional<Address> a = parse_raw(text.substr(0, slash));
  if (!a) return wrong("no IP address stands before the slash");
  const int bits = a->v6 ? 128 : 32;
  Network out{.text = std::string(text), .v6 = a->v6, .address = a->bytes, .prefix = bits};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, out.prefix);
    if (error != std::errc() || stop != end || out.prefix < 0 || out.prefix > bits)
      return wrong(fmt::format("the prefix length must be 0 to {}", bits));
  }
  const auto network = network_of(out.address, out.prefix);
  if (network != out.address)
    return invalid_argument("network.invalid",
                            fmt::format("\"{}\" has host bits set; the network is {}/{}", text,
                                        to_text(out.v6, network), out.prefix));
  if (out.v6 && out.prefix >= 96 && is_mapped(out.address)) {
    out.v6 = false;
    out.address = unmapped(out.address);
    out.prefix -= 96;
  }
  return out;
}

bool contains(const Network& network, const Address& address) {
  if (network.v6 != address.v6) return false;
  const auto whole = static_cast<std::size_t>(network.prefix / 8);
  if (!std::equal(network.address.begin(),
                  network.address.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  const int rest = network.prefix % 8;
  return rest == 0 || (network.address[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

}  // namespace backtrail
