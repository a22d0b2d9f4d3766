#pragma once

// Which items have expired: a table with time to live keeps its items that will expire in a tree of
// their own, ordered by when, so that a sweep touches only what it deletes.

#include <optional>
#include <string>

#include "emulator/model/encoded_item.h"
#include "emulator/model/schema.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::storage {

/// Where an item stands in the order of expiry; nullopt where its attribute is no number or names
/// no moment since 1970. Fractions of a second do not count.
[[nodiscard]] std::optional<std::string> expiry_key(std::string_view attribute,
                                                    model::ItemView item,
                                                    std::string_view table_key);

/// The keys of items to delete at `now`: expired, but not more than five years ago, which the
/// service takes for a mistake.
[[nodiscard]] KeyRange expired_at(model::TimePoint now);

}  // namespace dynatape::storage
