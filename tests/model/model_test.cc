// Random calls to the emulator's operations on databases and their forks, against a reference that
// is simple enough to be right. A failure is shrunk to few steps, which are printed.
//
// DYNATAPE_SEED repeats a run, DYNATAPE_STEPS makes it longer.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "tests/model/step.h"
#include "tests/support/random_seed.h"

namespace dynatape::reference {
namespace {

std::uint64_t steps_asked() {
  const char* given = std::getenv("DYNATAPE_STEPS");
  return given != nullptr ? std::strtoull(given, nullptr, 0) : 4000;
}

/// The first difference that the steps lead to; empty where all agrees to the end.
std::string run(const std::string& view, const std::vector<Step>& steps) {
  std::vector<Side> sides = make_sides(view);
  for (const Step& step : steps) {
    const std::string difference = take(step, sides);
    if (!difference.empty()) return describe(step) + "\n" + difference;
  }
  for (Side& side : sides) {
    const std::string difference = compare_all(side);
    if (!difference.empty()) return "at the end\n" + difference;
  }
  return {};
}

/// Leaves out what the difference does not need, in ever smaller runs of steps.
std::vector<Step> shrink(const std::string& view, std::vector<Step> steps) {
  for (std::size_t size = steps.size() / 2; size > 0; size /= 2) {
    for (std::size_t begin = 0; begin < steps.size();) {
      std::vector<Step> fewer = steps;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
      const std::size_t left_out = std::min(size, steps.size() - begin);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(left_out));
      if (run(view, fewer).empty()) {
        begin += size;
      } else {
        steps = std::move(fewer);
      }
    }
  }
  return steps;
}

}  // namespace

TEST_CASE("emulator: random calls are answered as a naive reference answers them") {
  const std::uint64_t seed = support::random_seed("model");
  Random random(seed);
  constexpr std::size_t kStepsPerRun = 200;
  for (std::uint64_t left = steps_asked(); left > 0;
       left -= std::min<std::uint64_t>(left, kStepsPerRun)) {
    constexpr const char* kViews[] = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};
    const std::string view = kViews[below(random, 4)];
    std::vector<Step> steps;
    for (std::size_t i = 0; i < kStepsPerRun; ++i) steps.push_back(random_step(random));
    if (run(view, steps).empty()) continue;
    steps = shrink(view, std::move(steps));
    for (const Step& step : steps) std::cout << describe(step) << '\n';
    FAIL("DYNATAPE_SEED=" << seed << ", stream of " << view << ": " << run(view, steps));
  }
}

}  // namespace dynatape::reference
