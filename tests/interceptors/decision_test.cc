// Faults decided by chance: the same seed gives the same faults whatever threads and other rules
// do, and as many as the probability says.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include "core/rng.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

const std::string kFlaky =
    R"({"name":"flaky","when":{"probability":0.3},"then":{"error":"ThrottlingException"}})";

std::string file(const std::string& rules) { return R"({"seed":7,"rules":[)" + rules + "]}"; }

/// A call by its name in the test: the n-th call of a key and operation.
std::vector<CallSpec> workload(int keys, int repeats) {
  std::vector<CallSpec> calls;
  for (int key = 0; key < keys; ++key) {
    for (int n = 0; n < repeats; ++n) {
      calls.push_back(get_item("orders", "k" + std::to_string(key)));
      calls.push_back(update_item("orders", "k" + std::to_string(key)));
    }
  }
  return calls;
}

/// How many faults each call (operation and body) got.
using Faults = std::map<std::string, int>;

Faults faults_of(Lab& lab, const std::vector<CallSpec>& calls) {
  Faults faults;
  for (const CallSpec& call : calls) {
    faults[call.operation + call.body] += lab.faulted(call) ? 1 : 0;
  }
  return faults;
}

/// The same calls dealt to `threads` in the order a shuffle by `seed` gives.
Faults faults_on_threads(const std::string& rules, std::vector<CallSpec> calls, std::size_t threads,
                         std::uint64_t seed) {
  core::Rng rng(seed);
  for (std::size_t i = calls.size() - 1; i > 0; --i) {
    std::swap(calls[i], calls[rng.next() % (i + 1)]);
  }
  const Lab shared(rules);
  std::vector<Faults> parts(threads);
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < threads; ++t) {
    std::vector<CallSpec> share;
    for (std::size_t i = t; i < calls.size(); i += threads) share.push_back(calls[i]);
    workers.emplace_back([&shared, &part = parts[t], share = std::move(share)] {
      Lab lab(shared);
      part = faults_of(lab, share);
    });
  }
  for (std::thread& worker : workers) worker.join();
  Faults all;
  for (const Faults& part : parts) {
    for (const auto& [call, n] : part) all[call] += n;
  }
  return all;
}

std::size_t count_faults(Lab& lab, int calls) {
  std::size_t faults = 0;
  for (int i = 0; i < calls; ++i) {
    faults += lab.faulted(put_item("orders", "k" + std::to_string(i))) ? 1U : 0U;
  }
  return faults;
}

}  // namespace

TEST_CASE("decisions: 16 threads in any order give each call the faults that one thread gives") {
  const auto calls = workload(20, 5);
  Lab alone(file(kFlaky));
  const Faults expected = faults_of(alone, calls);
  for (std::uint64_t run = 0; run < 50; ++run) {
    INFO("run " << run);
    CHECK(faults_on_threads(file(kFlaky), calls, 16, run) == expected);
  }
}

TEST_CASE("decisions: another worker's calls leave the old ones as they were") {
  auto calls = workload(20, 5);
  Lab alone(file(kFlaky));
  const Faults expected = faults_of(alone, calls);
  for (int i = 0; i < 200; ++i) calls.push_back(get_item("orders", "new" + std::to_string(i)));
  Faults more = faults_on_threads(file(kFlaky), calls, 17, 1);
  std::erase_if(more, [&](const auto& entry) { return !expected.contains(entry.first); });
  CHECK(more == expected);
}

TEST_CASE("decisions: rules before, after and between leave a rule's faults as they were") {
  const auto calls = workload(20, 5);
  Lab alone(file(kFlaky));
  Lab among(file(R"({"name":"a","when":{"probability":0.5},"then":{"latency":"1ms"}},)" + kFlaky +
                 R"(,{"name":"b","when":{"nth":3},"then":{"latency":"1ms"}})"));
  CHECK(faults_of(among, calls) == faults_of(alone, calls));
}

TEST_CASE("decisions: another seed, session or rule name decides otherwise") {
  const auto calls = workload(20, 5);
  std::set<Faults> different;
  Lab plain(file(kFlaky));
  Lab seeded(file(kFlaky), {.seed = 8, .session = ""});
  Lab in_session(file(kFlaky), {.seed = {}, .session = "test-1"});
  std::string renamed = file(kFlaky);
  renamed.replace(renamed.find("flaky"), 5, "shaky");
  Lab other(renamed);
  for (Lab* lab : {&plain, &seeded, &in_session, &other}) different.insert(faults_of(*lab, calls));
  CHECK(different.size() == 4);
  Lab same(file(kFlaky), {.seed = 7, .session = ""});
  CHECK(different.contains(faults_of(same, calls)));
}

TEST_CASE("decisions: the seed gives these faults, in this version and the next") {
  Lab lab(file(kFlaky));
  CHECK(lab.pattern(get_item("orders", "k"), 40) == "....!........!.!..!!...........!!....!!!");
}

TEST_CASE("decisions: an SDK's own tokens and the order of members change nothing") {
  const auto pattern = [](bool swapped) {
    Lab lab(file(kFlaky));
    std::string faults;
    for (int i = 0; i < 100; ++i) {
      const std::string token =
          R"("ClientRequestToken":")" + std::to_string(swapped ? i : -i) + '"';
      const std::string items = R"("TransactItems":[{"Put":{"TableName":"t"}}])";
      const CallSpec call{"TransactWriteItems", swapped ? "{" + items + "," + token + "}"
                                                        : "{" + token + ", " + items + "}"};
      faults += lab.faulted(call) ? '!' : '.';
    }
    return faults;
  };
  CHECK(pattern(true) == pattern(false));
}

TEST_CASE("decisions: each attempt is decided anew, and equally in every run") {
  const auto attempts = [](int n) {
    Lab lab(file(kFlaky));
    CallSpec call = get_item("orders", "k");
    call.invocation = "one";
    return lab.pattern(call, n);
  };
  CHECK(attempts(40).find('!') != std::string::npos);
  CHECK(attempts(40).find('.') != std::string::npos);
  CHECK(attempts(40) == attempts(40));
}

TEST_CASE("decisions: the measured rate is the probability, within five standard deviations") {
  constexpr int kCalls = 10'000;
  for (const double p : {0.01, 0.2, 0.9}) {
    for (const unsigned seed : {1U, 2U}) {
      Lab lab(R"({"rules":[{"name":"r","when":{"probability":)" + std::to_string(p) +
                  R"(},"then":{"error":"ThrottlingException"}}]})",
              {.seed = seed, .session = ""});
      const auto faults = static_cast<double>(count_faults(lab, kCalls));
      INFO("p " << p << " seed " << seed << " faults " << faults);
      CHECK(std::abs(faults - p * kCalls) <= 5 * std::sqrt(p * (1 - p) * kCalls));
    }
  }
}

TEST_CASE("decisions: two rules of equal probability fire independently") {
  constexpr int kCalls = 10'000;
  Lab lab(R"({"rules":[
    {"name":"a","when":{"probability":0.5},"then":{"latency":"1ms"}},
    {"name":"b","when":{"probability":0.5},"then":{"error":"ThrottlingException"}}]})");
  int both = 0;
  for (int i = 0; i < kCalls; ++i) {
    const bool b = lab.faulted(put_item("t", "k" + std::to_string(i)));
    both += b && lab.notes.size() == 2 ? 1 : 0;
  }
  CHECK(std::abs(both - kCalls / 4) <= 5 * std::sqrt(kCalls * 3 / 16));
}

TEST_CASE("decisions: a call hit at one probability is hit at every higher one") {
  constexpr double kRising[] = {0, 0.05, 0.1, 0.2, 0.5, 0.9, 1};
  const auto calls = workload(100, 3);
  std::vector<bool> before(calls.size(), false);
  for (const double p : kRising) {
    Lab lab(R"({"seed":7,"rules":[{"name":"r","when":{"probability":)" + std::to_string(p) +
            R"(},"then":{"error":"ThrottlingException"}}]})");
    std::size_t lost = 0;
    std::size_t hits = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const bool hit = lab.faulted(calls[i]);
      lost += before[i] && !hit ? 1U : 0U;
      hits += hit ? 1U : 0U;
      before[i] = hit;
    }
    INFO("p " << p);
    CHECK(lost == 0);
    if (p == 0) CHECK(hits == 0);
    if (p == 1) CHECK(hits == calls.size());
  }
}

TEST_CASE("decisions: what another rule asks of a call's parameters changes none") {
  const auto calls = workload(20, 5);
  Lab alone(file(kFlaky));
  Lab among(file(
      R"({"name":"a","when":{"probability":0.5,"key":{"pk":"k7"}},"then":{"latency":"1ms"}},)" +
      kFlaky));
  CHECK(faults_of(among, calls) == faults_of(alone, calls));

  const std::string aimed =
      R"({"name":"aimed","when":{"probability":0.3,"header":{"X-Test":"yes"}},"then":{"error":"ThrottlingException"}})";
  const auto pattern = [](const std::string& rules) {
    Lab lab(rules);
    std::string faults;
    for (int i = 0; i < 100; ++i) {
      CallSpec call = get_item("orders", "k");
      if (i % 3 == 0) call.headers.add("X-Test", "yes");
      faults += lab.faulted(call) ? '!' : '.';
    }
    return faults;
  };
  CHECK(pattern(file(aimed)) ==
        pattern(
            file(aimed + R"(,{"name":"b","when":{"probability":0.9},"then":{"latency":"1ms"}})")));
}

}  // namespace dynatape::interceptors
