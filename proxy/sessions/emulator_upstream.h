#pragma once

// The built-in emulator as an upstream: the service's gates first, then the call. It answers at
// once, on the loop's thread, and can snapshot.

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "core/snapshots.h"
#include "emulator/emulator.h"
#include "proxy/aws/signature_check.h"
#include "proxy/sessions/holds.h"

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
  /// The calls that wait to be released.
  [[nodiscard]] Holds& holds() { return holds_; }

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

  [[nodiscard]] emulator::CallContext context_of(const core::Exchange& exchange,
                                                 std::uint64_t holder = 0) const;
  /// nullptr where there is nothing to hold, as the demand then says.
  [[nodiscard]] std::unique_ptr<emulator::HeldWrite> hold(core::Exchange& exchange);
  /// `holder` as of the write that is held, 0 for any other call.
  [[nodiscard]] core::Reply answer(core::Exchange& exchange, std::uint64_t holder = 0);
  [[nodiscard]] emulator::Answer run(core::Exchange& exchange, const emulator::CallContext& call);
  [[nodiscard]] std::expected<emulator::Answer, std::string_view> read_earlier(
      const core::StaleRead& wanted, std::string_view operation, std::string_view body,
      const emulator::CallContext& call);
  [[nodiscard]] std::string_view account_of(const core::Exchange& exchange) const;

  Inside inside_{*this};
  emulator::Emulator emulator_;
  Holds holds_;
  const std::string account_;
  const std::vector<aws::Key> keys_;
};

}  // namespace dynatape::sessions
