#include "interceptors/delivery_faults.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "interceptors/cut.h"
#include "interceptors/duration_text.h"
#include "interceptors/json_field.h"

namespace dynatape::interceptors {
namespace {

constexpr std::uint64_t kMostChunkBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kMostBytesPerSecond = std::uint64_t{1} << 30;
/// Pieces of a bandwidth leave this often.
constexpr core::Duration kBandwidthTick = std::chrono::milliseconds(20);

/// One planned delivery for every answer it hits.
class DeliveryFault final : public AnswerFault {
 public:
  DeliveryFault(std::string_view name, std::string description, core::Delivery delivery)
      : name_(name), description_(std::move(description)), delivery_(std::move(delivery)) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string describe() const override { return description_; }

 private:
  /// On top of what an inner fault has planned already.
  void change(core::Reply& reply, const core::Exchange&) const override {
    core::Delivery& delivery = reply.delivery;
    delivery.delay += delivery_.delay;
    if (delivery_.cut_after) delivery.cut_after = delivery_.cut_after;
    if (delivery_.cut_fraction) delivery.cut_fraction = delivery_.cut_fraction;
    if (delivery_.chunk_bytes > 0) {
      delivery.chunk_bytes = delivery_.chunk_bytes;
      delivery.chunk_gap = delivery_.chunk_gap;
    }
    if (delivery_.ending != core::Ending::normal) delivery.ending = delivery_.ending;
  }
  [[nodiscard]] bool drives_away() const override { return true; }

  std::string_view name_;
  std::string description_;
  core::Delivery delivery_;
};

/// Silence without the call's having been passed on.
class UnappliedHang final : public Fault {
 public:
  UnappliedHang(std::string description, core::Delivery delivery)
      : description_(std::move(description)), delivery_(std::move(delivery)) {}

  [[nodiscard]] std::string_view name() const override { return "hang"; }
  [[nodiscard]] std::string describe() const override { return description_; }

  [[nodiscard]] core::Task<core::Result<core::Reply>> handle(core::Exchange& exchange,
                                                             Firing& firing, Inner) const override {
    exchange.note("hang", std::string(firing.rule()) + ": " + description_);
    firing.delivered(exchange, /*drives_away=*/true);
    co_return core::Reply{{}, core::Source::fault, delivery_};
  }

 private:
  std::string description_;
  core::Delivery delivery_;
};

constexpr std::string_view kHangEndings[] = {"reset", "close", "answer"};
constexpr std::string_view kTruncateEndings[] = {"reset", "close", "hang"};

std::string ending_text(core::Ending ending) {
  switch (ending) {
    case core::Ending::reset:
      return "resets the connection";
    case core::Ending::close:
      return "closes the connection";
    case core::Ending::normal:
      break;
  }
  return "leaves the connection open";
}

std::unique_ptr<const Fault> make_ending(const JsonField& options, std::string_view name,
                                         core::Ending ending) {
  options.must_be_object();
  Cut cut;
  if (const auto at = options.member("at")) cut = read_cut(*at);
  core::Delivery delivery;
  delivery.ending = ending;
  cut.apply(delivery);
  return std::make_unique<DeliveryFault>(name, ending_text(ending) + " after " + cut.describe(),
                                         std::move(delivery));
}

}  // namespace

std::unique_ptr<const Fault> make_hang(const JsonField& options) {
  options.must_be_object();
  core::Delivery delivery;
  delivery.delay = std::chrono::minutes(2);
  if (const auto field = options.member("for")) delivery.delay = field->duration();
  std::string ending = "reset";
  if (const auto field = options.member("ending")) {
    ending = field->choice(kHangEndings, "how a hang ends");
  }
  bool applied = true;
  if (const auto field = options.member("applied")) applied = field->boolean();
  std::string description = "answers nothing for " + to_text(delivery.delay) + ", then ";
  if (ending == "answer") {
    if (!applied) options.mistake("a call that is not applied has no answer to end the hang with");
    description += "sends the answer";
  } else {
    delivery.ending = ending == "close" ? core::Ending::close : core::Ending::reset;
    delivery.cut_after = 0;
    description += ending_text(delivery.ending);
  }
  if (!applied) {
    return std::make_unique<UnappliedHang>("does not pass the call on, " + description,
                                           std::move(delivery));
  }
  return std::make_unique<DeliveryFault>("hang", std::move(description), std::move(delivery));
}

std::unique_ptr<const Fault> make_reset(const JsonField& options) {
  return make_ending(options, "reset", core::Ending::reset);
}

std::unique_ptr<const Fault> make_close(const JsonField& options) {
  return make_ending(options, "close", core::Ending::close);
}

std::unique_ptr<const Fault> make_truncate(const JsonField& options) {
  options.must_be_object();
  Cut cut{0.5};
  if (const auto at = options.member("at")) cut = read_cut(*at);
  std::string ending = "close";
  if (const auto field = options.member("ending")) {
    ending = field->choice(kTruncateEndings, "what follows a cut answer");
  }
  core::Delivery delivery;
  cut.apply(delivery);
  if (ending == "reset") delivery.ending = core::Ending::reset;
  if (ending == "close") delivery.ending = core::Ending::close;
  const bool cuts = delivery.cut_after || delivery.cut_fraction;
  if (!cuts) options.mistake("an answer that leaves whole is not truncated: see reset and close");
  return std::make_unique<DeliveryFault>(
      "truncate",
      "cuts the answer after " + cut.describe() + " and " + ending_text(delivery.ending),
      std::move(delivery));
}

std::unique_ptr<const Fault> make_dribble(const JsonField& options) {
  options.must_be_object();
  core::Delivery delivery;
  delivery.chunk_bytes = 1;
  delivery.chunk_gap = std::chrono::milliseconds(20);
  if (const auto field = options.member("bytes")) {
    delivery.chunk_bytes = static_cast<std::size_t>(field->count(1, kMostChunkBytes));
  }
  if (const auto field = options.member("every")) delivery.chunk_gap = field->duration();
  return std::make_unique<DeliveryFault>("dribble",
                                         "sends the answer " +
                                             std::to_string(delivery.chunk_bytes) +
                                             " bytes every " + to_text(delivery.chunk_gap),
                                         delivery);
}

std::unique_ptr<const Fault> make_bandwidth(const JsonField& options) {
  options.must_be_object();
  const std::uint64_t rate =
      options.required("bytes_per_second", R"("bytes_per_second", a whole number)")
          .count(1, kMostBytesPerSecond);
  core::Delivery delivery;
  const auto ticks = static_cast<std::uint64_t>(std::chrono::seconds(1) / kBandwidthTick);
  // As close to a tick as whole bytes allow, and then as long a pause as these take.
  delivery.chunk_bytes = static_cast<std::size_t>(std::max<std::uint64_t>(rate / ticks, 1));
  delivery.chunk_gap = core::Duration(
      static_cast<std::int64_t>(delivery.chunk_bytes * std::uint64_t{1'000'000} / rate));
  return std::make_unique<DeliveryFault>(
      "bandwidth", "sends the answer at " + std::to_string(rate) + " bytes per second", delivery);
}

}  // namespace dynatape::interceptors
