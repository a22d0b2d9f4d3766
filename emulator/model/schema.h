#pragma once

// What a table is, apart from its items: key schema, indexes, billing and settings, as plain
// values. Nothing here is validated; the operations do that before a table is made.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/attribute_value.h"

namespace dynatape::model {

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// An attribute and its declared type: s, n or b.
struct AttributeDefinition {
  std::string name;
  Type type = Type::s;

  bool operator==(const AttributeDefinition&) const = default;
};

/// The attributes of a key in schema order. A table has one hash attribute and at most one range
/// attribute, a global index up to four of each.
struct KeySchema {
  std::vector<AttributeDefinition> hash;
  std::vector<AttributeDefinition> range;

  /// The attribute called `name`, or nullptr where it is no part of the key.
  [[nodiscard]] const AttributeDefinition* find(std::string_view name) const;

  bool operator==(const KeySchema&) const = default;
};

enum class ProjectionType { all, keys_only, include };

struct Projection {
  ProjectionType type = ProjectionType::all;
  std::vector<std::string> non_key_attributes;  ///< with include only, as sent

  bool operator==(const Projection&) const = default;
};

enum class BillingMode { provisioned, pay_per_request };

/// Zero units under pay-per-request.
struct ProvisionedThroughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  std::optional<TimePoint> last_increase;
  std::optional<TimePoint> last_decrease;
  std::int64_t decreases_today = 0;

  bool operator==(const ProvisionedThroughput&) const = default;
};

/// Ceilings under pay-per-request; absent where none was set.
struct OnDemandThroughput {
  std::optional<std::int64_t> max_read_units;
  std::optional<std::int64_t> max_write_units;

  bool operator==(const OnDemandThroughput&) const = default;
};

struct WarmThroughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;

  bool operator==(const WarmThroughput&) const = default;
};

/// A state that lasts until a moment; then an index or table that is creating or updating is
/// active, and one that is deleting is gone.
enum class Status { active, creating, updating, deleting };
struct Lifecycle {
  Status status = Status::active;
  TimePoint until;

  /// The status as seen at `now`; `deleting` stays, also when its time is over.
  [[nodiscard]] Status at(TimePoint now) const {
    return status != Status::deleting && now >= until ? Status::active : status;
  }
  /// Whether it has ceased to exist at `now`.
  [[nodiscard]] bool gone(TimePoint now) const {
    return status == Status::deleting && now >= until;
  }

  bool operator==(const Lifecycle&) const = default;
};

enum class IndexKind { local, global };

struct SecondaryIndex {
  std::string name;
  IndexKind kind = IndexKind::global;
  KeySchema key;
  Projection projection;
  // What follows is for global indexes only.
  Lifecycle lifecycle;
  /// When the items that were there before it begin to be filled in, and the table is active again;
  /// absent for an index made with its table.
  std::optional<TimePoint> backfills_from;
  ProvisionedThroughput throughput;
  std::optional<OnDemandThroughput> on_demand;
  std::optional<WarmThroughput> warm;

  bool operator==(const SecondaryIndex&) const = default;
};

enum class StreamView { keys_only, new_image, old_image, new_and_old_images };

struct StreamSpecification {
  StreamView view = StreamView::keys_only;
  std::string label;  ///< LatestStreamLabel, the time of its enabling: "2026-11-20T16:30:00.123"

  bool operator==(const StreamSpecification&) const = default;
};

enum class TableClass { standard, standard_infrequent_access };

/// Server-side encryption by KMS, once asked for.
struct Encryption {
  bool enabled = false;
  std::string kms_key_arn;
  TimePoint until;  ///< when the change to this is over

  bool operator==(const Encryption&) const = default;
};

struct Tag {
  std::string key;
  std::string value;

  bool operator==(const Tag&) const = default;
};

/// How far back a table can be restored: continuous backups with point-in-time recovery.
struct PointInTimeRecovery {
  bool enabled = false;
  std::int32_t days = 35;
  TimePoint since;  ///< when it was enabled

  bool operator==(const PointInTimeRecovery&) const = default;
};

/// The attribute that says when an item expires.
struct TimeToLive {
  bool enabled = false;
  std::string attribute;
  TimePoint changed;
  TimePoint until;  ///< when the change is over; nothing is deleted before

  bool operator==(const TimeToLive&) const = default;
};

/// What an updating table is being updated in.
enum class Work { none, throughput, stream, table_class };

/// One table's whole definition.
struct Table {
  std::string name;
  std::string id;  ///< a UUID, the same for the table's whole life
  TimePoint created;
  Lifecycle lifecycle;
  Work work = Work::none;  ///< while it is updating

  std::vector<AttributeDefinition> attributes;  ///< AttributeDefinitions as sent
  KeySchema key;
  std::vector<SecondaryIndex> indexes;  ///< locals and globals, in the order of their making
  std::vector<SecondaryIndex> dropped_indexes;  ///< hold nothing and are told of until gone

  BillingMode billing = BillingMode::provisioned;
  std::optional<TimePoint> pay_per_request_since;
  ProvisionedThroughput throughput;
  std::optional<OnDemandThroughput> on_demand;
  std::optional<WarmThroughput> warm;

  std::optional<StreamSpecification> stream;
  std::string
      latest_stream_label;  ///< outlives the stream: LatestStreamLabel stays after disabling
  std::optional<Encryption> encryption;
  std::optional<TableClass> table_class;
  bool deletion_protection = false;
  std::vector<Tag> tags;
  PointInTimeRecovery recovery;
  std::optional<TimeToLive> time_to_live;  ///< absent until it was first enabled

  /// The index called `name`, or nullptr.
  [[nodiscard]] const SecondaryIndex* find_index(std::string_view name) const;
  [[nodiscard]] bool has_local_index() const;

  bool operator==(const Table&) const = default;
};

}  // namespace dynatape::model
