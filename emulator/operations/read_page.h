#pragma once

// One page of a Query or Scan: walks rows in key order until the page is full and writes the
// answer.

#include <optional>
#include <string>

#include "emulator/operations/read_plan.h"
#include "emulator/storage/key_codec.h"

namespace dynatape::operations {

/// A page never evaluates more than this, filtered out or not.
inline constexpr std::size_t kMaxPageBytes = 1'048'576;

struct Walk {
  storage::KeyRange range;
  bool forward = true;
};

/// The body of the response: Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity.
[[nodiscard]] std::string read_page(const ReadRequest& request, const ReadPlan& plan,
                                    const ReadSource& source, const Walk& walk);

/// The row that a start key with all key attributes names, as its tree knows it.
[[nodiscard]] std::optional<std::string> row_key(const ReadSource& source, const model::Item& key);

/// `range` without what a walk has passed when it has come to `row`.
[[nodiscard]] storage::KeyRange rest_of(const storage::KeyRange& range, std::string_view row,
                                        bool forward);

}  // namespace dynatape::operations
