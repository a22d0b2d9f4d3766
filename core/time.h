#pragma once

// The units of time used everywhere: wall-clock instants and durations, in microseconds.

#include <chrono>

namespace dynatape::core {

using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

}  // namespace dynatape::core
