#include "interceptors/slow_accept.h"

#include "interceptors/duration_text.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

class SlowAccept final : public Fault {
 public:
  explicit SlowAccept(core::Duration wait) : wait_(wait) {}

  [[nodiscard]] std::string_view name() const override { return "slow_accept"; }
  [[nodiscard]] std::string describe() const override {
    return "reads nothing from the connection for " + to_text(wait_);
  }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    exchange.note(name(), std::string(firing.rule()) + ": " + describe());
    co_await exchange.loop().sleep(wait_);
    firing.delivered(exchange, /*drives_away=*/true);
    co_return co_await inner(exchange);
  }

 private:
  core::Duration wait_;
};

}  // namespace

std::unique_ptr<const Fault> make_slow_accept(const JsonField& options) {
  if (options.is_string()) return std::make_unique<SlowAccept>(options.duration());
  if (!options.is_object()) options.must_be(R"(a duration such as "3s", or an object)");
  return std::make_unique<SlowAccept>(
      options.required("for", R"("for", a duration such as "3s")").duration());
}

}  // namespace dynatape::interceptors
