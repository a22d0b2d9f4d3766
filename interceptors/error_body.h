#pragma once

// The bodies of DynamoDB's exceptions in the service's own shape, made for the call that gets them.

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "interceptors/exception_table.h"

namespace dynatape::interceptors {

/// Which limit a throttle says was exceeded. What is left open follows from the call.
struct ThrottlingReason {
  std::string limit;        ///< "KeyRangeThroughputExceeded"
  std::string access;       ///< "Read" or "Write"; empty: as the operation does
  std::string index;        ///< the index throttled; empty: the one a Query or Scan names, if any
  bool table_only = false;  ///< the table is throttled even where the call names an index
  std::string table = {};   ///< the one throttled; empty: each that the call names

  bool operator==(const ThrottlingReason&) const = default;
};

/// The four limits that a reason can end in.
[[nodiscard]] std::span<const std::string_view> throttling_limits();

/// Why one item of a transaction stood in its way; code "None" for one that did not.
struct CancellationReason {
  std::string code = "None";
  std::string message = {};  ///< none for "None"
  std::string item = {};     ///< as JSON, for an action that asked for it; empty: none

  bool operator==(const CancellationReason&) const = default;
};

/// The codes that the service uses.
[[nodiscard]] std::span<const std::string_view> cancellation_codes();
/// What the service says with a code.
[[nodiscard]] std::string_view cancellation_message(std::string_view code);

/// One exception as a rule wants it.
struct ErrorShape {
  const ExceptionRow* exception = nullptr;
  std::optional<std::string> message;  ///< instead of the service's own
  ThrottlingReason reason;
  /// Instead of that one, several, each with limit, access and table.
  std::vector<ThrottlingReason> reasons = {};
  std::vector<CancellationReason> cancellations;  ///< by position; empty: the first item conflicts
};

/// The body for `call`, or a fixed sentence that says why the exception cannot be given to it.
[[nodiscard]] std::expected<std::string, std::string_view> error_body(const ErrorShape& shape,
                                                                      const core::Call& call);

/// The whole answer, with the exception's own status; the same for its failure.
[[nodiscard]] std::expected<core::Reply, std::string_view> error_reply(const ErrorShape& shape,
                                                                       const core::Call& call);
/// An exception that fits every call: one without further members.
[[nodiscard]] core::Reply error_reply(const ExceptionRow& exception, const core::Call& call,
                                      std::optional<std::string> message = std::nullopt);

}  // namespace dynatape::interceptors
