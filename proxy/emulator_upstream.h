#pragma once

// The built-in emulator as an upstream: the service's gates first, then the call. It answers at
// once, on the loop's thread.

#include "core/pipeline.h"
#include "emulator/emulator.h"

namespace dynatape::proxy {

class EmulatorUpstream final : public core::Upstream {
 public:
  explicit EmulatorUpstream(emulator::Options options) : emulator_(options) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

 private:
  emulator::Emulator emulator_;
};

}  // namespace dynatape::proxy
