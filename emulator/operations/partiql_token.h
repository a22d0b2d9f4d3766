#pragma once

// NextToken of ExecuteStatement: where a SELECT goes on, bound to the statement and parameters that
// it was made for.

#include <cstddef>
#include <string>
#include <string_view>

#include "emulator/model/schema.h"
#include "emulator/model/service_error.h"

namespace dynatape::operations {

/// The row that was read last: which of the plan's partitions it is in, and its key there.
struct ReadPosition {
  std::size_t partition = 0;
  std::string row_key;
};

[[nodiscard]] std::string encode_token(const ReadPosition& position, std::string_view fingerprint,
                                       model::TimePoint now);

/// Refuses what is no token or an hour old, and a token of another statement.
[[nodiscard]] model::Outcome<ReadPosition> decode_token(std::string_view token,
                                                        std::string_view fingerprint,
                                                        model::TimePoint now);

}  // namespace dynatape::operations
