#include "interceptors/upload_faults.h"

#include <utility>

#include "interceptors/cut.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

constexpr std::uint64_t kMostBytesPerSecond = std::uint64_t{1} << 30;
constexpr std::string_view kEndings[] = {"reset", "close"};

/// Asks for `what` in one member of the demands, unless an earlier rule did.
template <class T>
class UploadFault final : public Fault {
 public:
  using Slot = std::optional<core::Demand<T>> core::Demands::*;

  UploadFault(std::string_view name, std::string description, Slot slot, T what)
      : name_(name), description_(std::move(description)), slot_(slot), what_(what) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string describe() const override { return description_; }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing,
                                                             Inner inner) const override {
    auto& slot = exchange.demands().*slot_;
    if (slot) {
      firing.undelivered("an earlier rule has the same done to the body");
      co_return co_await inner(exchange);
    }
    slot = core::Demand<T>{what_, {.why_not = "the body had come before"}};
    auto result = co_await inner(exchange);
    if (!slot->honoured.why_not.empty()) {
      firing.undelivered(slot->honoured.why_not);
      co_return result;
    }
    exchange.note(name_, std::string(firing.rule()) + ": " + description_);
    firing.delivered(exchange, /*drives_away=*/true);
    co_return result;
  }

 private:
  std::string_view name_;
  std::string description_;
  Slot slot_;
  T what_;
};

}  // namespace

std::unique_ptr<const Fault> make_slow_upload(const JsonField& options) {
  options.must_be_object();
  const std::uint64_t rate =
      options.required("bytes_per_second", R"("bytes_per_second", a whole number)")
          .count(1, kMostBytesPerSecond);
  return std::make_unique<UploadFault<core::SlowUpload>>(
      "slow_upload", "reads the body at " + std::to_string(rate) + " bytes per second",
      &core::Demands::slow_upload, core::SlowUpload{rate});
}

std::unique_ptr<const Fault> make_cut_upload(const JsonField& options) {
  options.must_be_object();
  core::CutUpload cut{.fraction = 0.5};
  std::string part = "50% of the body";
  if (const auto at = options.member("at")) {
    const Cut read = read_cut(*at);
    cut = {};
    part = "0 bytes of the body";
    if (const auto* bytes = std::get_if<std::size_t>(&read.at)) {
      cut.after = *bytes;
      part = std::to_string(*bytes) + (*bytes == 1 ? " byte" : " bytes") + " of the body";
    }
    if (const auto* fraction = std::get_if<double>(&read.at)) {
      cut.fraction = *fraction;
      part = at->text() + " of the body";
    }
    const bool all = std::holds_alternative<Cut::After>(read.at) || cut.fraction == 1;
    if (all) at->mistake("a body that is read whole is not cut: see lost_request");
  }
  if (const auto field = options.member("ending")) {
    const std::string ending = field->choice(kEndings, "what ends the connection");
    if (ending == "close") cut.ending = core::Ending::close;
  }
  const std::string ends = cut.ending == core::Ending::close ? "closes" : "resets";
  return std::make_unique<UploadFault<core::CutUpload>>(
      "cut_upload", "reads " + part + " and " + ends + " the connection",
      &core::Demands::cut_upload, cut);
}

std::unique_ptr<const Fault> make_no_continue(const JsonField& options) {
  options.must_be_object();
  return std::make_unique<UploadFault<core::NoContinue>>(
      "no_continue", "sends no 100 Continue", &core::Demands::no_continue, core::NoContinue{});
}

}  // namespace dynatape::interceptors
