#pragma once

// Every exception that DynamoDB and DynamoDB Streams answer with, as data: the 37 of the service
// models, and those that stand before any operation. Source: the models in @aws-sdk/client-dynamodb
// and @aws-sdk/client-dynamodb-streams 3.1166 (names, members, 421 for InvalidEndpointException);
// prefixes and wordings from recordings of the service where there are any, else from its
// documentation.

#include <span>
#include <string>
#include <string_view>

namespace dynatape::interceptors {

/// What the body of an exception holds besides its type and message.
enum class Detail {
  none,
  throttling_reasons,        ///< ThrottlingReasons
  throttling_reasons_lower,  ///< throttlingReasons: ThrottlingException alone spells it so
  cancellation_reasons,      ///< CancellationReasons, which also make up the message
};

struct ExceptionRow {
  std::string_view name;    ///< "ResourceNotFoundException"
  std::string_view prefix;  ///< of the `__type`, with the '#'
  int status;
  std::string_view message_member;  ///< "message" or "Message"
  std::string_view message;         ///< what the service says; "" where it says nothing
  Detail detail = Detail::none;

  [[nodiscard]] std::string wire_type() const { return std::string(prefix).append(name); }
};

[[nodiscard]] std::span<const ExceptionRow> exception_table();

/// The exception of that exact name, or nullptr.
[[nodiscard]] const ExceptionRow* find_exception(std::string_view name);

}  // namespace dynatape::interceptors
