#pragma once

// What a call consumes, as the service reports it when it is asked: how to ask, what the answer
// says, and the answer as if nobody had asked.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "interceptors/token_bucket.h"

namespace dynatape::interceptors {

/// What one table's part of a call has consumed.
struct ConsumedUnits {
  std::string table;  ///< plain name
  std::string index;  ///< a global index; empty: the table with its local indexes
  MicroUnits units = 0;

  bool operator==(const ConsumedUnits&) const = default;
};

/// The call's body, with the question in it.
[[nodiscard]] std::string asking_consumption(const core::Call& call);

/// What the answer to asking_consumption() says; nullopt where it says nothing of it.
struct Consumption {
  std::vector<ConsumedUnits> units;
  std::string body;  ///< with no more than the client itself has asked for
};
[[nodiscard]] std::optional<Consumption> consumption_in(const core::Call& call,
                                                        std::string_view answer);

}  // namespace dynatape::interceptors
