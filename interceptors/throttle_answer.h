#pragma once

// What the service answers to a call of which parts have exceeded limits: which exception, in which
// words, with the reason and ARN of each resource that was exceeded.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/message.h"
#include "interceptors/meters.h"

namespace dynatape::interceptors {

/// How one exceeded limit is told.
struct ThrottleWords {
  std::string_view exception;  ///< of a call
  std::string_view code;       ///< of an action of a transaction, or a statement of a batch
  std::string_view message;
};
[[nodiscard]] ThrottleWords words_for(const Exceeded& exceeded);

/// `parts` are those of the call, nullopt where one has exceeded nothing; at least one has.
[[nodiscard]] core::Reply throttle_answer(const core::Call& call,
                                          std::span<const std::optional<Exceeded>> parts);

}  // namespace dynatape::interceptors
