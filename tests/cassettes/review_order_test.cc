#include "cassettes/review_order.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>

namespace dynatape::cassettes {
namespace {

struct Step {
  std::string skeleton;
  std::string value;
};

/// One run of `threads`, each a sequence of steps on an item of its own: how they interleaved is up
/// to the random numbers, and so are the values. Its calls as a tape has them, as shown in order.
std::string shown_run(const std::vector<std::vector<Step>>& threads, std::mt19937_64& random) {
  std::map<std::string, std::string> values;
  std::vector<std::size_t> turns;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    turns.insert(turns.end(), threads[i].size(), i);
  }
  std::ranges::shuffle(turns, random);
  std::vector<std::size_t> at(threads.size());
  std::vector<std::optional<std::size_t>> latest(threads.size());
  std::vector<OrderedCall> tape;
  for (const std::size_t thread : turns) {
    const Step& step = threads[thread][at[thread]++];
    auto [value, fresh] = values.try_emplace(std::to_string(thread) + step.value);
    if (fresh) value->second = std::to_string(random());
    OrderedCall call{step.skeleton, {value->second}, {}};
    if (latest[thread]) call.after.push_back(*latest[thread]);
    latest[thread] = tape.size();
    tape.push_back(std::move(call));
  }
  std::map<std::string, std::size_t> numbers;
  std::string shown;
  for (const std::size_t i : review_order(tape)) {
    const auto [number, fresh] = numbers.try_emplace(tape[i].values[0], numbers.size());
    shown += tape[i].skeleton + std::to_string(number->second) + " ";
  }
  return shown;
}

std::uint64_t seed() {
  const char* given = std::getenv("DYNATAPE_TEST_SEED");
  const std::uint64_t value = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::cout << "review order: DYNATAPE_TEST_SEED=" << value << '\n';
  return value;
}

}  // namespace

TEST_CASE("review order: a call stands behind those that it must follow") {
  const std::vector<OrderedCall> calls = {
      {"c", {}, {}}, {"b", {}, {0}}, {"a", {}, {1}}, {"d", {}, {}}};
  CHECK(review_order(calls) == std::vector<std::size_t>{0, 1, 2, 3});
  const std::vector<OrderedCall> free = {{"c", {}, {}}, {"b", {}, {}}, {"a", {}, {1}}};
  CHECK(review_order(free) == std::vector<std::size_t>{1, 2, 0});
}

TEST_CASE("review order: two runs of one concurrent program are shown alike") {
  std::mt19937_64 random(seed());
  for (int program = 0; program < 200; ++program) {
    std::vector<std::vector<Step>> threads(1 + random() % 8);
    for (auto& thread : threads) {
      for (std::size_t i = 0; i < 1 + random() % 6; ++i) {
        thread.push_back(
            {std::string(1, static_cast<char>('a' + random() % 3)), random() % 4 > 0 ? "v" : "w"});
      }
    }
    const std::string first = shown_run(threads, random);
    for (int run = 0; run < 5; ++run) CHECK(shown_run(threads, random) == first);
  }
}

}  // namespace dynatape::cassettes
