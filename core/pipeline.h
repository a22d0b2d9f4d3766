#pragma once

// The onion: interceptors, outermost first, around an upstream. An interceptor answers early by not
// calling `next`, applies a call twice by calling it twice, and keeps its state in local variables.
// A pipeline never changes; an edit makes another.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/exchange.h"
#include "core/result.h"
#include "core/task.h"

namespace dynatape::core {

/// What answers when no interceptor did: the emulator, a remote endpoint, a test double.
class Upstream {
 public:
  virtual ~Upstream() = default;
  [[nodiscard]] virtual Task<Result<Reply>> send(Exchange& exchange) = 0;
};

class Next;

class Interceptor {
 public:
  virtual ~Interceptor() = default;
  /// As the interceptor table, the rules and the notes call it: "latency".
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Task<Result<Reply>> handle(Exchange& exchange, Next next) = 0;
};

/// The rest of the onion, seen from one interceptor.
class Next {
 public:
  Next(std::span<const std::shared_ptr<Interceptor>> rest, Upstream& upstream)
      : rest_(rest), upstream_(&upstream) {}

  [[nodiscard]] Task<Result<Reply>> operator()(Exchange& exchange) const {
    if (rest_.empty()) return upstream_->send(exchange);
    return rest_.front()->handle(exchange, Next(rest_.subspan(1), *upstream_));
  }

 private:
  std::span<const std::shared_ptr<Interceptor>> rest_;
  Upstream* upstream_;
};

struct Pipeline {
  // Shared: the same interceptor stands in the pipeline before and the one after an edit.
  std::vector<std::shared_ptr<Interceptor>> interceptors;
  std::shared_ptr<Upstream> upstream;
  /// Whether an exchange may enter before its body has come: one of the interceptors takes it in.
  bool takes_uploads = false;
  /// Meets each connection before any call on it; nullptr: nobody.
  std::shared_ptr<Interceptor> doorkeeper = nullptr;
};

/// Runs `exchange` through all of `pipeline`, which must outlive the task.
[[nodiscard]] inline Task<Result<Reply>> run(const Pipeline& pipeline, Exchange& exchange) {
  return Next(pipeline.interceptors, *pipeline.upstream)(exchange);
}

}  // namespace dynatape::core
