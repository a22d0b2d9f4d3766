#pragma once

// Why a tape has no answer, as one line for the person who must mend the test: the recording that
// comes nearest, and what differs, by path and by value.

#include <cstdint>
#include <string>

#include "cassettes/match_rules.h"
#include "cassettes/store.h"
#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// For a request that no recording has the key of. Looks through the first 1,000 recordings of the
/// same operation, or of all where there is none.
[[nodiscard]] std::string near_miss(Store& store, const core::Request& request,
                                    const core::Operation* operation, const MatchRules& rules = {});

/// For a request that was recorded `times` times, each of which has been replayed.
[[nodiscard]] std::string exhausted(const core::Request& request, const core::Operation* operation,
                                    std::size_t times, std::int64_t last_id);

}  // namespace dynatape::cassettes
