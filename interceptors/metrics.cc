#include "interceptors/metrics.h"

#include <algorithm>
#include <bit>

#include "interceptors/source_name.h"

namespace dynatape::interceptors {
namespace {

/// 0 stands for any other status.
constexpr int kStatuses[] = {200, 400, 403, 404, 405, 413, 415, 421,
                             429, 500, 501, 502, 503, 504, 0};

/// The last stands for requests that name no operation.
constexpr std::size_t kOperationSlots = std::size(core::kOperations) + 1;

/// Bucket k holds what took up to 2^(k + kFirstPower) microseconds, 16 us to 16.8 s; the last holds
/// the rest.
constexpr int kFirstPower = 4;
constexpr int kLastPower = 24;
constexpr std::size_t kBuckets = kLastPower - kFirstPower + 2;

std::size_t operation_slot(const core::Operation* operation) {
  return operation ? static_cast<std::size_t>(operation - core::kOperations)
                   : std::size(core::kOperations);
}

std::string_view operation_name(std::size_t slot) {
  return slot < std::size(core::kOperations) ? core::kOperations[slot].name : "unknown";
}

std::size_t status_slot(int status) {
  const auto* const found = std::ranges::find(kStatuses, status);
  const auto other = std::end(kStatuses) - 1;
  return static_cast<std::size_t>((found == std::end(kStatuses) ? other : found) - kStatuses);
}

std::size_t bucket_of(core::Duration took) {
  const auto microseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 1));
  const auto power =
      static_cast<int>(std::bit_width(microseconds - 1));  // the least with took <= 2^power
  return static_cast<std::size_t>(std::clamp(power, kFirstPower, kLastPower + 1) - kFirstPower);
}

using Counter = std::atomic<std::uint64_t>;

void bump(Counter& counter, std::uint64_t by = 1) {
  counter.fetch_add(by, std::memory_order_relaxed);
}

/// Microseconds as decimal seconds.
std::string seconds(std::uint64_t microseconds) {
  const std::string fraction = std::to_string(1'000'000 + microseconds % 1'000'000).substr(1);
  return std::to_string(microseconds / 1'000'000) + "." + fraction;
}

std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string sample(std::string_view metric, const std::string& labels, const std::string& value) {
  return std::string(metric) + "{" + labels + "} " + value + "\n";
}

std::string header(std::string_view metric, std::string_view type, std::string_view help) {
  const std::string name(metric);
  return "# HELP " + name + " " + std::string(help) + "\n# TYPE " + name + " " + std::string(type) +
         "\n";
}

struct OperationCounters {
  Counter answers[std::size(kStatuses)][std::size(kSourceNames)] = {};
  Counter failures = 0;
  Counter buckets[kBuckets] = {};
  Counter microseconds = 0;
};

/// One operation's counters over all shards, as plain numbers.
struct Sum {
  std::uint64_t answers[std::size(kStatuses)][std::size(kSourceNames)] = {};
  std::uint64_t failures = 0;
  std::uint64_t buckets[kBuckets] = {};
  std::uint64_t microseconds = 0;
  std::uint64_t count = 0;

  void add(const OperationCounters& from) {
    for (std::size_t status = 0; status < std::size(kStatuses); ++status) {
      for (std::size_t source = 0; source < std::size(kSourceNames); ++source) {
        answers[status][source] += from.answers[status][source].load(std::memory_order_relaxed);
      }
    }
    failures += from.failures.load(std::memory_order_relaxed);
    microseconds += from.microseconds.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < kBuckets; ++i) {
      const std::uint64_t n = from.buckets[i].load(std::memory_order_relaxed);
      buckets[i] += n;
      count += n;
    }
  }

  [[nodiscard]] std::string answer_samples(const std::string& operation) const {
    std::string text;
    for (std::size_t status = 0; status < std::size(kStatuses); ++status) {
      const int code = kStatuses[status];
      for (std::size_t source = 0; source < std::size(kSourceNames); ++source) {
        const std::uint64_t n = answers[status][source];
        if (n == 0) continue;
        text +=
            sample("dynatape_calls_total",
                   operation + "," + label("status", code == 0 ? "other" : std::to_string(code)) +
                       "," + label("source", kSourceNames[source]),
                   std::to_string(n));
      }
    }
    return text;
  }

  [[nodiscard]] std::string histogram(const std::string& operation) const {
    constexpr std::string_view kBucket = "dynatape_call_duration_seconds_bucket";
    std::string text;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      below += buckets[i];
      const std::string bound = i + 1 == kBuckets ? "+Inf" : seconds(1ULL << (i + kFirstPower));
      text += sample(kBucket, operation + "," + label("le", bound), std::to_string(below));
    }
    text += sample("dynatape_call_duration_seconds_sum", operation, seconds(microseconds));
    text += sample("dynatape_call_duration_seconds_count", operation, std::to_string(count));
    return text;
  }
};

}  // namespace

/// What one loop counts.
struct Metrics::Shard {
  explicit Shard(const core::Loop* loop) : owner(loop) {}

  const core::Loop* owner;
  std::array<OperationCounters, kOperationSlots> operations{};
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

core::Task<core::Result<core::Reply>> Metrics::handle(core::Exchange& exchange, core::Next next) {
  auto result = co_await next(exchange);
  count(exchange, result);
  co_return result;
}

std::string Metrics::text() const {
  std::string calls =
      header("dynatape_calls_total", "counter", "Answered calls by operation, status and source.");
  std::string failures = header("dynatape_call_failures_total", "counter",
                                "Calls that infrastructure left without an answer.");
  std::string durations = header("dynatape_call_duration_seconds", "histogram",
                                 "Time from a whole request to its answer.");
  for (std::size_t slot = 0; slot < kOperationSlots; ++slot) {
    Sum sum;
    for (const auto& shard : slots_) {
      const Shard* counted = shard.load(std::memory_order_acquire);
      if (!counted) break;
      sum.add(counted->operations[slot]);
    }
    const std::string operation = label("operation", operation_name(slot));
    calls += sum.answer_samples(operation);
    if (sum.failures > 0) {
      failures += sample("dynatape_call_failures_total", operation, std::to_string(sum.failures));
    }
    if (sum.count > 0) durations += sum.histogram(operation);
  }
  return calls + failures + durations;
}

void Metrics::count(const core::Exchange& exchange, const core::Result<core::Reply>& result) {
  auto& counters =
      shard_of(exchange.loop()).operations[operation_slot(exchange.call().operation())];
  const core::Duration took = exchange.elapsed();
  if (result) {
    bump(counters.answers[status_slot(result->response.status)]
                         [static_cast<std::size_t>(result->source)]);
  } else {
    bump(counters.failures);
  }
  bump(counters.buckets[bucket_of(took)]);
  bump(counters.microseconds, static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

Metrics::Shard& Metrics::shard_of(const core::Loop& loop) {
  for (const auto& slot : slots_) {
    Shard* shard = slot.load(std::memory_order_acquire);
    if (!shard) break;
    if (shard->owner == &loop) return *shard;
  }
  return add_shard(loop);
}

Metrics::Shard& Metrics::add_shard(const core::Loop& loop) {
  const std::lock_guard lock(mutex_);
  // With more loops than slots the late ones share the first: slower, as right.
  if (shards_.size() == kMostShards) return *shards_.front();
  shards_.push_back(std::make_unique<Shard>(&loop));
  slots_[shards_.size() - 1].store(shards_.back().get(), std::memory_order_release);
  return *shards_.back();
}

namespace {

std::string lost_answer_metrics(std::span<const SessionTallies> sessions) {
  constexpr std::string_view kName = "dynatape_lost_answers_total";
  std::string text;
  for (const auto& [session, tallies, lost] : sessions) {
    for (const LostAnswerTally& tally : lost) {
      const std::string labels = label("session", session) + "," + label("calls", tally.what) + ",";
      text += sample(kName, labels + label("state", "applied"), std::to_string(tally.lost));
      for (const auto& [became, count] : tally.retries) {
        text += sample(kName, labels + label("state", "retry " + became), std::to_string(count));
      }
    }
  }
  if (text.empty()) return text;
  return header(kName, "counter",
                "Calls applied although their answers were lost, and their retries.") +
         text;
}

}  // namespace

std::string fault_metrics(std::span<const SessionTallies> sessions) {
  constexpr std::string_view kName = "dynatape_faults_total";
  std::string text;
  for (const auto& [session, tallies, lost] : sessions) {
    for (const FaultTally& tally : tallies) {
      const std::string labels = label("session", session) + "," + label("rule", tally.rule) + "," +
                                 label("fault", tally.fault) + ",";
      std::uint64_t undelivered = 0;
      for (const auto& [reason, n] : tally.undelivered) undelivered += n;
      text += sample(kName, labels + label("state", "planned"), std::to_string(tally.planned));
      text += sample(kName, labels + label("state", "delivered"), std::to_string(tally.delivered));
      text += sample(kName, labels + label("state", "undelivered"), std::to_string(undelivered));
    }
  }
  if (!text.empty()) {
    text = header(kName, "counter", "Faults by rule: planned, and how they ended.") + text;
  }
  return text + lost_answer_metrics(sessions);
}

}  // namespace dynatape::interceptors
