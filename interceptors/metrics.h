#pragma once

// The `metrics` interceptor: how many calls of each operation were answered with which status by
// whom, and how long they took. Each loop counts in memory of its own, so counting costs a few
// uncontended additions; reading adds the loops up.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline.h"
#include "interceptors/fault_tally.h"
#include "interceptors/lost_answers.h"

namespace dynatape::interceptors {

class Metrics final : public core::Interceptor {
 public:
  Metrics();
  ~Metrics() override;

  [[nodiscard]] std::string_view name() const override { return "metrics"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override;

  /// Prometheus' text format: dynatape_calls_total by operation, status and source,
  /// dynatape_call_failures_total (no answer at all) and the histogram
  /// dynatape_call_duration_seconds by operation. Safe to call from any thread.
  [[nodiscard]] std::string text() const;

 private:
  struct Shard;
  static constexpr std::size_t kMostShards = 64;

  void count(const core::Exchange& exchange, const core::Result<core::Reply>& result);
  [[nodiscard]] Shard& shard_of(const core::Loop& loop);
  [[nodiscard]] Shard& add_shard(const core::Loop& loop);

  /// Filled from the front; what is there stays until the end.
  std::array<std::atomic<Shard*>, kMostShards> slots_{};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Shard>> shards_;  ///< guarded by mutex_
};

/// What the rules of one session have come to.
struct SessionTallies {
  std::string session;
  std::vector<FaultTally> tallies;
  std::vector<LostAnswerTally> lost = {};
};

/// dynatape_faults_total by session, rule, fault and state (planned, delivered, undelivered), and
/// dynatape_lost_answers_total by session, kind and what became of retries, in Prometheus' text
/// format.
[[nodiscard]] std::string fault_metrics(std::span<const SessionTallies> sessions);

}  // namespace dynatape::interceptors
