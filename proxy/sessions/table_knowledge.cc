#include "proxy/sessions/table_knowledge.h"

#include <map>

#include "cassettes/meaning.h"
#include "emulator/model/number.h"

namespace dynatape::sessions {
namespace {

using cassettes::Node;
using nlohmann::json;

/// A scalar attribute value with its number, if it is one, as the service writes it.
json canonical(const json& value) {
  if (!value.is_object() || !value.contains("N") || !value["N"].is_string()) return value;
  const auto number = model::Number::parse(value["N"].get_ref<const std::string&>());
  return number ? json{{"N", number->to_string()}} : value;
}

json value_of(const Node& leaf) {
  const char* type = leaf.kind == Node::Kind::string_value   ? "S"
                     : leaf.kind == Node::Kind::number_value ? "N"
                                                             : "B";
  return canonical({{type, leaf.text}});
}

/// The `a = value` that a key condition consists of, alone or joined by AND, by attribute.
void gather_equalities(const Node& node, std::map<std::string, json>& found) {
  if (node.kind != Node::Kind::commutative || node.children.size() < 2) return;
  if (node.text == "AND") {
    for (const Node& operand : node.children) gather_equalities(operand, found);
  }
  if (node.text != "=" || node.children.size() != 2) return;
  const bool turned = node.children[1].kind == Node::Kind::path;
  const Node& path = node.children[turned ? 1 : 0];
  const Node& value = node.children[turned ? 0 : 1];
  if (path.kind == Node::Kind::path && value.is_scalar()) found[path.text] = value_of(value);
}

/// The key condition of a Query; nullptr where it has none that can be read.
const Node* key_condition(const cassettes::Meaning& meaning) {
  return cassettes::member(meaning.body, "KeyConditionExpression");
}

cassettes::Meaning meaning_of_query(const json& query) {
  return cassettes::meaning_of({"POST", "/", {}, query.dump(), {}}, core::find_operation("Query"));
}

json throughput_of(const json& from) {
  const json given = from.value("ProvisionedThroughput", json::object());
  return {{"ReadCapacityUnits", std::max(1, given.value("ReadCapacityUnits", 1))},
          {"WriteCapacityUnits", std::max(1, given.value("WriteCapacityUnits", 1))}};
}

}  // namespace

TableKnowledge::TableKnowledge(const json& key_schema, bool is_new) : all_(is_new) {
  for (const json& element : key_schema) {
    (element.value("KeyType", "") == "HASH" ? partition_ : sort_) =
        element.value("AttributeName", "");
  }
}

std::optional<json> TableKnowledge::key_of(const json& item) const {
  json key = json::object();
  for (const std::string& name : {partition_, sort_}) {
    if (name.empty()) continue;
    const auto found = item.find(name);
    if (found == item.end()) return std::nullopt;
    key[name] = canonical(*found);
  }
  return key;
}

std::optional<json> TableKnowledge::partition_of(const json& query) const {
  const auto meaning = meaning_of_query(query);
  std::map<std::string, json> equalities;
  if (const Node* condition = key_condition(meaning)) gather_equalities(*condition, equalities);
  const auto found = equalities.find(partition_);
  return found == equalities.end() ? std::nullopt : std::optional(found->second);
}

bool TableKnowledge::asks_whole_partition(const json& query) const {
  const auto meaning = meaning_of_query(query);
  const Node* condition = key_condition(meaning);
  return condition && condition->text == "=" && partition_of(query).has_value();
}

bool TableKnowledge::knows(const json& key) const {
  if (all_ || keys_.contains(key.dump())) return true;
  const auto partition = key.find(partition_);
  return partition != key.end() && knows_partition(*partition);
}

bool TableKnowledge::knows_partition(const json& value) const {
  return all_ || partitions_.contains(value.dump());
}

void TableKnowledge::doubt() {
  all_ = false;
  partitions_.clear();
}

void TableKnowledge::forget(const json& key) {
  doubt();
  keys_.erase(key.dump());
}

void TableKnowledge::forget_all() {
  doubt();
  keys_.clear();
}

json create_table_from(const json& description) {
  json request = json::object();
  for (const char* member : {"TableName", "AttributeDefinitions", "KeySchema"}) {
    if (description.contains(member)) request[member] = description[member];
  }
  const json billing = description.value("BillingModeSummary", json::object());
  const bool on_demand = billing.value("BillingMode", "") == "PAY_PER_REQUEST";
  request["BillingMode"] = on_demand ? "PAY_PER_REQUEST" : "PROVISIONED";
  if (!on_demand) request["ProvisionedThroughput"] = throughput_of(description);
  for (const char* kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    for (const json& index : description.value(kind, json::array())) {
      json wanted = json::object();
      for (const char* member : {"IndexName", "KeySchema", "Projection"}) {
        if (index.contains(member)) wanted[member] = index[member];
      }
      if (!on_demand && kind[0] == 'G') wanted["ProvisionedThroughput"] = throughput_of(index);
      request[kind].push_back(std::move(wanted));
    }
  }
  return request;
}

}  // namespace dynatape::sessions
