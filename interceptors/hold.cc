#include "interceptors/hold.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "interceptors/duration_text.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

class HoldFault final : public Fault {
 public:
  explicit HoldFault(core::Duration at_most) : at_most_(at_most) {}

  [[nodiscard]] std::string_view name() const override { return "hold"; }
  [[nodiscard]] std::string describe() const override {
    return "holds the write between its checks and its effect, for " + to_text(at_most_) +
           " or until released";
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    auto& slot = exchange.demands().hold;
    if (slot) slot->honoured.no("a later rule holds it");
    const core::Hold wanted{std::string(firing.rule()), at_most_};
    auto outer = std::exchange(slot, core::Demand<core::Hold>{wanted});
    auto result = co_await inner(exchange);
    const auto honoured = std::exchange(slot, std::move(outer))->honoured;
    if (!honoured.why_not.empty()) {
      firing.undelivered(honoured.why_not);
      co_return result;
    }
    exchange.note("hold", wanted.rule + ": held");
    firing.delivered(exchange);
    co_return result;
  }

 private:
  core::Duration at_most_;
};

}  // namespace

std::unique_ptr<const Fault> make_hold(const JsonField& options) {
  options.must_be_object();
  core::Duration at_most = std::chrono::seconds(30);
  if (const auto field = options.member("for")) at_most = field->duration();
  return std::make_unique<HoldFault>(at_most);
}

}  // namespace dynatape::interceptors
