#pragma once

// The outcome of work that infrastructure can fail: a value, or an Error that says why there is
// none. It never carries what DynamoDB itself would answer; a DynamoDB error response is a Reply.

#include <expected>
#include <string>
#include <utility>

namespace dynatape::core {

/// Why there is no answer. `message` names the thing, the value and the limit, in one line.
struct Error {
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// The failed state of any Result<T>: `return failure("port 8000 is already in use");`
[[nodiscard]] inline std::unexpected<Error> failure(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace dynatape::core
