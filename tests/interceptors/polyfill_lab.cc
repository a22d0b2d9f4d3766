#include "polyfill_lab.h"

#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

core::Reply refused(const std::string& type, const std::string& message) {
  return {exception_of(type, message), core::Source::remote, {}};
}

core::Reply done(const ordered_json& body) {
  return {{200, {}, body.dump()}, core::Source::remote, {}};
}

/// The only expression that this endpoint knows, as expiry asks it.
bool has_expired(const ordered_json& item, const json& params) {
  const json& values = params.at("ExpressionAttributeValues");
  const auto number = [](const json& value) { return std::stod(value.at("N").get<std::string>()); };
  const auto attribute = params.at("ExpressionAttributeNames").at("#expires").get<std::string>();
  if (!item.contains(attribute) || !item.at(attribute).contains("N")) return false;
  const double time = number(json(item.at(attribute)));
  return time < number(values.at(":now")) && time >= number(values.at(":oldest"));
}

bool passes(const ordered_json& item, const json& params, const char* expression) {
  if (!params.contains(expression)) return true;
  if (params.at(expression) != "#expires < :now AND #expires >= :oldest") std::abort();
  return has_expired(item, params);
}

template <class T>
T opened(core::Result<T> result) {
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

}  // namespace

core::Response exception_of(const std::string& type, const std::string& message, int status) {
  return {status, {}, json{{"__type", "com.amazonaws#" + type}, {"message", message}}.dump()};
}

core::Task<core::Result<core::Reply>> PlainEndpoint::send(core::Exchange& exchange) {
  const std::string operation(exchange.call().name());
  calls.push_back(operation);
  callers = exchange.request().headers.get("Authorization").value_or("");
  if (before) before(operation);
  auto reply = answer(operation, json::parse(exchange.request().body));
  const bool writes = operation == "DeleteItem" || operation == "PutItem";
  if (loses_answers && writes) co_return core::failure("the connection is lost");
  co_return reply;
}

ordered_json PlainEndpoint::description(const std::string& table) const {
  const auto earlier = deleted.find(table);
  const std::string another = earlier == deleted.end() ? "" : "-" + std::to_string(earlier->second);
  ordered_json told = {
      {"TableName", table},
      {"TableId", "id-" + table + another},
      {"TableArn", "arn:aws:dynamodb:ddblocal:000000000000:table/" + table},
      {"TableStatus", state},
      {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
      {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
      {"CreationDateTime", 1700000000.5},
      {"TableSizeBytes", 12},
      {"ItemCount", 3},
      {"ProvisionedThroughput",
       {{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 5}, {"WriteCapacityUnits", 6}}}};
  told.update(tells);
  return told;
}

core::Reply PlainEndpoint::answer(const std::string& operation, const json& params) {
  const json name = params.value("TableName", json(""));
  const auto table =
      name.is_string() ? parse_table_name(name.get<std::string>()).name : std::string();
  if (const auto refusal = refusals.find(operation); refusal != refusals.end()) {
    return {refusal->second, core::Source::remote, {}};
  }
  const bool reads = operation == "GetItem" || operation == "Scan";
  if (reads && !params.value("ConsistentRead", false)) eventual.push_back(operation);
  if (operation == "CreateTable") {
    if (refuses) {
      const auto [type, message] = *refuses;
      if (refuses_once) refuses.reset();
      return refused(type, message);
    }
    if (wants_capacity && !params.contains("ProvisionedThroughput")) {
      return refused("ValidationException", "No provisioned throughput specified for the table");
    }
    created = params;
    if (tables.contains(table)) return refused("ResourceInUseException", "it is there");
    tables[table];
    return done({{"TableDescription", description(table)}});
  }
  if (operation == "ExecuteStatement" && statement) {
    statement();
    return done(ordered_json::object());
  }
  if (operation == "BatchWriteItem") return write(params.at("RequestItems"));
  constexpr std::string_view kKnown[] = {"DescribeTable", "Scan",    "DeleteTable", "UpdateTable",
                                         "GetItem",       "PutItem", "DeleteItem"};
  if (std::ranges::find(kKnown, operation) == std::end(kKnown)) {
    return refused("UnknownOperationException", "");
  }
  if (!tables.contains(table)) return refused("ResourceNotFoundException", "no such table");
  return in_table(operation, table, params);
}

core::Reply PlainEndpoint::in_table(const std::string& operation, const std::string& table,
                                    const json& params) {
  if (table == broken) return refused("AccessDeniedException", "it is broken");
  if (operation == "DescribeTable") return done({{"Table", description(table)}});
  if (operation == "Scan") return scan(params);
  if (operation == "UpdateTable") {
    if (!params.contains("ProvisionedThroughput")) {
      return refused("ValidationException",
                     "At least one of ProvisionedThroughput or UpdateStreamEnabled is required");
    }
    return done({{"TableDescription", description(table)}});
  }
  if (operation == "DeleteTable") {
    const ordered_json last = description(table);
    tables.erase(table);
    ++deleted[table];
    return done({{"TableDescription", last}});
  }
  auto& items = tables[table];
  if (operation == "PutItem") {
    const ordered_json item = params.at("Item");
    items[item["id"]["S"].get<std::string>()] = item;
    return done(ordered_json::object());
  }
  const auto key = params.at("Key").at("id").at("S").get<std::string>();
  const auto item = items.find(key);
  if (operation == "GetItem") {
    return done(item == items.end() ? ordered_json::object()
                                    : ordered_json{{"Item", item->second}});
  }
  if (!passes(item == items.end() ? ordered_json::object() : item->second, params,
              "ConditionExpression")) {
    return refused("ConditionalCheckFailedException", "The conditional request failed");
  }
  items.erase(key);
  return done(ordered_json::object());
}

core::Reply PlainEndpoint::scan(const json& params) {
  const auto& items = tables[params.value("TableName", "")];
  auto at = items.begin();
  if (params.contains("ExclusiveStartKey")) {
    at = items.upper_bound(params["ExclusiveStartKey"]["id"]["S"].get<std::string>());
  }
  ordered_json page = {{"Items", ordered_json::array()}};
  std::string last;
  for (int i = 0; i < 2 && at != items.end(); ++i, ++at) {
    last = at->first;
    if (!passes(at->second, params, "FilterExpression")) continue;
    const bool keys_only = params.value("ProjectionExpression", "") == "#key0";
    page["Items"].push_back(keys_only ? ordered_json{{"id", at->second.at("id")}} : at->second);
  }
  if (at != items.end()) page["LastEvaluatedKey"] = {{"id", {{"S", last}}}};
  return done(page);
}

core::Reply PlainEndpoint::write(const json& requests) {
  const std::string& table = requests.begin().key();
  const json& puts = requests.begin().value();
  if (puts.size() > 25) return refused("ValidationException", "they are more than 25");
  ordered_json unprocessed = ordered_json::object();
  for (std::size_t i = 0; i < puts.size(); ++i) {
    const auto& item = puts[i].at("PutRequest").at("Item");
    if (puts.size() > 1 && i + 1 == puts.size()) {
      unprocessed[table] = {puts[i]};
    } else {
      tables[table][item["id"]["S"].get<std::string>()] = item;
    }
  }
  return done({{"UnprocessedItems", unprocessed}});
}

PolyfillContext polyfill_context(std::shared_ptr<core::Upstream> upstream, const std::string& file,
                                 core::Duration delay) {
  const auto kept = opened(PolyfillFile::open(file));
  const auto settings = opened(TableSettings::open(kept));
  const auto written =
      std::make_shared<WrittenTables>(upstream, settings, std::make_shared<WriteLog>(kept));
  return {.upstream = upstream,
          .backups = opened(BackupStore::open(kept)),
          .settings = settings,
          .expiry = std::make_shared<Expiry>(upstream, settings, written, delay),
          .recovery = std::make_shared<Recovery>(),
          .written = written,
          .change_delay = delay};
}

PolyfillLab::PolyfillLab(const std::string& file, core::Duration delay)
    : context(polyfill_context(endpoint, file, delay)), lab(make_polyfills(context)) {
  lab.pipeline.upstream = endpoint;
  for (const char* const id : {"a", "b", "c"})
    endpoint->tables["notes"][id] = {{"id", {{"S", id}}}};
}

json PolyfillLab::call(const std::string& operation, const json& params,
                       const std::string& region) {
  const core::Reply reply = lab.call({operation, params.dump(), {}, region});
  status = reply.response.status;
  return json::parse(reply.response.body);
}

std::string PolyfillLab::refused(const std::string& operation, const json& params,
                                 const std::string& region) {
  const json body = call(operation, params, region);
  CHECK(status == 400);
  const auto type = body.at("__type").get<std::string>();
  return type.substr(type.find('#') + 1) + ": " + body.value("message", body.value("Message", ""));
}

std::string PolyfillLab::backup(const std::string& name) {
  const json made = call("CreateBackup", {{"TableName", "notes"}, {"BackupName", name}});
  REQUIRE(status == 200);
  return made.at("BackupDetails").at("BackupArn").get<std::string>();
}

void PolyfillLab::sweep() {
  const auto done = core::run_to_end(context.expiry->sweep(lab.loop, lab.clock));
  REQUIRE(done.has_value());
  if (!*done) FAIL(done->error().message);
}

}  // namespace dynatape::interceptors
