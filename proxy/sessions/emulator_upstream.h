#pragma once

// The built-in emulator as an upstream: the service's gates first, then the call. It answers at
// once, on the loop's thread.

#include <string>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "emulator/emulator.h"
#include "proxy/aws/signature_check.h"

namespace dynatape::sessions {

class EmulatorUpstream final : public core::Upstream {
 public:
  /// Where `account` is given, all calls are that one's, whatever their access key. Takes the
  /// signatures of `keys` alone; without keys anybody's, right or wrong.
  explicit EmulatorUpstream(emulator::Options options, std::string account = {},
                            std::vector<aws::Key> keys = {})
      : emulator_(options), account_(std::move(account)), keys_(std::move(keys)) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  [[nodiscard]] emulator::Emulator& emulator() { return emulator_; }

 private:
  emulator::Emulator emulator_;
  const std::string account_;
  const std::vector<aws::Key> keys_;
};

}  // namespace dynatape::sessions
