#include "interceptors/exception_table.h"

#include <algorithm>

namespace dynatape::interceptors {
namespace {

constexpr std::string_view kDynamo = "com.amazonaws.dynamodb.v20120810#";
constexpr std::string_view kService = "com.amazon.coral.service#";
constexpr std::string_view kValidate = "com.amazon.coral.validate#";

constexpr std::string_view kLower = "message";
constexpr std::string_view kUpper = "Message";

constexpr std::string_view kThrottled =
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "
    "scaling your table or index so please try again shortly. If exceptions persist, check if you "
    "have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "bp-partition-key-design.html";

// clang-format off
constexpr ExceptionRow kExceptions[] = {
    // The model of DynamoDB.
    {"BackupInUseException", kDynamo, 400, kLower, "There is another ongoing conflicting backup control plane operation on the table. The backup is either being created, deleted or restored to a table."},
    {"BackupNotFoundException", kDynamo, 400, kLower, "Backup not found for the given BackupARN."},
    {"ConditionalCheckFailedException", kDynamo, 400, kLower, "The conditional request failed"},
    {"ContinuousBackupsUnavailableException", kDynamo, 400, kLower, "Backups have not yet been enabled for this table."},
    {"DuplicateItemException", kDynamo, 400, kLower, "Duplicate primary key exists in table"},
    {"ExportConflictException", kDynamo, 400, kLower, "There was a conflict when writing to the specified S3 bucket."},
    {"ExportNotFoundException", kDynamo, 400, kLower, "The specified export was not found."},
    {"GlobalTableAlreadyExistsException", kDynamo, 400, kLower, "The specified global table already exists."},
    {"GlobalTableNotFoundException", kDynamo, 400, kLower, "The specified global table does not exist."},
    {"IdempotentParameterMismatchException", kDynamo, 400, kUpper, "The provided token is already in use with different parameters"},
    {"ImportConflictException", kDynamo, 400, kLower, "There was a conflict when importing from the specified S3 source."},
    {"ImportNotFoundException", kDynamo, 400, kLower, "The specified import was not found."},
    {"IndexNotFoundException", kDynamo, 400, kLower, "The operation tried to access a nonexistent index."},
    {"InternalServerError", kDynamo, 500, kLower, "Internal server error"},
    {"InvalidEndpointException", kDynamo, 421, kUpper, "The endpoint is not valid for this account"},
    {"InvalidExportTimeException", kDynamo, 400, kLower, "The specified ExportTime is outside of the point in time recovery window."},
    {"InvalidRestoreTimeException", kDynamo, 400, kLower, "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime."},
    {"ItemCollectionSizeLimitExceededException", kDynamo, 400, kLower, "Collection size exceeded."},
    {"LimitExceededException", kDynamo, 400, kLower, "Subscriber limit exceeded: Only 500 tables can be created, updated, or deleted simultaneously"},
    {"PointInTimeRecoveryUnavailableException", kDynamo, 400, kLower, "Point in time recovery is not enabled for the table"},
    {"PolicyNotFoundException", kDynamo, 400, kLower, "Resource-based policy not found for the provided ResourceArn"},
    {"ProvisionedThroughputExceededException", kDynamo, 400, kLower, "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.", Detail::throttling_reasons},
    {"ReplicaAlreadyExistsException", kDynamo, 400, kLower, "The specified replica is already part of the global table."},
    {"ReplicaNotFoundException", kDynamo, 400, kLower, "The specified replica is no longer part of the global table."},
    {"ReplicatedWriteConflictException", kDynamo, 400, kLower, "One or more items in this request are being modified by a request in another Region."},
    {"RequestLimitExceeded", kDynamo, 400, kLower, "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support to request a limit increase", Detail::throttling_reasons},
    {"ResourceInUseException", kDynamo, 400, kLower, "Attempt to change a resource which is still in use"},
    {"ResourceNotFoundException", kDynamo, 400, kLower, "Requested resource not found"},
    {"TableAlreadyExistsException", kDynamo, 400, kLower, "A target table with the specified name already exists."},
    {"TableInUseException", kDynamo, 400, kLower, "A target table with the specified name is either being created or deleted."},
    {"TableNotFoundException", kDynamo, 400, kLower, "A source table with the specified name does not currently exist within the subscriber's account or the subscriber is operating in the wrong Region."},
    {"ThrottlingException", kDynamo, 400, kLower, kThrottled, Detail::throttling_reasons_lower},
    {"TransactionCanceledException", kDynamo, 400, kUpper, "", Detail::cancellation_reasons},
    {"TransactionConflictException", kDynamo, 400, kLower, "Transaction is ongoing for the item"},
    {"TransactionInProgressException", kDynamo, 400, kUpper, "The transaction with the given request token is already in progress."},
    // The model of DynamoDB Streams, where it has its own. TrimmedDataAccess: recorded in 2019.
    {"ExpiredIteratorException", kDynamo, 400, kLower, "The iterator has expired. Please request a new iterator"},
    {"TrimmedDataAccessException", kDynamo, 400, kLower, "The data you are trying to access has been trimmed"},
    // Before any operation.
    {"AccessDeniedException", kService, 400, kUpper, "User is not authorized to perform this operation on the resource"},
    {"ExpiredTokenException", kService, 400, kLower, "The security token included in the request is expired"},
    {"IncompleteSignatureException", kService, 400, kLower, "The request signature does not conform to AWS standards."},
    {"InternalFailure", kService, 500, kLower, "The request processing has failed because of an unknown error, exception or failure."},
    {"InvalidSignatureException", kService, 400, kLower, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
    {"MissingAuthenticationTokenException", kService, 400, kLower, "Request is missing Authentication Token"},
    {"SerializationException", kService, 400, kUpper, "Start of structure or map found where not expected"},
    {"ServiceUnavailable", kService, 503, kLower, "The service is temporarily unavailable."},
    {"TooManyRequestsException", kService, 429, kLower, "Too many requests"},
    {"UnknownOperationException", kService, 400, kLower, ""},
    {"UnrecognizedClientException", kService, 400, kLower, "The security token included in the request is invalid."},
    {"ValidationException", kValidate, 400, kLower, "One or more parameter values were invalid"},
};
// clang-format on

}  // namespace

std::span<const ExceptionRow> exception_table() { return kExceptions; }

const ExceptionRow* find_exception(std::string_view name) {
  const auto found = std::ranges::find(kExceptions, name, &ExceptionRow::name);
  return found == std::end(kExceptions) ? nullptr : &*found;
}

}  // namespace dynatape::interceptors
