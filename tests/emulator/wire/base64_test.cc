#include "emulator/wire/base64.h"

#include <catch2/catch.hpp>

namespace dynatape::wire {

TEST_CASE("base64: bytes of every length come back") {
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    std::string text;
    append_base64(text, bytes);
    CHECK(decode_base64(text) == bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST_CASE("base64: what the service refuses is refused in its words") {
  const auto refusal = [](std::string_view text) { return decode_base64(text).error(); };
  CHECK(refusal("23456") == "Base64 encoded length is expected a multiple of 4 bytes but found: 5");
  CHECK(refusal("+/+=") == "Invalid last non-pad Base64 character dectected");
  CHECK(refusal("=+/=") == "Invalid last non-pad Base64 character dectected");
  CHECK_FALSE(decode_base64("A===").has_value());
  CHECK_FALSE(decode_base64("====").has_value());
  CHECK_FALSE(decode_base64("AB*D").has_value());
}

}  // namespace dynatape::wire
