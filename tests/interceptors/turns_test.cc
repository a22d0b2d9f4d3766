#include "interceptors/turns.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_loop.h"

namespace dynatape::interceptors {
namespace {

using namespace std::chrono_literals;

core::Task<void> work(Turns& turns, support::ManualLoop& loop, std::string name,
                      std::string& written) {
  const auto turn = co_await turns.take(loop, name);
  written += "(";
  co_await loop.sleep(10ms);
  written += ")";
}

}  // namespace

TEST_CASE("turns: one at a time for each name, and names do not wait for each other") {
  Turns turns;
  support::ManualLoop loop;
  std::string a, b;
  for (int i = 0; i < 3; ++i) core::start(work(turns, loop, "a", a));
  core::start(work(turns, loop, "b", b));
  CHECK(a == "(");
  CHECK(b == "(");
  loop.advance(1s);
  CHECK(a == "()()()");
  CHECK(b == "()");
}

}  // namespace dynatape::interceptors
