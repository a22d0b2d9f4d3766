#pragma once

// Every operation of the two DynamoDB services by name, as X-Amz-Target carries it. It says what an
// operation is, never whether this upstream implements it. Source: the service models that the AWS
// SDK for JavaScript ships in client-dynamodb 3.1162.0 (62 operations) and client-dynamodb-streams
// 3.1141.0 (4).

#include <string_view>

namespace dynatape::core {

enum class Service { dynamodb, streams };

/// What a call does to items: nothing (control), reads them, writes them, or what its PartiQL
/// statement says.
enum class OperationKind { control, read, write, statement };

struct Operation {
  std::string_view name;
  Service service;
  OperationKind kind;

  bool operator==(const Operation&) const = default;
};

/// Sorted by name.
inline constexpr Operation kOperations[] = {
    {"BatchExecuteStatement", Service::dynamodb, OperationKind::statement},
    {"BatchGetItem", Service::dynamodb, OperationKind::read},
    {"BatchWriteItem", Service::dynamodb, OperationKind::write},
    {"CancelBulkOperation", Service::dynamodb, OperationKind::control},
    {"CreateBackup", Service::dynamodb, OperationKind::control},
    {"CreateGlobalTable", Service::dynamodb, OperationKind::control},
    {"CreateTable", Service::dynamodb, OperationKind::control},
    {"DeleteBackup", Service::dynamodb, OperationKind::control},
    {"DeleteItem", Service::dynamodb, OperationKind::write},
    {"DeleteResourcePolicy", Service::dynamodb, OperationKind::control},
    {"DeleteTable", Service::dynamodb, OperationKind::control},
    {"DescribeBackup", Service::dynamodb, OperationKind::control},
    {"DescribeBulkOperation", Service::dynamodb, OperationKind::control},
    {"DescribeContinuousBackups", Service::dynamodb, OperationKind::control},
    {"DescribeContributorInsights", Service::dynamodb, OperationKind::control},
    {"DescribeEndpoints", Service::dynamodb, OperationKind::control},
    {"DescribeExport", Service::dynamodb, OperationKind::control},
    {"DescribeGlobalTable", Service::dynamodb, OperationKind::control},
    {"DescribeGlobalTableSettings", Service::dynamodb, OperationKind::control},
    {"DescribeImport", Service::dynamodb, OperationKind::control},
    {"DescribeKinesisStreamingDestination", Service::dynamodb, OperationKind::control},
    {"DescribeLimits", Service::dynamodb, OperationKind::control},
    {"DescribeStream", Service::streams, OperationKind::control},
    {"DescribeTable", Service::dynamodb, OperationKind::control},
    {"DescribeTableReplicaAutoScaling", Service::dynamodb, OperationKind::control},
    {"DescribeTimeToLive", Service::dynamodb, OperationKind::control},
    {"DisableKinesisStreamingDestination", Service::dynamodb, OperationKind::control},
    {"EnableKinesisStreamingDestination", Service::dynamodb, OperationKind::control},
    {"ExecuteStatement", Service::dynamodb, OperationKind::statement},
    {"ExecuteTransaction", Service::dynamodb, OperationKind::statement},
    {"ExportTableToPointInTime", Service::dynamodb, OperationKind::control},
    {"GetItem", Service::dynamodb, OperationKind::read},
    {"GetRecords", Service::streams, OperationKind::read},
    {"GetResourcePolicy", Service::dynamodb, OperationKind::control},
    {"GetShardIterator", Service::streams, OperationKind::read},
    {"ImportTable", Service::dynamodb, OperationKind::control},
    {"ListBackups", Service::dynamodb, OperationKind::control},
    {"ListBulkOperations", Service::dynamodb, OperationKind::control},
    {"ListContributorInsights", Service::dynamodb, OperationKind::control},
    {"ListExports", Service::dynamodb, OperationKind::control},
    {"ListGlobalTables", Service::dynamodb, OperationKind::control},
    {"ListImports", Service::dynamodb, OperationKind::control},
    {"ListStreams", Service::streams, OperationKind::control},
    {"ListTables", Service::dynamodb, OperationKind::control},
    {"ListTagsOfResource", Service::dynamodb, OperationKind::control},
    {"PutItem", Service::dynamodb, OperationKind::write},
    {"PutResourcePolicy", Service::dynamodb, OperationKind::control},
    {"Query", Service::dynamodb, OperationKind::read},
    {"RestoreTableFromBackup", Service::dynamodb, OperationKind::control},
    {"RestoreTableToPointInTime", Service::dynamodb, OperationKind::control},
    {"Scan", Service::dynamodb, OperationKind::read},
    {"SearchVectors", Service::dynamodb, OperationKind::read},
    {"StartBulkPutItems", Service::dynamodb, OperationKind::control},
    {"TagResource", Service::dynamodb, OperationKind::control},
    {"TransactGetItems", Service::dynamodb, OperationKind::read},
    {"TransactWriteItems", Service::dynamodb, OperationKind::write},
    {"UntagResource", Service::dynamodb, OperationKind::control},
    {"UpdateContinuousBackups", Service::dynamodb, OperationKind::control},
    {"UpdateContributorInsights", Service::dynamodb, OperationKind::control},
    {"UpdateGlobalTable", Service::dynamodb, OperationKind::control},
    {"UpdateGlobalTableSettings", Service::dynamodb, OperationKind::control},
    {"UpdateItem", Service::dynamodb, OperationKind::write},
    {"UpdateKinesisStreamingDestination", Service::dynamodb, OperationKind::control},
    {"UpdateTable", Service::dynamodb, OperationKind::control},
    {"UpdateTableReplicaAutoScaling", Service::dynamodb, OperationKind::control},
    {"UpdateTimeToLive", Service::dynamodb, OperationKind::control},
};

/// The operation of that exact name, or nullptr.
[[nodiscard]] const Operation* find_operation(std::string_view name);

/// The operation an X-Amz-Target names ("DynamoDB_20120810.GetItem"), or nullptr where either half
/// is unknown.
[[nodiscard]] const Operation* operation_of_target(std::string_view target);

/// "DynamoDB_20120810" or "DynamoDBStreams_20120810".
[[nodiscard]] std::string_view target_prefix(Service service);

}  // namespace dynatape::core
