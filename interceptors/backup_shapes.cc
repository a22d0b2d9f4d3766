#include "interceptors/backup_shapes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "core/digest.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

void copy(const ordered_json& from, ordered_json& to, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (from.contains(name)) to[name] = from.at(name);
  }
}

std::string billing_mode(const ordered_json& table) {
  if (!table.contains("BillingModeSummary")) return "PROVISIONED";
  return table.at("BillingModeSummary").value("BillingMode", "PROVISIONED");
}

/// The units of a description, without their times and counts.
ordered_json units(const ordered_json& description) {
  ordered_json units = ordered_json::object();
  if (description.contains("ProvisionedThroughput")) {
    copy(description.at("ProvisionedThroughput"), units,
         {"ReadCapacityUnits", "WriteCapacityUnits"});
  }
  return units;
}

bool has_units(const ordered_json& units) { return units.value("ReadCapacityUnits", 0) > 0; }

ordered_json source_table(const Backup& backup) {
  ordered_json details;
  copy(backup.table, details, {"TableName"});
  details["TableId"] = table_id(backup.table);
  copy(backup.table, details, {"TableArn", "TableSizeBytes", "KeySchema"});
  if (backup.table.contains("CreationDateTime")) {
    details["TableCreationDateTime"] = backup.table.at("CreationDateTime");
  }
  details["ProvisionedThroughput"] = units(backup.table);
  copy(backup.table, details, {"OnDemandThroughput", "ItemCount"});
  details["BillingMode"] = billing_mode(backup.table);
  return details;
}

ordered_json source_features(const Backup& backup) {
  ordered_json features = ordered_json::object();
  for (const char* const kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    if (!backup.table.contains(kind)) continue;
    for (const ordered_json& index : backup.table.at(kind)) {
      ordered_json info;
      copy(index, info, {"IndexName", "KeySchema", "Projection"});
      if (index.contains("ProvisionedThroughput")) info["ProvisionedThroughput"] = units(index);
      copy(index, info, {"OnDemandThroughput"});
      features[kind].push_back(std::move(info));
    }
  }
  if (backup.table.contains("StreamSpecification")) {
    features["StreamDescription"] = backup.table.at("StreamSpecification");
  }
  if (backup.time_to_live.is_object() &&
      backup.time_to_live.value("TimeToLiveStatus", "DISABLED") != "DISABLED") {
    features["TimeToLiveDescription"] = backup.time_to_live;
  }
  copy(backup.table, features, {"SSEDescription"});
  return features;
}

/// Equal whatever the order of members.
bool same(const ordered_json& a, const ordered_json& b, const char* member) {
  return json(a.value(member, ordered_json())) == json(b.value(member, ordered_json()));
}

std::string name_of(const ordered_json& index) {
  return index.is_object() ? index.value("IndexName", "") : "";
}

/// The indexes of one kind that the table is to have: those of the source, or those of them that an
/// override names.
std::expected<ordered_json, std::string> indexes(const ordered_json& source, const char* kind,
                                                 const std::optional<ordered_json>& chosen,
                                                 bool provisioned) {
  const ordered_json there = source.value(kind, ordered_json::array());
  ordered_json list = ordered_json::array();
  for (const ordered_json& one : chosen ? *chosen : there) {
    const auto found = std::ranges::find_if(
        there, [&](const ordered_json& index) { return name_of(index) == name_of(one); });
    if (found == there.end() || !same(*found, one, "KeySchema") ||
        !same(*found, one, "Projection")) {
      return std::unexpected(
          "One or more parameter values were invalid: the source table has no index like '" +
          name_of(one) + "'; indexes can be left out, but not added or changed");
    }
    ordered_json index;
    copy(*found, index, {"IndexName", "KeySchema", "Projection"});
    if (kind[0] == 'G' && provisioned) {
      const ordered_json given =
          chosen && one.contains("ProvisionedThroughput") ? units(one) : units(*found);
      if (has_units(given)) index["ProvisionedThroughput"] = given;
    }
    if (kind[0] == 'G') {
      copy(chosen && one.contains("OnDemandThroughput") ? one : *found, index,
           {"OnDemandThroughput"});
    }
    list.push_back(std::move(index));
  }
  return list;
}

void take_key(const ordered_json& of, std::set<std::string>& names) {
  for (const ordered_json& part : of.at("KeySchema")) names.insert(part.value("AttributeName", ""));
}

/// Those definitions that some key still uses.
ordered_json used_definitions(const ordered_json& source, const ordered_json& input) {
  std::set<std::string> used;
  take_key(input, used);
  for (const char* const kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    if (!input.contains(kind)) continue;
    for (const ordered_json& index : input.at(kind)) take_key(index, used);
  }
  ordered_json definitions = ordered_json::array();
  for (const ordered_json& definition : source.at("AttributeDefinitions")) {
    if (used.contains(definition.value("AttributeName", ""))) definitions.push_back(definition);
  }
  return definitions;
}

/// The setting that makes what a description tells.
std::optional<ordered_json> encryption_of(const ordered_json& source) {
  if (!source.contains("SSEDescription")) return std::nullopt;
  const ordered_json& told = source.at("SSEDescription");
  if (told.value("Status", "") != "ENABLED") return std::nullopt;
  ordered_json setting = {{"Enabled", true}};
  copy(told, setting, {"SSEType"});
  if (told.contains("KMSMasterKeyArn")) setting["KMSMasterKeyId"] = told.at("KMSMasterKeyArn");
  return setting;
}

}  // namespace

ordered_json seconds(core::TimePoint time) {
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return static_cast<double>(milliseconds) / 1000;
}

std::string table_id(const ordered_json& table) {
  std::string told = table.value("TableId", "");
  if (!told.empty()) return told;
  // DynamoDB Local tells none.
  const std::string born = table.value("CreationDateTime", ordered_json()).dump();
  const auto half = [&](std::uint64_t seed) {
    return core::StableHash(seed).add(table.value("TableArn", "")).add(born).value();
  };
  const auto a = static_cast<unsigned long long>(half(1));
  const auto b = static_cast<unsigned long long>(half(2));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08llx-%04llx-4%03llx-8%03llx-%012llx", a >> 32,
                a >> 16 & 0xffff, a & 0xfff, b >> 52, b & 0xffff'ffff'ffff);
  return text.data();
}

ordered_json backup_details(const Backup& backup, std::string_view status) {
  ordered_json details = {{"BackupArn", backup.arn},
                          {"BackupName", backup.name},
                          {"BackupSizeBytes", backup.table.value("TableSizeBytes", 0)},
                          {"BackupStatus", status},
                          {"BackupType", backup.type},
                          {"BackupCreationDateTime", seconds(backup.created)}};
  if (backup.expires) details["BackupExpiryDateTime"] = seconds(*backup.expires);
  return details;
}

ordered_json backup_description(const Backup& backup, std::string_view status) {
  return {{"BackupDetails", backup_details(backup, status)},
          {"SourceTableDetails", source_table(backup)},
          {"SourceTableFeatureDetails", source_features(backup)}};
}

ordered_json backup_summary(const Backup& backup, std::string_view status) {
  ordered_json summary;
  copy(backup.table, summary, {"TableName"});
  summary["TableId"] = table_id(backup.table);
  copy(backup.table, summary, {"TableArn"});
  summary["BackupArn"] = backup.arn;
  summary["BackupName"] = backup.name;
  summary["BackupCreationDateTime"] = seconds(backup.created);
  if (backup.expires) summary["BackupExpiryDateTime"] = seconds(*backup.expires);
  summary["BackupStatus"] = status;
  summary["BackupType"] = backup.type;
  summary["BackupSizeBytes"] = backup.table.value("TableSizeBytes", 0);
  return summary;
}

std::expected<ordered_json, std::string> restored_table(const ordered_json& source,
                                                        const std::string& target,
                                                        const RestoreOverrides& overrides) {
  const std::string mode = overrides.billing_mode.value_or(billing_mode(source));
  const bool provisioned = mode == "PROVISIONED";
  ordered_json input = {{"TableName", target}, {"KeySchema", source.at("KeySchema")}};
  input["BillingMode"] = mode;
  if (overrides.throughput) {
    input["ProvisionedThroughput"] = *overrides.throughput;
  } else if (provisioned && has_units(units(source))) {
    input["ProvisionedThroughput"] = units(source);
  }
  if (overrides.on_demand) {
    input["OnDemandThroughput"] = *overrides.on_demand;
  } else if (!provisioned) {
    copy(source, input, {"OnDemandThroughput"});
  }
  auto locals = indexes(source, "LocalSecondaryIndexes", overrides.local_indexes, provisioned);
  if (!locals) return std::unexpected(locals.error());
  auto globals = indexes(source, "GlobalSecondaryIndexes", overrides.global_indexes, provisioned);
  if (!globals) return std::unexpected(globals.error());
  if (!locals->empty()) input["LocalSecondaryIndexes"] = *std::move(locals);
  if (!globals->empty()) input["GlobalSecondaryIndexes"] = *std::move(globals);
  input["AttributeDefinitions"] = used_definitions(source, input);
  if (source.contains("TableClassSummary")) {
    input["TableClass"] = source.at("TableClassSummary").value("TableClass", "STANDARD");
  }
  const auto encryption = overrides.encryption ? overrides.encryption : encryption_of(source);
  if (encryption) input["SSESpecification"] = *encryption;
  return input;
}

}  // namespace dynatape::interceptors
