#include "written_tables_lab.h"

namespace dynatape::interceptors {

json recovery_specification(const json& enabled) {
  return {{"TableName", "notes"},
          {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", enabled}}}};
}

void enable_recovery(PolyfillLab& it) {
  it.call("UpdateContinuousBackups", recovery_specification(true));
  REQUIRE(it.status == 200);
}

void put(PolyfillLab& it, const std::string& id, const std::string& value) {
  it.call("PutItem",
          {{"TableName", "notes"}, {"Item", {{"id", {{"S", id}}}, {"v", {{"S", value}}}}}});
}

void remove(PolyfillLab& it, const std::string& id) {
  it.call("DeleteItem", {{"TableName", "notes"}, {"Key", {{"id", {{"S", id}}}}}});
}

std::string at(PolyfillLab& it, int seconds) {
  it.endpoint->tables.erase("again");
  it.call("RestoreTableToPointInTime", {{"SourceTableName", "notes"},
                                        {"TargetTableName", "again"},
                                        {"RestoreDateTime", 1'700'000'000 + seconds}});
  return it.status == 200 ? items_of(it, "again") : "refused";
}

std::string items_of(PolyfillLab& it, const std::string& table) {
  std::string text;
  for (const auto& [id, item] : it.endpoint->tables[table]) {
    text += id + (item.contains("v") ? "=" + item["v"]["S"].get<std::string>() : "") + " ";
  }
  return text;
}

json system_backups(PolyfillLab& it) {
  return it.call("ListBackups", {{"BackupType", "SYSTEM"}}).at("BackupSummaries");
}

void restore_system_backup(PolyfillLab& it) {
  const json list = system_backups(it);
  REQUIRE(list.size() == 1);
  it.endpoint->tables.erase("again");
  it.call("RestoreTableFromBackup",
          {{"TargetTableName", "again"}, {"BackupArn", list[0]["BackupArn"]}});
}

}  // namespace dynatape::interceptors
