#pragma once

// The road a call takes: from the server's request, through the current pipeline, to the answer the
// server sends. Every request is answered, also when the infrastructure behind fails.

#include <atomic>
#include <memory>
#include <mutex>

#include "core/clock.h"
#include "core/pipeline.h"
#include "proxy/net/server.h"

namespace dynatape::proxy {

class Road {
 public:
  /// `clock` must outlive the road.
  Road(std::shared_ptr<const core::Pipeline> pipeline, const core::Clock& clock);

  /// Carries one request through the pipeline of this moment; an edit meanwhile does not touch it.
  [[nodiscard]] core::Task<net::Answer> carry(core::Request request, core::Loop& loop);

  /// Puts another pipeline in place for the calls to come.
  void replace(std::shared_ptr<const core::Pipeline> pipeline);

  /// Calls carried so far.
  [[nodiscard]] std::uint64_t calls() const { return next_id_.load() - 1; }

 private:
  [[nodiscard]] std::shared_ptr<const core::Pipeline> current() const;

  const core::Clock& clock_;
  std::atomic<std::uint64_t> next_id_ = 1;
  mutable std::mutex mutex_;
  std::shared_ptr<const core::Pipeline> pipeline_;  // guarded by mutex_
};

}  // namespace dynatape::proxy
