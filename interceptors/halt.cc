#include "interceptors/halt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "interceptors/duration_text.h"

namespace dynatape::interceptors {

std::string describe(const HaltRule& rule) {
  std::string text;
  if (rule.in_a_row) text = "after " + std::to_string(*rule.in_a_row) + " failed answers in a row";
  if (rule.ratio) {
    if (!text.empty()) text += " or ";
    text += "once more than " + nlohmann::json(*rule.ratio).dump() + " of the answers within " +
            to_text(rule.window) + " failed, of at least " + std::to_string(rule.at_least);
  }
  return text;
}

bool has_failed(const core::Result<core::Reply>& answer) {
  if (!answer) return true;
  const core::Delivery& delivery = answer->delivery;
  return answer->source == core::Source::fault || answer->response.status >= 500 ||
         delivery.cut_after || delivery.cut_fraction || delivery.ending != core::Ending::normal;
}

void Halt::saw(bool failed, core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (halted()) return;
  in_a_row_ = failed ? in_a_row_ + 1 : 0;
  if (rule_.ratio) count(failed, now);
  const bool too_long = rule_.in_a_row && in_a_row_ >= *rule_.in_a_row;
  if (!too_long && !(rule_.ratio && too_many(now))) return;
  reason_ = "the rules stopped at " + core::to_text(now) + ": " +
            (too_long ? std::to_string(in_a_row_) + " answers in a row failed"
                      : "too many answers within " + to_text(rule_.window) + " failed");
  halted_ = true;
}

std::optional<std::string> Halt::reason() const {
  const std::lock_guard lock(mutex_);
  return halted() ? std::optional(reason_) : std::nullopt;
}

void Halt::count(bool failed, core::TimePoint now) {
  const std::int64_t number = slice_number(now);
  Slice& slice = slices_[static_cast<std::size_t>(number) % kSlices];
  if (slice.number != number) slice = {number, 0, 0};
  ++slice.answers;
  if (failed) ++slice.failed;
}

bool Halt::too_many(core::TimePoint now) const {
  std::uint64_t answers = 0;
  std::uint64_t failed = 0;
  const std::int64_t newest = slice_number(now);
  for (const Slice& slice : slices_) {
    const bool within =
        slice.number > newest - static_cast<std::int64_t>(kSlices) && slice.number <= newest;
    if (!within) continue;
    answers += slice.answers;
    failed += slice.failed;
  }
  return answers >= rule_.at_least &&
         static_cast<double>(failed) > *rule_.ratio * static_cast<double>(answers);
}

std::int64_t Halt::slice_number(core::TimePoint now) const {
  const std::int64_t length =
      std::max<std::int64_t>(rule_.window.count() / static_cast<std::int64_t>(kSlices), 1);
  return now.time_since_epoch().count() / length;
}

}  // namespace dynatape::interceptors
