#include "cassettes/recent_calls.h"

#include <catch2/catch.hpp>

namespace dynatape::cassettes {
namespace {

constexpr Fingerprint kKey{{1, 2, 3}};
constexpr Fingerprint kOther{{1, 2, 4}};

std::string id(std::size_t n) { return "invocation-" + std::to_string(n); }

}  // namespace

TEST_CASE("recent calls: an attempt belongs to the call with its id and its request") {
  RecentCalls calls;
  CHECK(calls.find("a", kKey) == std::nullopt);
  calls.remember("a", kKey, 7);
  calls.remember("a", kKey, 8);
  calls.remember("", kKey, 9);
  CHECK(calls.find("a", kKey) == 7);
  CHECK(calls.find("a", kOther) == std::nullopt);
  CHECK(calls.find("b", kKey) == std::nullopt);
  CHECK(calls.find("", kKey) == std::nullopt);
}

TEST_CASE("recent calls: the latest are remembered, and what is long ago is not") {
  constexpr std::size_t kCalls = 5 * RecentCalls::kRemembered / 2;
  RecentCalls calls;
  std::size_t forgotten = 0;
  for (std::size_t n = 0; n < kCalls; ++n) {
    calls.remember(id(n), kKey, static_cast<std::int64_t>(n));
    if (n < RecentCalls::kRemembered) continue;
    const std::size_t oldest = n - RecentCalls::kRemembered + 1;
    if (calls.find(id(oldest), kKey) != static_cast<std::int64_t>(oldest)) ++forgotten;
  }
  CHECK(forgotten == 0);
  CHECK(calls.find(id(0), kKey) == std::nullopt);
  CHECK(calls.find(id(kCalls), kKey) == std::nullopt);
}

}  // namespace dynatape::cassettes
