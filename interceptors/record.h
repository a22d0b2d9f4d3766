#pragma once

// Appends every call that the upstream answers to a cassette, before its answer leaves. Where that
// fails, the client gets an error that no SDK retries, and later calls no longer reach the
// upstream.

#include <memory>

#include "cassettes/cassette.h"
#include "core/pipeline.h"

namespace dynatape::interceptors {

class Record final : public core::Interceptor {
 public:
  /// `cassette` must record.
  explicit Record(std::shared_ptr<cassettes::Cassette> cassette) : cassette_(std::move(cassette)) {}

  [[nodiscard]] std::string_view name() const override { return "record"; }
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             core::Next next) override;

 private:
  const std::shared_ptr<cassettes::Cassette> cassette_;  // shared with Replay and the summary
};

}  // namespace dynatape::interceptors
