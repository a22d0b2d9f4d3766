#pragma once

// What DynamoDB answers instead of a result. An ordinary value: the wire turns it into a status and
// a body.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace dynatape::model {

/// The error types the emulator itself answers with. Their wire names and statuses:
/// service_error.cc.
enum class ErrorType {
  validation,
  serialization,
  access_denied,
  conditional_check_failed,
  continuous_backups_unavailable,
  duplicate_item,
  expired_iterator,
  idempotent_parameter_mismatch,
  internal_server_error,
  item_collection_size_limit_exceeded,
  limit_exceeded,
  resource_in_use,
  resource_not_found,
  table_not_found,
  transaction_canceled,
  transaction_conflict,
  transaction_in_progress,
  trimmed_data_access,
  unknown_operation,
};

struct ServiceError {
  ErrorType type;
  std::string message;
  /// Further members of the error body as JSON text without braces: `"Item":{...}` or
  /// `"CancellationReasons":[...]`.
  std::string extra = {};

  bool operator==(const ServiceError&) const = default;
};

/// The full `__type`: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException".
[[nodiscard]] std::string_view wire_type(ErrorType type);
/// The HTTP status: 400, or 500 for internal_server_error.
[[nodiscard]] int status(ErrorType type);
/// The whole error body as the service writes it; `message` is `Message` for serialization errors.
[[nodiscard]] std::string error_body(const ServiceError& error);

template <class T>
using Outcome = std::expected<T, ServiceError>;

[[nodiscard]] inline std::unexpected<ServiceError> fail(ErrorType type, std::string message,
                                                        std::string extra = {}) {
  return std::unexpected(ServiceError{type, std::move(message), std::move(extra)});
}

[[nodiscard]] inline std::unexpected<ServiceError> invalid(std::string message) {
  return fail(ErrorType::validation, std::move(message));
}

}  // namespace dynatape::model
