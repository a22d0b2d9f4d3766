#pragma once

// The built-in emulator as an upstream: the service's gates first, then the call. It answers at
// once, on the loop's thread.

#include <string>
#include <utility>

#include "core/pipeline.h"
#include "emulator/emulator.h"

namespace dynatape::sessions {

class EmulatorUpstream final : public core::Upstream {
 public:
  /// Where `account` is given, all calls are that one's, whatever their access key.
  explicit EmulatorUpstream(emulator::Options options, std::string account = {})
      : emulator_(options), account_(std::move(account)) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  [[nodiscard]] emulator::Emulator& emulator() { return emulator_; }

 private:
  emulator::Emulator emulator_;
  const std::string account_;
};

}  // namespace dynatape::sessions
