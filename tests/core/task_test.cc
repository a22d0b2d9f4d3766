#include "core/task.h"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace dynatape::core {
namespace {

Task<int> immediately(int value) { co_return value; }

Task<long> sum_of(long count) {
  long sum = 0;
  for (long i = 1; i <= count; ++i) sum += co_await immediately(static_cast<int>(i));
  co_return sum;
}

Task<int> throws() {
  throw std::runtime_error("no");
  co_return 0;
}

Task<bool> catches() {
  try {
    co_await throws();
  } catch (const std::runtime_error&) {
    co_return true;
  }
  co_return false;
}

}  // namespace

TEST_CASE("task: the value reaches the awaiter, a hundred thousand awaits deep in no stack") {
  CHECK(run_to_end(sum_of(100'000)) == 5'000'050'000);
}

TEST_CASE("task: an exception reaches the awaiter") { CHECK(run_to_end(catches()) == true); }

}  // namespace dynatape::core
