#include "interceptors/clock_skew.h"

#include "core/signature_time.h"
#include "core/time_text.h"
#include "interceptors/duration_text.h"
#include "interceptors/error_body.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

/// "10m ahead"; `skew` is what the service's clock is ahead of the true one.
std::string skew_text(core::Duration skew) {
  const bool ahead = skew > core::Duration::zero();
  return to_text(ahead ? skew : -skew) + (ahead ? " ahead" : " behind");
}

void date(core::Response& response, core::TimePoint time) {
  response.headers.erase("Date");
  response.headers.add("Date", core::http_date(time));
}

class WrongDate final : public AnswerFault {
 public:
  explicit WrongDate(core::Duration skew) : skew_(skew) {}

  [[nodiscard]] std::string_view name() const override { return "clock_skew"; }
  [[nodiscard]] std::string describe() const override {
    return "dates the answer by a clock that is " + skew_text(skew_);
  }

 private:
  void change(core::Reply& reply, const core::Exchange& exchange) const override {
    date(reply.response, exchange.clock().now() + skew_);
  }

  core::Duration skew_;
};

class RefusedSignature final : public Fault {
 public:
  explicit RefusedSignature(core::Duration skew) : skew_(skew) {}

  [[nodiscard]] std::string_view name() const override { return "clock_skew"; }
  [[nodiscard]] std::string describe() const override {
    return "refuses the signature by a clock that is " + skew_text(skew_);
  }

  /// As if the client's own clock were right.
  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing, Inner) const override {
    exchange.note("clock_skew", std::string(firing.rule()) + ": refused");
    firing.delivered(exchange);
    const core::TimePoint now = exchange.clock().now();
    core::Reply reply =
        error_reply(*find_exception("InvalidSignatureException"), exchange.call(),
                    core::signature_time_error(core::amz_date(now), now, now + skew_));
    date(reply.response, now + skew_);
    co_return reply;
  }

 private:
  core::Duration skew_;
};

}  // namespace

std::unique_ptr<const Fault> make_clock_skew(const JsonField& options) {
  options.must_be_object();
  const auto behind = options.member("behind");
  const auto ahead = options.member("ahead");
  if (behind.has_value() == ahead.has_value()) {
    options.mistake(R"(it takes one of "behind" and "ahead", a duration)");
  }
  core::Duration skew{0};
  if (ahead) skew = ahead->duration();
  if (behind) skew = -behind->duration();
  const auto refuses = options.member("refuses");
  if (!refuses || !refuses->boolean()) return std::make_unique<WrongDate>(skew);
  if (skew >= -core::kSigningWindow && skew <= core::kSigningWindow) {
    options.mistake("a signature is refused only for more than 5m");
  }
  return std::make_unique<RefusedSignature>(skew);
}

}  // namespace dynatape::interceptors
