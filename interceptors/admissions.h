#pragma once

// The parts of one call as meters see them: which were let through, and what each took; made good
// when it is known what the call has consumed.

#include <optional>
#include <span>
#include <vector>

#include "interceptors/consumption.h"
#include "interceptors/meters.h"

namespace dynatape::interceptors {

/// One part of a call.
struct Admission {
  std::vector<Draw> draws;           ///< taken, unless it was not let through
  std::optional<Exceeded> exceeded;  ///< why it was not let through
};
/// One for each part, in order.
using Admissions = std::vector<Admission>;

/// Lets through, in order, each that the meters have enough for.
void admit(Meters& meters, std::span<Admission> admissions, core::TimePoint now);
/// As if none had been let through.
void give_back(Meters& meters, std::span<const Admission> admissions, core::TimePoint now);
/// What was taken becomes what was consumed. Where a report does not tell parts apart, they share
/// as it was expected of them.
void settle(Meters& meters, std::span<const Admission> admissions,
            std::span<const ConsumedUnits> consumed, core::TimePoint now);

}  // namespace dynatape::interceptors
