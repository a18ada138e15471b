#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "sources/testing.h"

namespace backtrail::sources::testing {

/// Reads a text on the fast way and expects the robust one and a stream of pieces to agree.
inline Reading read_every_way(std::string_view text, std::size_t piece) {
  Reading got = read_whole(text);
  EXPECT_EQ(difference(got, read_robust(text)), "") << text;
  EXPECT_EQ(difference(got, read_stream(text, piece)), "") << text;
  return got;
}

}  // namespace backtrail::sources::testing
