#include "emulator/operations/table_description.h"

#include <algorithm>
#include <array>

#include "emulator/operations/key_schema.h"
#include "emulator/operations/table_stream.h"
#include "emulator/operations/target_table.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {
namespace {

using wire::ObjectWriter;

/// Warm throughput of a new on-demand table or index.
constexpr model::WarmThroughput kOnDemandWarm = {12'000, 4'000};

std::string_view status_name(model::Status status) {
  constexpr std::array<std::string_view, 4> kNames = {"ACTIVE", "CREATING", "UPDATING", "DELETING"};
  return kNames[static_cast<std::size_t>(status)];
}

/// Seconds with milliseconds: 1723076079.797
void append_time(std::string& out, model::TimePoint time) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  wire::append_decimal(out, static_cast<double>(milliseconds) / 1000);
}

void append_attributes(std::string& out,
                       const std::vector<model::AttributeDefinition>& attributes) {
  out += '[';
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (i > 0) out += ',';
    ObjectWriter writer(out);
    writer.string("AttributeName", attributes[i].name);
    writer.string("AttributeType", model::type_name(attributes[i].type));
  }
  out += ']';
}

void append_key(std::string& out, const model::KeySchema& key) {
  out += '[';
  const char* separator = "";
  for (const auto* part : {&key.hash, &key.range}) {
    for (const model::AttributeDefinition& attribute : *part) {
      out += std::exchange(separator, ",");
      ObjectWriter writer(out);
      writer.string("AttributeName", attribute.name);
      writer.string("KeyType", part == &key.hash ? "HASH" : "RANGE");
    }
  }
  out += ']';
}

void append_projection(std::string& out, const model::Projection& projection) {
  constexpr std::array<std::string_view, 3> kNames = {"ALL", "KEYS_ONLY", "INCLUDE"};
  ObjectWriter writer(out);
  if (projection.type == model::ProjectionType::include) {
    std::string& names = writer.name("NonKeyAttributes");
    names += '[';
    const char* separator = "";
    for (const std::string& name : projection.non_key_attributes) {
      names += std::exchange(separator, ",");
      wire::append_json_string(names, name);
    }
    names += ']';
  }
  writer.string("ProjectionType", kNames[static_cast<std::size_t>(projection.type)]);
}

void append_throughput(std::string& out, const model::ProvisionedThroughput& throughput) {
  ObjectWriter writer(out);
  if (throughput.last_decrease)
    append_time(writer.name("LastDecreaseDateTime"), *throughput.last_decrease);
  if (throughput.last_increase)
    append_time(writer.name("LastIncreaseDateTime"), *throughput.last_increase);
  writer.integer("NumberOfDecreasesToday", throughput.decreases_today);
  writer.integer("ReadCapacityUnits", throughput.read_units);
  writer.integer("WriteCapacityUnits", throughput.write_units);
}

void append_on_demand(ObjectWriter& writer,
                      const std::optional<model::OnDemandThroughput>& limits) {
  if (!limits) return;
  ObjectWriter units(writer.name("OnDemandThroughput"));
  if (limits->max_read_units) units.integer("MaxReadRequestUnits", *limits->max_read_units);
  if (limits->max_write_units) units.integer("MaxWriteRequestUnits", *limits->max_write_units);
}

/// What was asked for, else what the table's capacity gives; after a change only what was asked.
void append_warm(ObjectWriter& writer, const std::optional<model::WarmThroughput>& asked,
                 const model::Table& table, const model::ProvisionedThroughput& throughput,
                 Describing describing) {
  if (describing == Describing::change && !asked) return;
  const model::WarmThroughput given =
      table.billing == model::BillingMode::pay_per_request
          ? kOnDemandWarm
          : model::WarmThroughput{throughput.read_units, throughput.write_units};
  const model::WarmThroughput& warm = asked ? *asked : given;
  ObjectWriter units(writer.name("WarmThroughput"));
  units.integer("ReadUnitsPerSecond", warm.read_units);
  units.string("Status", describing == Describing::change ? "UPDATING" : "ACTIVE");
  units.integer("WriteUnitsPerSecond", warm.write_units);
}

class Description {
 public:
  Description(const Context& context, const model::Table& table, const storage::TableState* state,
              Describing describing)
      : context_(context), table_(table), state_(state), describing_(describing) {}

  void append(std::string& out) const {
    ObjectWriter writer(out);
    if (describing_ != Describing::deletion) definition(writer);
    writer.boolean("DeletionProtectionEnabled", table_.deletion_protection);
    if (describing_ != Describing::deletion) indexes(writer);
    writer.integer("ItemCount", count(state_ != nullptr ? &state_->rows() : nullptr));
    if (describing_ != Describing::deletion) append_key(writer.name("KeySchema"), table_.key);
    stream(writer);
    append_on_demand(writer, table_.on_demand);
    append_throughput(writer.name("ProvisionedThroughput"), table_.throughput);
    settings(writer);
    writer.string("TableArn", table_arn(context_, table_.name));
    if (table_.table_class) {
      ObjectWriter(writer.name("TableClassSummary"))
          .string("TableClass", *table_.table_class == model::TableClass::standard
                                    ? "STANDARD"
                                    : "STANDARD_INFREQUENT_ACCESS");
    }
    writer.string("TableId", table_.id);
    writer.string("TableName", table_.name);
    writer.integer("TableSizeBytes", bytes(state_ != nullptr ? &state_->rows() : nullptr));
    writer.string("TableStatus", status(table_.lifecycle));
    if (describing_ != Describing::deletion) {
      append_billing(writer, "TableThroughputModeSummary", "TableThroughputMode");
      append_warm(writer, table_.warm, table_, table_.throughput, describing_);
    }
  }

 private:
  void definition(ObjectWriter& writer) const {
    append_attributes(writer.name("AttributeDefinitions"), attributes());
    append_billing(writer, "BillingModeSummary", "BillingMode");
    append_time(writer.name("CreationDateTime"), table_.created);
  }

  /// Those of an index that has gone are gone, too.
  [[nodiscard]] std::vector<model::AttributeDefinition> attributes() const {
    std::vector<model::AttributeDefinition> told = table_.attributes;
    const auto is_key_of_dropped = [&](const std::string& name) {
      return std::ranges::any_of(table_.dropped_indexes, [&](const model::SecondaryIndex& index) {
        return is_told(index) && index.key.find(name) != nullptr;
      });
    };
    std::erase_if(told, [&](const model::AttributeDefinition& one) {
      return !is_key_of_anything(table_, one.name) && !is_key_of_dropped(one.name);
    });
    return told;
  }

  /// After a change also of one that is gone with it.
  [[nodiscard]] bool is_told(const model::SecondaryIndex& index) const {
    return describing_ == Describing::change || !index.lifecycle.gone(context_.now);
  }
  /// Nothing is told of the rows of an index that cannot be read.
  [[nodiscard]] const storage::Rows* rows_of(const model::SecondaryIndex& index) const {
    const model::Status status = index.lifecycle.at(context_.now);
    const bool readable = status == model::Status::active || status == model::Status::updating;
    return state_ != nullptr && readable ? state_->index(index.name) : nullptr;
  }

  /// The service says it twice, the second time in members that no client's model has.
  void append_billing(ObjectWriter& writer, std::string_view summary, std::string_view mode) const {
    const bool on_demand = table_.billing == model::BillingMode::pay_per_request;
    if (!on_demand && !table_.pay_per_request_since) return;
    ObjectWriter billing(writer.name(summary));
    billing.string(mode, on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
    if (!table_.pay_per_request_since) return;
    append_time(billing.name("LastUpdateToPayPerRequestDateTime"), *table_.pay_per_request_since);
  }

  void indexes(ObjectWriter& writer) const {
    indexes(writer, model::IndexKind::global, "GlobalSecondaryIndexes");
    indexes(writer, model::IndexKind::local, "LocalSecondaryIndexes");
  }

  void indexes(ObjectWriter& writer, model::IndexKind kind, std::string_view member) const {
    std::string list;
    for (const auto* const some : {&table_.indexes, &table_.dropped_indexes}) {
      for (const model::SecondaryIndex& one : *some) {
        if (one.kind != kind || !is_told(one)) continue;
        list += list.empty() ? '[' : ',';
        index(list, one);
      }
    }
    if (!list.empty()) writer.name(member) += list + "]";
  }

  void index(std::string& out, const model::SecondaryIndex& index) const {
    ObjectWriter writer(out);
    const storage::Rows* const rows = rows_of(index);
    const bool global = index.kind == model::IndexKind::global;
    if (index.backfills_from && status(index.lifecycle) == "CREATING") {
      const bool made_now =
          describing_ == Describing::change && context_.now == *index.backfills_from;
      writer.boolean("Backfilling", context_.now >= *index.backfills_from && !made_now);
    }
    writer.string("IndexArn", table_arn(context_, table_.name) + "/index/" + index.name);
    writer.string("IndexName", index.name);
    writer.integer("IndexSizeBytes", bytes(rows));
    if (global) writer.string("IndexStatus", status(index.lifecycle));
    writer.integer("ItemCount", count(rows));
    append_key(writer.name("KeySchema"), index.key);
    if (global) append_on_demand(writer, index.on_demand);
    append_projection(writer.name("Projection"), index.projection);
    if (!global) return;
    append_throughput(writer.name("ProvisionedThroughput"), index.throughput);
    append_warm(writer, index.warm, table_, index.throughput, describing_);
  }

  void stream(ObjectWriter& writer) const {
    if (!table_.latest_stream_label.empty()) {
      writer.string("LatestStreamArn",
                    table_arn(context_, table_.name) + "/stream/" + table_.latest_stream_label);
      writer.string("LatestStreamLabel", table_.latest_stream_label);
    }
  }

  void settings(ObjectWriter& writer) const {
    // Switching it off is told while it lasts, and by the answer to the change.
    const auto& encryption = table_.encryption;
    const bool changing = encryption && context_.now < encryption->until;
    if (encryption && (encryption->enabled || changing || describing_ == Describing::change)) {
      ObjectWriter description(writer.name("SSEDescription"));
      description.string("KMSMasterKeyArn", encryption->kms_key_arn);
      description.string("SSEType", "KMS");
      description.string("Status", encryption->enabled && !changing ? "ENABLED" : "UPDATING");
    }
    if (table_.stream) {
      ObjectWriter stream(writer.name("StreamSpecification"));
      stream.boolean("StreamEnabled", true);
      stream.string("StreamViewType", view_name(table_.stream->view));
    }
  }

  [[nodiscard]] std::string_view status(const model::Lifecycle& lifecycle) const {
    if (describing_ == Describing::deletion) return "DELETING";
    return status_name(describing_ == Describing::change ? lifecycle.status
                                                         : lifecycle.at(context_.now));
  }
  static std::int64_t count(const storage::Rows* rows) {
    return rows != nullptr ? static_cast<std::int64_t>(rows->tree.size()) : 0;
  }
  static std::int64_t bytes(const storage::Rows* rows) {
    return rows != nullptr ? static_cast<std::int64_t>(rows->size_bytes) : 0;
  }

  const Context& context_;
  const model::Table& table_;
  const storage::TableState* state_;
  Describing describing_;
};

}  // namespace

void append_description(std::string& out, const Context& context, const model::Table& table,
                        const storage::TableState* state, Describing describing) {
  Description(context, table, state, describing).append(out);
}

}  // namespace dynatape::operations
