#include "tests/model/requests.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "emulator/operations/operations.h"

namespace dynatape::reference {
namespace {

/// Sets have no order, and an answer may have them in any.
void sort_sets(json& value) {
  if (value.is_object() && value.size() == 1 && value.contains("SS") && value["SS"].is_array()) {
    std::sort(value["SS"].begin(), value["SS"].end());
    return;
  }
  if (!value.is_structured()) return;
  for (json& part : value) sort_sets(part);
}

json attributes(std::initializer_list<std::pair<const char*, const char*>> all) {
  json definitions = json::array();
  for (const auto& [name, type] : all) {
    definitions.push_back({{"AttributeName", name}, {"AttributeType", type}});
  }
  return definitions;
}

json key_schema(const char* hash, const char* range) {
  return json::array({{{"AttributeName", hash}, {"KeyType", "HASH"}},
                      {{"AttributeName", range}, {"KeyType", "RANGE"}}});
}

/// The members that writes of every kind have.
json base(const Write& write, Placeholders& placeholders) {
  json body = {{"TableName", write.table}};
  if (write.kind == Write::Kind::put) {
    body["Item"] = write.item;
  } else {
    body["Key"] = write.key.as_json();
  }
  if (write.kind == Write::Kind::update) {
    body["UpdateExpression"] = text(write.changes, placeholders);
  }
  if (write.condition) body["ConditionExpression"] = write.condition->text(placeholders);
  if (!placeholders.values.empty()) body["ExpressionAttributeValues"] = placeholders.values;
  return body;
}

json read_body(const Step& step, Placeholders& placeholders) {
  json body = {{"TableName", "one"}};
  if (!step.index.empty()) body["IndexName"] = step.index;
  if (step.limit > 0) body["Limit"] = step.limit;
  if (step.filter) body["FilterExpression"] = step.filter->text(placeholders);
  return body;
}

}  // namespace

Answer call(storage::Database& database, std::string_view operation, const json& body) {
  constexpr model::TimePoint kNow{std::chrono::seconds{1'790'000'000}};
  const std::string text = body.dump();
  const auto parsed = wire::Json::parse(text);
  if (!parsed) throw std::logic_error("the test made a body that is no JSON");
  const auto answer =
      operations::find(operation)->run({.database = database,
                                        .account = "000000000000",
                                        .region = "us-east-1",
                                        .now = kNow,
                                        .max_collection_bytes = std::uint64_t{10} << 30},
                                       *parsed);
  Answer result;
  result.body = json::parse(answer ? *answer : model::error_body(answer.error()));
  sort_sets(result.body);
  if (!answer) {
    const auto type = result.body.at("__type").get<std::string>();
    result.error = type.substr(type.find('#') + 1);
  }
  return result;
}

json create_table(const std::string& name, const std::string& view) {
  json body = {{"TableName", name},
               {"BillingMode", "PAY_PER_REQUEST"},
               {"AttributeDefinitions", attributes({{"pk", "S"}, {"sk", "N"}})},
               {"KeySchema", key_schema("pk", "sk")}};
  if (view.empty()) return body;
  body["AttributeDefinitions"] = attributes({{"pk", "S"}, {"sk", "N"}, {"a", "N"}});
  body["LocalSecondaryIndexes"] =
      json::array({{{"IndexName", "local"},
                    {"KeySchema", key_schema("pk", "a")},
                    {"Projection", {{"ProjectionType", "KEYS_ONLY"}}}}});
  body["StreamSpecification"] = {{"StreamEnabled", true}, {"StreamViewType", view}};
  return body;
}

std::string_view operation_of(const Write& write) {
  return write.kind == Write::Kind::put     ? "PutItem"
         : write.kind == Write::Kind::erase ? "DeleteItem"
                                            : "UpdateItem";
}

json single_write(const Write& write, const std::string& returns) {
  Placeholders placeholders;
  json body = base(write, placeholders);
  body["ReturnValues"] = returns;
  body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
  return body;
}

json batch_write(const Step& step) {
  json tables = json::object();
  for (const Write& write : step.writes) {
    tables[write.table].push_back(write.kind == Write::Kind::put
                                      ? json{{"PutRequest", {{"Item", write.item}}}}
                                      : json{{"DeleteRequest", {{"Key", write.key.as_json()}}}});
  }
  return {{"RequestItems", tables}};
}

json transact_write(const Step& step) {
  constexpr const char* kNames[] = {"Put", "Delete", "Update", "ConditionCheck"};
  json actions = json::array();
  for (const Write& write : step.writes) {
    Placeholders placeholders;
    actions.push_back({{kNames[static_cast<std::size_t>(write.kind)], base(write, placeholders)}});
  }
  return {{"TransactItems", actions}};
}

json batch_get(const Step& step) {
  json tables = json::object();
  for (const Write& write : step.writes) {
    tables[write.table]["Keys"].push_back(write.key.as_json());
  }
  return {{"RequestItems", tables}};
}

json transact_get(const Step& step) {
  json gets = json::array();
  for (const Write& write : step.writes) {
    gets.push_back({{"Get", {{"TableName", write.table}, {"Key", write.key.as_json()}}}});
  }
  return {{"TransactItems", gets}};
}

json query(const Step& step) {
  Placeholders placeholders;
  json body = read_body(step, placeholders);
  const bool global = step.index == "global";
  const auto number = [&](std::int64_t value) {
    return placeholders.add({{"N", std::to_string(value)}});
  };
  std::string condition = global ? "g = " : "pk = ";
  condition += placeholders.add({{"S", step.partition}});
  const std::string sort = step.index.empty() ? "sk" : "a";
  if (step.comparator == "BETWEEN") {
    const std::string lower = number(step.bound);
    condition += " AND " + sort + " BETWEEN " + lower + " AND " + number(step.second_bound);
  } else if (!step.comparator.empty()) {
    condition += " AND " + sort + " " + step.comparator + " " + number(step.bound);
  }
  body["KeyConditionExpression"] = condition;
  body["ScanIndexForward"] = step.forward;
  body["ExpressionAttributeValues"] = placeholders.values;
  return body;
}

json scan(const Step& step, std::size_t segment) {
  Placeholders placeholders;
  json body = read_body(step, placeholders);
  if (!placeholders.values.empty()) body["ExpressionAttributeValues"] = placeholders.values;
  if (step.segments > 1) {
    body["Segment"] = segment;
    body["TotalSegments"] = step.segments;
  }
  return body;
}

json toggle_index(bool exists) {
  json update = {{"Delete", {{"IndexName", "global"}}}};
  json body = {{"TableName", "one"}};
  if (!exists) {
    update = {{"Create",
               {{"IndexName", "global"},
                {"KeySchema", key_schema("g", "a")},
                {"Projection",
                 {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", json::array({"b"})}}}}}};
    body["AttributeDefinitions"] = attributes({{"pk", "S"}, {"sk", "N"}, {"a", "N"}, {"g", "S"}});
  }
  body["GlobalSecondaryIndexUpdates"] = json::array({update});
  return body;
}

json statement(const Step& step) {
  const Write& write = step.writes.front();
  json parameters = json::array();
  std::string text;
  const std::string table = "\"" + write.table + "\"";
  if (step.kind == Step::Kind::insert_statement) {
    text = "INSERT INTO " + table + " VALUE {";
    for (const auto& [name, value] : write.item.items()) {
      text += (parameters.empty() ? "'" : ", '") + name + "': ?";
      parameters.push_back(value);
    }
    return {{"Statement", text + "}"}, {"Parameters", parameters}};
  }
  if (step.kind == Step::Kind::update_statement) {
    text = "UPDATE " + table + " SET c = ?";
    parameters.push_back(write.changes.front().value);
  } else {
    text = "SELECT * FROM " + table;
  }
  const json key = write.key.as_json();
  parameters.push_back(key.at("pk"));
  parameters.push_back(key.at("sk"));
  return {{"Statement", text + " WHERE pk = ? AND sk = ?"}, {"Parameters", parameters}};
}

}  // namespace dynatape::reference
