#pragma once

// The Date header of every answer.

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace dynatape::http {

/// The current date, written anew only when a second has passed. For one thread.
class DateCache {
 public:
  explicit DateCache(const core::Clock& clock) : clock_(clock) {}

  /// The view lives until the next call.
  [[nodiscard]] std::string_view now();

 private:
  const core::Clock& clock_;
  std::chrono::sys_seconds second_{std::chrono::sys_seconds::min()};
  std::string text_;
};

}  // namespace dynatape::http
