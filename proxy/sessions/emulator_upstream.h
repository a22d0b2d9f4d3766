#pragma once

// The built-in emulator as an upstream: the service's gates first, then the call. It answers at
// once, on the loop's thread, and can snapshot.

#include <string>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "core/snapshots.h"
#include "emulator/emulator.h"
#include "proxy/aws/signature_check.h"

namespace dynatape::sessions {

class EmulatorUpstream final : public core::Upstream, public core::Snapshots {
 public:
  /// Where `account` is given, all calls are that one's, whatever their access key. Takes the
  /// signatures of `keys` alone; without keys anybody's, right or wrong.
  explicit EmulatorUpstream(emulator::Options options, std::string account = {},
                            std::vector<aws::Key> keys = {})
      : emulator_(options), account_(std::move(account)), keys_(std::move(keys)) {}

  [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override;

  /// The same without the gates, for calls that Dynatape makes itself. Lives as long as this.
  [[nodiscard]] core::Upstream& inside() { return inside_; }

  [[nodiscard]] std::shared_ptr<const core::Snapshot> take(const core::Exchange& exchange) override;
  [[nodiscard]] bool fill(const core::Exchange& exchange, std::string_view to,
                          const core::Snapshot& from, std::string_view source) override;

  [[nodiscard]] emulator::Emulator& emulator() { return emulator_; }

 private:
  class Inside final : public core::Upstream {
   public:
    explicit Inside(EmulatorUpstream& outside) : outside_(outside) {}
    [[nodiscard]] core::Task<core::Result<core::Reply>> send(core::Exchange& exchange) override {
      co_return outside_.answer(exchange);
    }

   private:
    EmulatorUpstream& outside_;
  };

  [[nodiscard]] core::Reply answer(const core::Exchange& exchange);
  [[nodiscard]] std::string_view account_of(const core::Exchange& exchange) const;

  Inside inside_{*this};
  emulator::Emulator emulator_;
  const std::string account_;
  const std::vector<aws::Key> keys_;
};

}  // namespace dynatape::sessions
