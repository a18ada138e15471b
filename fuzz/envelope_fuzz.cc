// Two sound records in envelopes that the input chooses: both come out, in order, by every path.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sources/testing.h"

namespace {

namespace t = backtrail::sources::testing;

/// Wraps `inner` as the byte says; layers that CloudTrail's readers know.
std::string wrap(std::string inner, std::uint8_t how) {
  const std::string pad(static_cast<std::size_t>(how >> 4), ' ');
  switch (how % 6) {
    case 0: return pad + "{\"Records\":[" + inner + pad + "]}";
    case 1: return "[" + pad + inner + "]" + pad;
    case 2: return "{\"n\":{\"a\":[1,\"}\"]},\"Records\" :" + pad + "[" + inner + "],\"z\":[]}";
    case 3: return "{\"events\":[" + inner + "] ," + pad + "\"nextToken\":\"x\"}";
    default: return inner;
  }
}

std::string member(std::string record, std::uint8_t how) {
  if (how % 3 == 1) return "{\"version\":\"0\",\"detail\":" + record + "}";
  if (how % 3 == 2) return "{\"@timestamp\":1,\"_source\":" + record + "}";
  return record;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  std::string value;
  for (std::size_t i = 4; i < size; ++i) {
    constexpr char kHex[] = "0123456789abcdef";
    value += "\\u00";
    value += kHex[data[i] >> 4];
    value += kHex[data[i] & 15];
  }
  const std::string first = R"({"eventName":"A","requestParameters":{"x":[")" + value + "\"]}}";
  const std::string second = R"({"eventName":"B","userAgent":")" + value + "\"}";
  const bool lines = data[0] % 6 > 3;
  const std::string text = wrap(
      member(first, data[1]) + (lines ? "\n" : ",") + member(second, data[2]), data[0]);
  const t::Reading whole = t::read_whole(text);
  if (whole.records.size() != 2 || whole.report.rejected != 0) std::abort();
  if (whole.records[0].text(backtrail::sources::kEventName) != "A") std::abort();
  if (whole.records[1].text(backtrail::sources::kEventName) != "B") std::abort();
  if (!t::difference(whole, t::read_robust(text)).empty()) std::abort();
  if (!t::difference(whole, t::read_stream(text, 1U + data[3])).empty()) std::abort();
  return 0;
}
