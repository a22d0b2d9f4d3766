#pragma once

// Answers calls from a cassette. Where the tape has nothing the call goes on to be recorded, or is
// a miss: an error that says what was nearest, unless the cassette was told otherwise.

#include <memory>

#include "cassettes/cassette.h"
#include "core/pipeline.h"

namespace dynatape::interceptors {

class Replay final : public core::Interceptor {
 public:
  /// `cassette` must replay.
  explicit Replay(std::shared_ptr<cassettes::Cassette> cassette) : cassette_(std::move(cassette)) {}

  [[nodiscard]] std::string_view name() const override { return "replay"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override;

 private:
  const std::shared_ptr<cassettes::Cassette> cassette_;  // shared with Record and the summary
};

}  // namespace dynatape::interceptors
