#pragma once

// The structures of the service's model that describe a table, as CreateTable and UpdateTable take
// them.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "emulator/operations/parameters.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

struct AttributeDefinitionInput {
  std::optional<std::string> name;
  std::optional<std::string> type;
};

struct KeySchemaElement {
  std::optional<std::string> name;
  std::optional<std::string> type;
};
using KeySchemaInput = std::vector<KeySchemaElement>;

struct ThroughputInput {
  std::optional<std::int64_t> write_units;
  std::optional<std::int64_t> read_units;
};

struct OnDemandThroughputInput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;
};

struct WarmThroughputInput {
  std::optional<std::int64_t> read_units;
  std::optional<std::int64_t> write_units;
};

struct ProjectionInput {
  std::optional<std::string> type;
  std::optional<std::vector<std::string>> non_key_attributes;
};

struct LocalIndexInput {
  std::optional<std::string> name;
  std::optional<KeySchemaInput> key_schema;
  std::optional<ProjectionInput> projection;
};

struct GlobalIndexInput {
  std::optional<ProjectionInput> projection;
  std::optional<std::string> name;
  std::optional<ThroughputInput> throughput;
  std::optional<KeySchemaInput> key_schema;
  std::optional<OnDemandThroughputInput> on_demand;
  std::optional<WarmThroughputInput> warm;
};

struct StreamSpecificationInput {
  std::optional<bool> enabled;
  std::optional<std::string> view;
};

struct EncryptionInput {
  std::optional<bool> enabled;
  std::optional<std::string> type;
  std::optional<std::string> key;
};

struct TagInput {
  std::optional<std::string> key;
  std::optional<std::string> value;
};

struct UpdateIndexAction {
  std::optional<std::string> name;
  std::optional<ThroughputInput> throughput;
  std::optional<OnDemandThroughputInput> on_demand;
  std::optional<WarmThroughputInput> warm;
};
struct CreateIndexAction : GlobalIndexInput {};
struct DeleteIndexAction {
  std::optional<std::string> name;
};
struct GlobalIndexUpdate {
  std::optional<UpdateIndexAction> update;
  std::optional<CreateIndexAction> create;
  std::optional<DeleteIndexAction> remove;
};

inline constexpr wire::EnumSet kBillingMode = {"[PROVISIONED, PAY_PER_REQUEST]"};
inline constexpr wire::Constraint kIndexName = {
    .required = true, .min = 3, .max = 255, .pattern = wire::Pattern::name};

}  // namespace dynatape::operations

namespace dynatape::wire {

template <>
struct Shape<operations::AttributeDefinitionInput> {
  using T = operations::AttributeDefinitionInput;
  static constexpr std::string_view kName = "AttributeDefinition";
  static constexpr auto kMembers =
      std::tuple{member("AttributeName", &T::name, {.required = true, .min = 1, .max = 255}),
                 member("AttributeType", &T::type, {.required = true, .one_of = {"[B, N, S]"}})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::KeySchemaElement> {
  using T = operations::KeySchemaElement;
  static constexpr std::string_view kName = "KeySchemaElement";
  static constexpr auto kMembers =
      std::tuple{member("AttributeName", &T::name, {.required = true, .min = 1, .max = 255}),
                 member("KeyType", &T::type, {.required = true, .one_of = {"[HASH, RANGE]"}})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::ThroughputInput> {
  using T = operations::ThroughputInput;
  static constexpr std::string_view kName = "ProvisionedThroughput";
  static constexpr auto kMembers =
      std::tuple{member("WriteCapacityUnits", &T::write_units, {.required = true, .min = 1}),
                 member("ReadCapacityUnits", &T::read_units, {.required = true, .min = 1})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::OnDemandThroughputInput> {
  using T = operations::OnDemandThroughputInput;
  static constexpr std::string_view kName = "OnDemandThroughput";
  static constexpr auto kMembers = std::tuple{member("MaxReadRequestUnits", &T::max_read_units),
                                              member("MaxWriteRequestUnits", &T::max_write_units)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::WarmThroughputInput> {
  using T = operations::WarmThroughputInput;
  static constexpr std::string_view kName = "WarmThroughput";
  static constexpr auto kMembers =
      std::tuple{member("ReadUnitsPerSecond", &T::read_units, {.min = 1}),
                 member("WriteUnitsPerSecond", &T::write_units, {.min = 1})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::ProjectionInput> {
  using T = operations::ProjectionInput;
  static constexpr std::string_view kName = "Projection";
  static constexpr auto kMembers =
      std::tuple{member("ProjectionType", &T::type, {.one_of = {"[ALL, INCLUDE, KEYS_ONLY]"}}),
                 member("NonKeyAttributes", &T::non_key_attributes, {.min = 1, .max = 20})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::LocalIndexInput> {
  using T = operations::LocalIndexInput;
  static constexpr std::string_view kName = "LocalSecondaryIndex";
  static constexpr auto kMembers =
      std::tuple{member("IndexName", &T::name, operations::kIndexName),
                 member("KeySchema", &T::key_schema, {.required = true, .min = 1, .max = 2}),
                 member("Projection", &T::projection, {.required = true})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <class T>
inline constexpr auto kGlobalIndexMembers =
    std::tuple{member("Projection", &T::projection, {.required = true}),
               member("IndexName", &T::name, operations::kIndexName),
               member("ProvisionedThroughput", &T::throughput),
               member("KeySchema", &T::key_schema, {.required = true, .min = 1, .max = 8}),
               member("OnDemandThroughput", &T::on_demand),
               member("WarmThroughput", &T::warm)};

template <>
struct Shape<operations::GlobalIndexInput> {
  static constexpr std::string_view kName = "GlobalSecondaryIndex";
  static constexpr auto kMembers = kGlobalIndexMembers<operations::GlobalIndexInput>;
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::StreamSpecificationInput> {
  using T = operations::StreamSpecificationInput;
  static constexpr std::string_view kName = "StreamSpecification";
  static constexpr auto kMembers =
      std::tuple{member("StreamEnabled", &T::enabled, {.required = true}),
                 member("StreamViewType", &T::view,
                        {.one_of = {"[NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"}})};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::EncryptionInput> {
  using T = operations::EncryptionInput;
  static constexpr std::string_view kName = "SSESpecification";
  static constexpr auto kMembers = std::tuple{
      member("Enabled", &T::enabled), member("SSEType", &T::type, {.one_of = {"[AES256, KMS]"}}),
      member("KMSMasterKeyId", &T::key)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::TagInput> {
  using T = operations::TagInput;
  static constexpr std::string_view kName = "Tag";
  // What they may be has words of its own: check_tags.
  static constexpr auto kMembers = std::tuple{member("Key", &T::key), member("Value", &T::value)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::UpdateIndexAction> {
  using T = operations::UpdateIndexAction;
  static constexpr std::string_view kName = "UpdateGlobalSecondaryIndexAction";
  static constexpr auto kMembers =
      std::tuple{member("IndexName", &T::name, operations::kIndexName),
                 member("ProvisionedThroughput", &T::throughput),
                 member("OnDemandThroughput", &T::on_demand), member("WarmThroughput", &T::warm)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::CreateIndexAction> {
  static constexpr std::string_view kName = "CreateGlobalSecondaryIndexAction";
  static constexpr auto kMembers = kGlobalIndexMembers<operations::GlobalIndexInput>;
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::DeleteIndexAction> {
  using T = operations::DeleteIndexAction;
  static constexpr std::string_view kName = "DeleteGlobalSecondaryIndexAction";
  static constexpr auto kMembers =
      std::tuple{member("IndexName", &T::name, operations::kIndexName)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

template <>
struct Shape<operations::GlobalIndexUpdate> {
  using T = operations::GlobalIndexUpdate;
  static constexpr std::string_view kName = "GlobalSecondaryIndexUpdate";
  static constexpr auto kMembers = std::tuple{
      member("Update", &T::update), member("Create", &T::create), member("Delete", &T::remove)};
  static constexpr auto kUnsupported = operations::kAllSupported;
};

}  // namespace dynatape::wire
