#pragma once

// The `hook` interceptor: asks an HTTP endpoint of the user's about a call, and about its answer,
// and does what that says. docs/hooks.md has the contract.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kHookOptions[] = {
    {"url", "http:// URL", "", R"(whom to ask; "hook": "http://127.0.0.1:9000/" says the same)"},
    {"on", "request, answer, or a list of both", "request",
     "when: before the call is applied, and after"},
    {"timeout", "duration", "2s", "how long it may take to connect, and to answer"},
    {"on_failure", "error or pass", "error",
     "where the hook fails: answer HookFailedException, which no SDK retries, or go on without it"},
};

/// Reads the value of `"hook":`.
[[nodiscard]] std::unique_ptr<const Fault> make_hook(const JsonField& options);

}  // namespace dynatape::interceptors
