// What a long tape costs: makes tapes of a thousand and of a million calls, opens each in a process
// of its own, and replays from it in the order of eight workers that run apart. The two take turns;
// prints the medians of each, and their ratio.

#include "cassettes/cassette.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "cassettes/tape_index.h"
#include "core/clock.h"
#include "core/exchange.h"

namespace dynatape {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kWorkers = 8;
constexpr std::size_t kReplayed = 200'000;  // calls timed, the tape as often as that takes
constexpr std::size_t kBatch = 5'000;
constexpr std::size_t kRounds = 5;

/// What is measured of a tape, in the order in which it is printed.
enum Figure { open_ms, open_cpu_ms, open_mb, call_cpu_us, call_p50_us, call_p99_us, kFigures };
using Figures = std::array<double, kFigures>;

double ms_since(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

/// Call n: of five, four read an item of 1 KB and one writes it; an item has ten calls.
core::Request request(std::size_t n) {
  const std::string key = R"("id":{"S":"item-)" + std::to_string(n / 80 * 8 + n % 8) + "\"}";
  const bool writes = n / 8 % 5 == 0;
  std::string body = writes ? R"({"TableName":"items","Item":{)" + key + R"(,"n":{"N":")" +
                                  std::to_string(n) + R"("},"text":{"S":")" +
                                  std::string(900, 'x') + "\"}}}"
                            : R"({"TableName":"items","Key":{)" + key + "}}";
  const char* name = writes ? "PutItem" : "GetItem";
  return {"POST",
          "/",
          {{"X-Amz-Target", std::string("DynamoDB_20120810.") + name},
           {"Content-Type", "application/x-amz-json-1.0"},
           {"amz-sdk-invocation-id", std::to_string(n)}},
          std::move(body),
          {}};
}

cassettes::Recording recording(std::size_t n) {
  cassettes::Recording one;
  one.id = one.call = static_cast<std::int64_t>(n) + 2;
  one.arrival = n + 2;
  one.started = core::TimePoint(std::chrono::microseconds(1'700'000'000'000'000 + n * 100));
  one.request = request(n);
  one.operation = n / 8 % 5 == 0 ? "PutItem" : "GetItem";
  one.response = {200,
                  {{"Content-Type", "application/x-amz-json-1.0"}},
                  one.operation == "PutItem"
                      ? "{}"
                      : R"({"Item":{"text":{"S":")" + std::string(1'000, 'x') + "\"}}}"};
  one.key = cassettes::fingerprint_of(one.request, core::find_operation(one.operation));
  return one;
}

cassettes::Recording creation() {
  const std::string keys = R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}])";
  cassettes::Recording one = recording(0);
  one.id = one.call = 1;
  one.operation = "CreateTable";
  one.request.headers = {{"X-Amz-Target", "DynamoDB_20120810.CreateTable"}};
  one.request.body = R"({"TableName":"items",)" + keys + "}";
  one.response.body = R"({"TableDescription":{"TableName":"items",)" + keys + "}}";
  one.key = cassettes::fingerprint_of(one.request, core::find_operation(one.operation));
  return one;
}

[[noreturn]] void give_up(const core::Error& error) {
  std::fprintf(stderr, "cassette bench: %s\n", error.message.c_str());
  std::exit(1);
}

double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void make_tape(const std::string& path, std::size_t calls) {
  const double began = cpu_us();
  auto store = cassettes::Store::record(path);
  if (!store) give_up(store.error());
  std::vector<cassettes::Recording> batch = {creation()};
  for (std::size_t n = 0; n < calls; ++n) {
    batch.push_back(recording(n));
    if (batch.size() < kBatch && n + 1 < calls) continue;
    std::vector<const cassettes::Recording*> pointers;
    for (const auto& one : batch) pointers.push_back(&one);
    if (auto done = (*store)->append(pointers); !done) give_up(done.error());
    batch.clear();
  }
  const auto start = Steady::now();
  const double before = cpu_us();
  if (auto kept = cassettes::keep_index(**store); !kept) give_up(kept.error());
  if (auto closed = (*store)->close(); !closed) give_up(closed.error());
  std::fprintf(stderr, "%zu calls: recorded with %.1f s of CPU; closed in %.1f s (%.1f s of CPU)\n",
               calls, (before - began) / 1e6, ms_since(start) / 1e3, (cpu_us() - before) / 1e6);
}

/// Never needed: nothing here waits.
class NoLoop final : public core::Loop {
 public:
  void resume(std::coroutine_handle<>) override { std::abort(); }
  void resume_after(core::Duration, std::coroutine_handle<>) override { std::abort(); }
};

double memory_mb(const char* which) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(which)) {
      return std::strtod(line.c_str() + line.find(':') + 1, nullptr) / 1'024;
    }
  }
  return 0;
}

/// The calls in an order that eight workers could make them in, one running ahead of another.
std::vector<std::size_t> schedule(std::size_t calls) {
  std::mt19937 chance(1);
  std::vector<std::size_t> next(kWorkers), order;
  for (std::size_t w = 0; w < kWorkers; ++w) next[w] = w;
  for (std::size_t left = calls; left > 0;) {
    const std::size_t w = chance() % kWorkers;
    for (std::size_t burst = chance() % 200; burst > 0 && next[w] < calls; --burst, --left) {
      order.push_back(next[w]);
      next[w] += kWorkers;
    }
  }
  return order;
}

Figures measure(const std::string& path, std::size_t calls) {
  const auto order = schedule(calls);
  const core::FrozenClock clock{core::TimePoint(std::chrono::seconds(1'750'000'000))};
  NoLoop loop;
  const double before_mb = memory_mb("VmRSS");
  Figures figures{};
  double cpu = 0, replayed = 0;
  std::vector<float> took;
  took.reserve(kReplayed + calls);
  while (replayed < kReplayed) {
    const double open_cpu_us = cpu_us();
    const auto start = Steady::now();
    auto cassette = cassettes::Cassette::open({path, cassettes::Mode::none});
    if (!cassette) give_up(cassette.error());
    if (replayed == 0) {
      figures[open_ms] = ms_since(start);
      figures[open_cpu_ms] = (cpu_us() - open_cpu_us) / 1'000;
      figures[open_mb] = memory_mb("VmHWM") - before_mb;
    }
    const auto send = [&](core::Request sent) {
      const auto begin = Steady::now();
      const core::Exchange exchange(1, std::move(sent), loop, clock);
      const auto answer = core::run_to_end((*cassette)->replay(exchange));
      if (!answer || !*answer || !**answer || (**answer)->response.status != 200) std::abort();
      took.push_back(std::chrono::duration<float, std::micro>(Steady::now() - begin).count());
    };
    send(creation().request);
    took.pop_back();
    std::vector<core::Request> requests;
    const std::size_t some = std::min(order.size(), kReplayed);
    requests.reserve(some);
    for (std::size_t i = 0; i < some; ++i) requests.push_back(request(order[i]));
    const double from = cpu_us();
    for (core::Request& one : requests) send(std::move(one));
    cpu += cpu_us() - from;
    replayed += static_cast<double>(some);
  }
  std::ranges::sort(took);
  figures[call_cpu_us] = cpu / replayed;
  figures[call_p50_us] = static_cast<double>(took[took.size() / 2]);
  figures[call_p99_us] = static_cast<double>(took[took.size() * 99 / 100]);
  return figures;
}

/// measure() in a process of its own, so that each begins with the same memory.
Figures measure_apart(const std::string& path, std::size_t calls) {
  const std::string command = "exec /proc/" + std::to_string(getpid()) + "/exe measure '" + path +
                              "' " + std::to_string(calls);
  Figures figures{};
  FILE* const child = popen(command.c_str(), "r");
  for (double& figure : figures) {
    if (!child || std::fscanf(child, "%lf", &figure) != 1) {
      give_up({std::to_string(calls) + " calls did not replay"});
    }
  }
  pclose(child);
  return figures;
}

Figures medians(const std::vector<Figures>& rounds) {
  Figures medians{};
  for (std::size_t f = 0; f < kFigures; ++f) {
    std::vector<double> values;
    for (const Figures& round : rounds) values.push_back(round[f]);
    std::ranges::nth_element(values,
                             values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    medians[f] = values[values.size() / 2];
  }
  return medians;
}

void print(std::size_t calls, const Figures& figures) {
  std::printf(
      "%9zu calls: open %.1f ms (%.1f ms CPU), %.0f MB more; per call %.2f us CPU, p50 %.1f us, "
      "p99 %.1f us\n",
      calls, figures[open_ms], figures[open_cpu_ms], figures[open_mb], figures[call_cpu_us],
      figures[call_p50_us], figures[call_p99_us]);
}

void compare(const std::string& folder, std::size_t large) {
  const std::array<std::size_t, 2> sizes = {1'000, large};
  std::array<std::vector<Figures>, 2> rounds;
  for (const std::size_t calls : sizes) make_tape(folder + "/" + std::to_string(calls), calls);
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      rounds[i].push_back(measure_apart(folder + "/" + std::to_string(sizes[i]), sizes[i]));
    }
  }
  std::vector<double> ratios;
  for (std::size_t round = 0; round < kRounds; ++round) {
    ratios.push_back(rounds[1][round][call_cpu_us] / rounds[0][round][call_cpu_us]);
  }
  std::ranges::sort(ratios);
  for (std::size_t i = 0; i < sizes.size(); ++i) print(sizes[i], medians(rounds[i]));
  std::printf(
      "CPU per call, of %zu calls to one of 1000: %.2f, median of %zu rounds (%.2f to %.2f)\n",
      large, ratios[kRounds / 2], kRounds, ratios.front(), ratios.back());
}

}  // namespace
}  // namespace dynatape

int main(int count, char** arguments) {
  // The two halves apart, for a profiler: make PATH CALLS, measure PATH CALLS.
  if (count == 4) {
    const std::size_t calls = std::strtoull(arguments[3], nullptr, 10);
    if (std::string_view(arguments[1]) == "make") {
      dynatape::make_tape(arguments[2], calls);
      return 0;
    }
    for (const double figure : dynatape::measure(arguments[2], calls)) std::printf("%f\n", figure);
    return 0;
  }
  const std::size_t large = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  const auto folder =
      std::filesystem::temp_directory_path() / ("dynatape-bench-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  dynatape::compare(folder, large);
  std::filesystem::remove_all(folder);
  return 0;
}
