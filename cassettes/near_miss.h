#pragma once

// Which recording comes nearest to a request that none has the key of, and in what they differ.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cassettes/difference.h"
#include "cassettes/match_rules.h"
#include "cassettes/store.h"
#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// A live request that the tape has no answer to.
struct Missed {
  const core::Request& request;
  const core::Operation* operation = nullptr;
  core::TimePoint started = {};
};

struct Nearest {
  Question question;
  /// But for values that both runs made anew, such as UUIDs.
  std::vector<Difference> differences;
  double distance = 0;
};

/// Among the first 1,000 recordings of the same operation, or of all where it has none; of equally
/// near ones the first that `waits` to be replayed. nullopt where the tape is empty.
[[nodiscard]] core::Result<std::optional<Nearest>> find_nearest(
    Store& store, const Missed& missed, const MatchRules& rules,
    const std::function<bool(std::int64_t id)>& waits);

/// How far apart two requests are: each place in which they differ counts from 0.1, where the two
/// values are much alike, to 1; another table or operation counts 4.
[[nodiscard]] double distance(const std::vector<Difference>& differences);

}  // namespace dynatape::cassettes
