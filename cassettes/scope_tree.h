#pragma once

// A request's parameters as a tree of meaning: what each of them is, and what its absence means.

#include "cassettes/meaning.h"
#include "emulator/wire/json.h"

namespace dynatape::cassettes {

/// The request, or a part of one that has parameters of its own: an action of a transaction, an
/// entry of a batch.
[[nodiscard]] Node scope_tree(const wire::Json& json);

}  // namespace dynatape::cassettes
