#pragma once

// The `latency` interceptor: waits before a call goes on. It adds to what the call takes anyway.

#include <memory>
#include <variant>

#include "core/rng.h"
#include "core/time.h"
#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

/// How long to wait, as a distribution. A draw is never negative nor above kLongestDuration.
struct Latency {
  struct Fixed {
    core::Duration value;
    bool operator==(const Fixed&) const = default;
  };
  struct Uniform {
    core::Duration min, max;
    bool operator==(const Uniform&) const = default;
  };
  struct Normal {
    core::Duration mean, stddev;
    bool operator==(const Normal&) const = default;
  };
  /// The usual shape of service latency: half the waits below `p50`, 99 of 100 below `p99`.
  struct Lognormal {
    core::Duration p50, p99;
    bool operator==(const Lognormal&) const = default;
  };

  std::variant<Fixed, Uniform, Normal, Lognormal> shape;

  [[nodiscard]] core::Duration draw(core::Rng& rng) const;
  bool operator==(const Latency&) const = default;
};

inline constexpr Option kLatencyOptions[] = {
    {"fixed", "duration", "", R"(always this long; "latency": "20ms" says the same)"},
    {"uniform", R"({"min": duration, "max": duration})", "", "evenly spread from min to max"},
    {"normal", R"({"mean": duration, "stddev": duration})", "",
     "normally distributed, not below 0"},
    {"lognormal", R"({"p50": duration, "p99": duration})", "",
     "half the waits below p50, 99 of 100 below p99"},
};

/// Reads the value of `"latency":`.
[[nodiscard]] std::unique_ptr<const Fault> make_latency(const JsonField& options);

}  // namespace dynatape::interceptors
