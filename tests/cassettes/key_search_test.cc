#include "cassettes/key_search.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace dynatape::cassettes {

TEST_CASE("key search: finds each key in its place, and no other, in short tapes and long ones") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const std::size_t count : {0UZ, 1UZ, 2UZ, 7UZ, 8UZ, 9UZ, 1'000UZ, 100'000UZ}) {
    INFO(count << " keys");
    std::vector<Fingerprint> keys(count);
    for (Fingerprint& key : keys) {
      for (auto& byte : key.bytes) byte = static_cast<std::uint8_t>(random());
    }
    std::ranges::sort(keys);
    const KeySearch search(keys);
    bool right = true;
    for (std::size_t i = 0; i < count; ++i) {
      Fingerprint other = keys[i];
      other.bytes[15] ^= 1;
      right = right && search.find(keys[i]) == i;
      right = right && search.find(other).has_value() == std::ranges::binary_search(keys, other);
    }
    CHECK(right);
    CHECK_FALSE(search.find(Fingerprint{{0, 0, 1, 2}}).has_value());
    Fingerprint last;
    last.bytes.fill(0xff);
    CHECK_FALSE(search.find(last).has_value());
  }
}

TEST_CASE("key search: keys that all begin alike are found") {
  std::vector<Fingerprint> keys;
  for (std::uint8_t n = 0; n < 200; ++n) keys.push_back({{0xff, 0xff, n}});
  const KeySearch search(keys);
  for (std::uint8_t n = 0; n < 200; ++n) CHECK(search.find({{0xff, 0xff, n}}) == n);
  CHECK_FALSE(search.find({{0xff, 0xff, 200}}).has_value());
}

}  // namespace dynatape::cassettes
