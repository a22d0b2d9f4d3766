#pragma once

// The `error` interceptor: answers a call with an exception of the service, in its own shape, and
// does not pass the call on.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kErrorOptions[] = {
    {"type", "string", "", R"(the exception's name; "error": "ThrottlingException" says the same)"},
    {"message", "string", "as the service says", "its message"},
    {"status", "400 to 599", "as the service answers", "the HTTP status"},
    {"reason", "string", "as fits the exception and the call",
     "for throttles, the limit: KeyRangeThroughputExceeded, or in full "
     "TableWriteKeyRangeThroughputExceeded"},
    {"index", "string", "the call's IndexName", "for throttles, the index that is throttled"},
    {"cancellation_reasons",
     R"(list of code or {"code": string, "message": string, "item": object})",
     R"(["TransactionConflict"])",
     "for TransactionCanceledException, one for each item in order; None for the rest"},
    {"retry_after", "duration", "none", "sends x-amz-retry-after, in milliseconds"},
};

/// Reads the value of `"error":`.
[[nodiscard]] std::unique_ptr<const Fault> make_error(const JsonField& options);

}  // namespace dynatape::interceptors
