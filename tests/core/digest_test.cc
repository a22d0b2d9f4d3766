#include "core/digest.h"

#include <catch2/catch.hpp>

#include "core/rng.h"

namespace dynatape::core {

TEST_CASE("digest: crc32 agrees with the check value of the standard") {
  CHECK(crc32("123456789") == 0xCBF43926);
  CHECK(crc32("") == 0);
  CHECK(crc32("{}") == 2745614147);  // the x-amz-crc32 of every empty DynamoDB answer
}

TEST_CASE("digest: sha256 agrees with FIPS 180's example") {
  const auto digest = sha256("abc");
  CHECK(hex({reinterpret_cast<const char*>(digest.data()), digest.size()}) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("digest: the stable hash separates fields and never changes") {
  CHECK(StableHash(1).add("ab").add("c").value() != StableHash(1).add("a").add("bc").value());
  CHECK(StableHash(1).add("a").value() != StableHash(2).add("a").value());
  CHECK(StableHash(42).add("orders").add(std::uint64_t{7}).value() ==
        StableHash(42).add("orders").add(std::uint64_t{7}).value());
}

TEST_CASE("rng: probability 0 never and 1 always, and the mean is near a half") {
  Rng rng(42);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    CHECK_FALSE(rng.chance(0));
    CHECK(rng.chance(1));
    sum += rng.uniform();
  }
  CHECK(sum / 10'000 == Approx(0.5).margin(0.02));
}

}  // namespace dynatape::core
