#include "sigma/detail/network.h"

namespace backtrail::sigma::detail {

Result<CidrPattern> parse_cidr(std::string_view text) {
  auto network = parse_network(text);
  if (!network) return invalid_argument("sigma.cidr", network.error().message);
  return network;
}

}  // namespace backtrail::sigma::detail
