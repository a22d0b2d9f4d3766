#pragma once

// What is said between Dynatape and a hook, as functions from values to JSON and back.
// docs/hooks.md is the contract.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/exchange.h"
#include "core/message.h"
#include "core/result.h"
#include "interceptors/fault.h"

namespace dynatape::interceptors {

/// When a hook is asked.
enum class HookStage { request, answer };

/// The question: the call, and at stage `answer` what was answered. Headers that may hold secrets
/// are left out.
[[nodiscard]] std::string hook_question(const core::Exchange& exchange, std::string_view rule,
                                        const core::Response* answer);

/// What a hook wants; nothing of it set: that the call, or the answer, passes as it is.
struct HookVerdict {
  std::optional<std::string> params;             ///< the request's body instead of the client's
  std::optional<core::Response> answer;          ///< the answer
  std::shared_ptr<const Fault> error = nullptr;  ///< answers an exception; one verdict alone has it
};

/// Reads what a hook said. At stage `answer` what its answer leaves open stays as in `answer`. The
/// error is the end of a sentence about the hook.
[[nodiscard]] core::Result<HookVerdict> read_hook_verdict(const core::Response& said,
                                                          const core::Response* answer);

}  // namespace dynatape::interceptors
