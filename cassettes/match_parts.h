#pragma once

// The parts of a request that a match rule may name, and the parameters that each covers, wherever
// in the request they stand. The table feeds the reader of rules, `rules list` and its errors.

#include <initializer_list>
#include <span>
#include <string_view>

namespace dynatape::cassettes {

struct MatchPart {
  std::string_view name;
  std::string_view help;
  std::span<const std::string_view> parameters;
};

namespace match_parts {
inline constexpr std::string_view kTable[] = {"TableName"};
inline constexpr std::string_view kIndex[] = {"IndexName"};
inline constexpr std::string_view kKey[] = {"Key", "Keys", "KeyConditionExpression",
                                            "KeyConditions"};
inline constexpr std::string_view kItem[] = {"Item"};
inline constexpr std::string_view kCondition[] = {"ConditionExpression", "Expected",
                                                  "ConditionalOperator"};
inline constexpr std::string_view kFilter[] = {"FilterExpression", "QueryFilter", "ScanFilter"};
inline constexpr std::string_view kUpdate[] = {"UpdateExpression", "AttributeUpdates"};
inline constexpr std::string_view kProjection[] = {"ProjectionExpression", "AttributesToGet",
                                                   "Select"};
inline constexpr std::string_view kStatement[] = {"Statement", "Parameters"};
inline constexpr std::string_view kPaging[] = {"Limit",
                                               "ExclusiveStartKey",
                                               "ExclusiveStartTableName",
                                               "ExclusiveStartBackupArn",
                                               "ExclusiveStartGlobalTableName",
                                               "ExclusiveStartShardId",
                                               "ExclusiveStartStreamArn",
                                               "NextToken",
                                               "MaxResults",
                                               "PageSize",
                                               "Segment",
                                               "TotalSegments",
                                               "ShardIterator"};
inline constexpr std::string_view kOrder[] = {"ScanIndexForward"};
inline constexpr std::string_view kConsistency[] = {"ConsistentRead"};
inline constexpr std::string_view kReturns[] = {"ReturnValues", "ReturnConsumedCapacity",
                                                "ReturnItemCollectionMetrics",
                                                "ReturnValuesOnConditionCheckFailure"};
inline constexpr std::string_view kToken[] = {"ClientRequestToken", "ClientToken"};
}  // namespace match_parts

inline constexpr MatchPart kMatchParts[] = {
    {"table", "which table, also those in batches and transactions", match_parts::kTable},
    {"index", "which index", match_parts::kIndex},
    {"key", "the key of the item or items, and key conditions", match_parts::kKey},
    {"item", "the item that is put", match_parts::kItem},
    {"condition", "the condition of a write", match_parts::kCondition},
    {"filter", "the filter of a Query or Scan", match_parts::kFilter},
    {"update", "the actions of an update", match_parts::kUpdate},
    {"projection", "which attributes are read", match_parts::kProjection},
    {"statement", "a PartiQL statement with its parameters", match_parts::kStatement},
    {"paging", "page size, start of the page, segments", match_parts::kPaging},
    {"order", "the direction of a Query", match_parts::kOrder},
    {"consistency", "whether reads are consistent", match_parts::kConsistency},
    {"returns", "what an answer is asked to bring besides", match_parts::kReturns},
    {"token", "an idempotency token that the program chose", match_parts::kToken},
};

/// Every other parameter that a path may begin with. Source: the service models of botocore 1.43.
inline constexpr std::string_view kOtherParameters[] = {
    "AttributeDefinitions",
    "BackupArn",
    "BackupName",
    "BackupType",
    "BillingMode",
    "BillingModeOverride",
    "ConditionCheck",
    "ConfirmRemoveSelfResourceAccess",
    "ContributorInsightsAction",
    "ContributorInsightsMode",
    "Delete",
    "DeleteRequest",
    "DeletionProtectionEnabled",
    "EnableKinesisStreamingConfiguration",
    "ExpectedRevisionId",
    "ExportArn",
    "ExportFormat",
    "ExportTime",
    "ExportType",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "Get",
    "GlobalSecondaryIndexOverride",
    "GlobalSecondaryIndexUpdates",
    "GlobalSecondaryIndexes",
    "GlobalTableBillingMode",
    "GlobalTableGlobalSecondaryIndexSettingsUpdate",
    "GlobalTableName",
    "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
    "GlobalTableProvisionedWriteCapacityUnits",
    "GlobalTableSettingsReplicationMode",
    "GlobalTableSourceArn",
    "GlobalTableWitnessUpdates",
    "ImportArn",
    "IncrementalExportSpecification",
    "InputCompressionType",
    "InputFormat",
    "InputFormatOptions",
    "KeySchema",
    "LocalSecondaryIndexOverride",
    "LocalSecondaryIndexes",
    "MultiRegionConsistency",
    "OnDemandThroughput",
    "OnDemandThroughputOverride",
    "PointInTimeRecoverySpecification",
    "Policy",
    "ProvisionedThroughput",
    "ProvisionedThroughputOverride",
    "ProvisionedWriteCapacityAutoScalingUpdate",
    "Put",
    "PutRequest",
    "RegionName",
    "ReplicaSettingsUpdate",
    "ReplicaUpdates",
    "ReplicationGroup",
    "RequestItems",
    "ResourceArn",
    "ResourcePolicy",
    "RestoreDateTime",
    "S3Bucket",
    "S3BucketOwner",
    "S3BucketSource",
    "S3Prefix",
    "S3SseAlgorithm",
    "S3SseKmsKeyId",
    "SSESpecification",
    "SSESpecificationOverride",
    "SequenceNumber",
    "ShardFilter",
    "ShardId",
    "ShardIteratorType",
    "SourceTableArn",
    "SourceTableName",
    "Statements",
    "StreamArn",
    "StreamSpecification",
    "TableArn",
    "TableClass",
    "TableCreationParameters",
    "TagKeys",
    "Tags",
    "TargetTableName",
    "TimeRangeLowerBound",
    "TimeRangeUpperBound",
    "TimeToLiveSpecification",
    "TransactItems",
    "TransactStatements",
    "Update",
    "UpdateKinesisStreamingConfiguration",
    "UseLatestRestorableTime",
    "WarmThroughput",
};

}  // namespace dynatape::cassettes
