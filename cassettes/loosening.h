#pragma once

// Finds the match rule under which a request would be a recording that it is not. It proposes; what
// does not matter is for people to say.

#include <optional>
#include <vector>

#include "cassettes/difference.h"
#include "cassettes/effects.h"
#include "cassettes/match_rules.h"

namespace dynatape::cassettes {

/// Makes `live` mean what `recorded` means; nullopt where they are about another item, table, index
/// or page, or where no rule can do it. Both are of one operation, and `differ` in these places.
[[nodiscard]] std::optional<MatchRule> loosening_for(const Meaning& live, const Meaning& recorded,
                                                     const std::vector<Difference>& differ,
                                                     const TableKeys& keys);

}  // namespace dynatape::cassettes
