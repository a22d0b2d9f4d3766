#include "interceptors/admissions.h"

#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace dynatape::interceptors {
namespace {

/// By table and index, as reports tell them apart; both empty: the account.
using Place = std::pair<std::string, std::string>;
using ByPlace = std::map<Place, MicroUnits>;

ByPlace sums_of(std::span<const ConsumedUnits> consumed) {
  ByPlace sums;
  for (const ConsumedUnits& one : consumed) {
    sums[{one.table, one.index}] += one.units;
    sums[{"", ""}] += one.units;
  }
  return sums;
}

/// Where the report has what `draw` took: a local index has no line of its own.
Place place_of(const Draw& draw, const ByPlace& consumed) {
  Place place{draw.resource.table, draw.resource.index};
  if (!draw.resource.partition.empty() && !consumed.contains(place)) place.second.clear();
  return place;
}

std::map<Place, std::vector<const Draw*>> taken(std::span<const Admission> admissions,
                                                const ByPlace& consumed) {
  std::map<Place, std::vector<const Draw*>> draws;
  for (const Admission& admission : admissions) {
    if (admission.exceeded) continue;
    for (const Draw& draw : admission.draws) draws[place_of(draw, consumed)].push_back(&draw);
  }
  return draws;
}

/// Divides `units` among draws as their reserves stand to each other; the last takes the rest.
void share(Meters& meters, std::span<const Draw* const> draws, MicroUnits units,
           core::TimePoint now) {
  MicroUnits reserved = 0;
  for (const Draw* draw : draws) reserved += draw->reserve;
  MicroUnits left = units;
  for (const Draw* draw : draws) {
    const double part = static_cast<double>(draw->reserve) / static_cast<double>(reserved);
    const MicroUnits mine =
        draw == draws.back() ? left : std::llround(static_cast<double>(units) * part);
    left -= mine;
    if (mine != draw->reserve) meters.take(*draw, mine - draw->reserve, now);
  }
}

}  // namespace

void admit(Meters& meters, std::span<Admission> admissions, core::TimePoint now) {
  for (Admission& admission : admissions) {
    admission.exceeded = meters.admit(admission.draws, now);
  }
}

void give_back(Meters& meters, std::span<const Admission> admissions, core::TimePoint now) {
  for (const Admission& admission : admissions) {
    if (admission.exceeded) continue;
    for (const Draw& draw : admission.draws) meters.take(draw, -draw.reserve, now);
  }
}

void settle(Meters& meters, std::span<const Admission> admissions,
            std::span<const ConsumedUnits> consumed, core::TimePoint now) {
  const ByPlace sums = sums_of(consumed);
  for (const auto& [place, draws] : taken(admissions, sums)) {
    const auto sum = sums.find(place);
    share(meters, draws, sum == sums.end() ? 0 : sum->second, now);
  }
}

}  // namespace dynatape::interceptors
