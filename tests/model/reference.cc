#include "tests/model/reference.h"

#include <algorithm>
#include <tuple>

namespace dynatape::reference {
namespace {

bool has(const json& item, const char* attribute, const char* type) {
  return item.contains(attribute) && item.at(attribute).contains(type);
}

std::int64_t number(const json& item, const char* attribute) {
  return std::stoll(item.at(attribute).at("N").get<std::string>());
}

json only(const json& item, std::initializer_list<const char*> attributes) {
  json projected = json::object();
  for (const char* attribute : attributes) {
    if (item.contains(attribute)) projected[attribute] = item.at(attribute);
  }
  return projected;
}

}  // namespace

json Key::as_json() const { return {{"pk", {{"S", pk}}}, {"sk", {{"N", std::to_string(sk)}}}}; }

Key key_of(const json& item) {
  return {item.at("pk").at("S").get<std::string>(), number(item, "sk")};
}

const json* Table::find(const Key& key) const {
  const auto found = items.find(key);
  return found == items.end() ? nullptr : &found->second;
}

/// An attribute of an index's key has the type that the index says, or is absent.
bool Database::fits_indexes(const std::string& table, const json& item) const {
  if (table != "one") return true;
  if (item.contains("a") && !has(item, "a", "N")) return false;
  return !has_global || !item.contains("g") || has(item, "g", "S");
}

Outcome Database::write(const Write& write) {
  Table& table = tables.at(write.table);
  if (write.kind == Write::Kind::put && !fits_indexes(write.table, write.item)) {
    return Outcome::invalid;
  }
  const json* found = table.find(write.key);
  if (write.condition && !write.condition->holds(found != nullptr ? *found : json::object())) {
    return Outcome::condition_failed;
  }
  if (write.kind == Write::Kind::check) return Outcome::done;
  std::optional<json> after;
  if (write.kind == Write::Kind::put) after = write.item;
  if (write.kind == Write::Kind::update) {
    after = applied(write.changes, found != nullptr ? *found : write.key.as_json());
    if (!after || !fits_indexes(write.table, *after)) return Outcome::invalid;
  }
  if (write.table == "one") record(table, write.key, found, after ? &*after : nullptr);
  if (after) {
    table.items[write.key] = *after;
  } else {
    table.items.erase(write.key);
  }
  return Outcome::done;
}

void Database::record(Table& table, const Key& key, const json* before, const json* after) const {
  if (before == nullptr && after == nullptr) return;
  if (before != nullptr && after != nullptr && *before == *after) return;
  json record = {{"eventName", before == nullptr  ? "INSERT"
                               : after == nullptr ? "REMOVE"
                                                  : "MODIFY"},
                 {"Keys", key.as_json()}};
  const bool both = view == "NEW_AND_OLD_IMAGES";
  if (before != nullptr && (both || view == "OLD_IMAGE")) record["OldImage"] = *before;
  if (after != nullptr && (both || view == "NEW_IMAGE")) record["NewImage"] = *after;
  table.records.push_back(std::move(record));
}

std::vector<json> Database::rows(const std::string& index) const {
  std::vector<json> rows;
  for (const auto& [key, item] : tables.at("one").items) {
    if (index.empty()) rows.push_back(item);
    if (index == "local" && has(item, "a", "N")) rows.push_back(only(item, {"pk", "sk", "a"}));
    if (index == "global" && has(item, "a", "N") && has(item, "g", "S")) {
      rows.push_back(only(item, {"pk", "sk", "a", "g", "b"}));
    }
  }
  if (index.empty()) return rows;
  const auto place = [&](const json& row) {
    const char* partition = index == "local" ? "pk" : "g";
    return std::tuple(row.at(partition).at("S").get<std::string>(), number(row, "a"), key_of(row));
  };
  std::ranges::sort(rows, {}, place);
  return rows;
}

}  // namespace dynatape::reference
