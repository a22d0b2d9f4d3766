#include "proxy/sessions/database_lines.h"

#include <nlohmann/json.hpp>

#include "emulator/storage/database.h"

namespace dynatape::sessions {
namespace {

using core::failure;
using core::Result;
using nlohmann::ordered_json;
using storage::DatabaseName;

/// One caller of an emulator.
struct Caller {
  emulator::Emulator& emulator;
  const DatabaseName& name;
  core::TimePoint now;

  [[nodiscard]] Result<ordered_json> call(const std::string& operation,
                                          const ordered_json& input) const {
    const auto answer = emulator.handle(operation, input.dump(), {name.account, name.region, now});
    auto json = ordered_json::parse(answer.body, nullptr, false);
    if (answer.status == 200) return json;
    return failure(operation + ": " + json.value("message", json.value("Message", answer.body)));
  }
};

void copy(const ordered_json& from, ordered_json& to, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (from.contains(name)) to[name] = from.at(name);
  }
}

/// What a description says of capacity, as an input: without the times and the states.
void copy_capacity(const ordered_json& description, bool provisioned, ordered_json& input) {
  if (provisioned) {
    copy(description.at("ProvisionedThroughput"), input["ProvisionedThroughput"],
         {"ReadCapacityUnits", "WriteCapacityUnits"});
  }
  copy(description, input, {"OnDemandThroughput"});
}

ordered_json index_input(const ordered_json& description, bool global, bool provisioned) {
  ordered_json input;
  copy(description, input, {"IndexName", "KeySchema", "Projection"});
  if (global) copy_capacity(description, provisioned, input);
  return input;
}

/// The CreateTable that makes the table that DescribeTable describes, without its stream.
ordered_json table_input(const ordered_json& description) {
  const std::string mode = description.contains("BillingModeSummary")
                               ? description["BillingModeSummary"].value("BillingMode", "")
                               : "PROVISIONED";
  const bool provisioned = mode == "PROVISIONED";
  ordered_json input;
  copy(description, input, {"TableName", "AttributeDefinitions", "KeySchema"});
  input["BillingMode"] = mode;
  copy_capacity(description, provisioned, input);
  for (const char* const kind : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    if (!description.contains(kind)) continue;
    for (const auto& index : description.at(kind)) {
      input[kind].push_back(index_input(index, kind[0] == 'G', provisioned));
    }
  }
  if (description.value("DeletionProtectionEnabled", false)) {
    input["DeletionProtectionEnabled"] = true;
  }
  if (description.contains("TableClassSummary")) {
    input["TableClass"] = description["TableClassSummary"].at("TableClass");
  }
  return input;
}

void add_line(std::string& lines, const char* operation, const ordered_json& input) {
  lines += ordered_json{{"operation", operation}, {"input", input}}.dump() + "\n";
}

Result<void> add_items(const Caller& caller, const std::string& table, std::string& lines) {
  ordered_json scan = {{"TableName", table}};
  for (;;) {
    const auto page = caller.call("Scan", scan);
    if (!page) return std::unexpected(page.error());
    for (const auto& item : page->at("Items")) {
      add_line(lines, "PutItem", {{"TableName", table}, {"Item", item}});
    }
    if (!page->contains("LastEvaluatedKey")) return {};
    scan["ExclusiveStartKey"] = page->at("LastEvaluatedKey");
  }
}

/// The calls that make one table. What tells time, streams and expiry, comes after the items, so
/// that they are no news.
Result<void> add_table(const Caller& caller, const std::string& table, std::string& lines) {
  const auto described = caller.call("DescribeTable", {{"TableName", table}});
  if (!described) return std::unexpected(described.error());
  const ordered_json& description = described->at("Table");
  ordered_json input = table_input(description);
  const auto tags =
      caller.call("ListTagsOfResource", {{"ResourceArn", description.at("TableArn")}});
  if (!tags) return std::unexpected(tags.error());
  if (!tags->at("Tags").empty()) input["Tags"] = tags->at("Tags");
  add_line(lines, "CreateTable", input);
  if (auto added = add_items(caller, table, lines); !added) return added;
  const auto ttl = caller.call("DescribeTimeToLive", {{"TableName", table}});
  if (!ttl) return std::unexpected(ttl.error());
  const ordered_json& expiry = ttl->at("TimeToLiveDescription");
  if (expiry.contains("AttributeName") && expiry.value("TimeToLiveStatus", "") == "ENABLED") {
    add_line(lines, "UpdateTimeToLive",
             {{"TableName", table},
              {"TimeToLiveSpecification",
               {{"AttributeName", expiry.at("AttributeName")}, {"Enabled", true}}}});
  }
  if (description.contains("StreamSpecification")) {
    add_line(
        lines, "UpdateTable",
        {{"TableName", table}, {"StreamSpecification", description.at("StreamSpecification")}});
  }
  return {};
}

}  // namespace

Result<std::string> lines_of(const storage::Database& database, const DatabaseName& name,
                             core::TimePoint now) {
  // A copy, at O(1): what is written meanwhile does not show.
  emulator::Emulator copy({});
  copy.databases().get(name.account, name.region)->reset(database.snapshot());
  const Caller caller{copy, name, now};
  std::string lines;
  ordered_json list = ordered_json::object();
  for (;;) {
    const auto page = caller.call("ListTables", list);
    if (!page) return std::unexpected(page.error());
    for (const auto& table : page->at("TableNames")) {
      auto added = add_table(caller, table.get<std::string>(), lines);
      if (!added) return std::unexpected(added.error());
    }
    if (!page->contains("LastEvaluatedTableName")) return lines;
    list["ExclusiveStartTableName"] = page->at("LastEvaluatedTableName");
  }
}

Result<void> read_lines(emulator::Emulator& emulator, const DatabaseName& name, core::TimePoint now,
                        std::string_view lines, std::size_t first) {
  const auto database = emulator.databases().get(name.account, name.region);
  const storage::Snapshot before = database->snapshot();
  const Caller caller{emulator, name, now};
  std::size_t number = first - 1;
  const auto wrong = [&](const std::string& why) {
    database->reset(before);
    return failure("line " + std::to_string(number) + ": " + why);
  };
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
    const bool is_call = json.is_object() && json.size() == 2 && json.contains("operation") &&
                         json.contains("input") && json.at("operation").is_string();
    if (!is_call) return wrong(R"(is not {"operation": NAME, "input": {…}})");
    const auto done = caller.call(json.at("operation").get<std::string>(), json.at("input"));
    if (!done) return wrong(done.error().message);
  }
  return {};
}

}  // namespace dynatape::sessions
