#include "emulator/model/service_error.h"

#include <array>

#include "emulator/model/json_text.h"

namespace dynatape::model {
namespace {

/// The member that holds the text: most exceptions of the service say `message`, a few `Message`.
enum class Spelling { message, capital };

struct Wire {
  std::string_view type;
  int status = 400;
  Spelling spelling = Spelling::message;
};

/// In the order of ErrorType.
constexpr std::array kWire = {
    Wire{"com.amazon.coral.validate#ValidationException"},
    Wire{"com.amazon.coral.service#SerializationException", 400, Spelling::capital},
    Wire{"com.amazon.coral.service#AccessDeniedException", 400, Spelling::capital},
    Wire{"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"},
    Wire{"com.amazonaws.dynamodb.v20120810#ContinuousBackupsUnavailableException"},
    Wire{"com.amazonaws.dynamodb.v20120810#DuplicateItemException"},
    Wire{"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException"},
    Wire{"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException", 400,
         Spelling::capital},
    Wire{"com.amazonaws.dynamodb.v20120810#InternalServerError", 500},
    Wire{"com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException"},
    Wire{"com.amazonaws.dynamodb.v20120810#LimitExceededException"},
    Wire{"com.amazonaws.dynamodb.v20120810#ResourceInUseException"},
    Wire{"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"},
    Wire{"com.amazonaws.dynamodb.v20120810#TableNotFoundException"},
    Wire{"com.amazonaws.dynamodb.v20120810#TransactionCanceledException", 400, Spelling::capital},
    Wire{"com.amazonaws.dynamodb.v20120810#TransactionConflictException"},
    Wire{"com.amazonaws.dynamodb.v20120810#TransactionInProgressException", 400, Spelling::capital},
    Wire{"com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException"},
    Wire{"com.amazon.coral.service#UnknownOperationException"},
};
static_assert(kWire.size() == static_cast<std::size_t>(ErrorType::unknown_operation) + 1);

const Wire& wire(ErrorType type) { return kWire[static_cast<std::size_t>(type)]; }

}  // namespace

std::string_view wire_type(ErrorType type) { return wire(type).type; }

int status(ErrorType type) { return wire(type).status; }

std::string error_body(const ServiceError& error) {
  const Wire& form = wire(error.type);
  std::string body = "{\"__type\":\"";
  body += form.type;
  body += '"';
  if (!error.extra.empty()) {
    body += ',';
    body += error.extra;
  }
  if (!error.message.empty()) {
    body += form.spelling == Spelling::capital ? ",\"Message\":" : ",\"message\":";
    append_json_string(body, error.message);
  }
  body += '}';
  return body;
}

}  // namespace dynatape::model
