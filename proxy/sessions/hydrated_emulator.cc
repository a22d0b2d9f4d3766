#include "proxy/sessions/hydrated_emulator.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dynatape::sessions {
namespace {

using nlohmann::json;
using Kind = Fact::Kind;

/// Whoever calls: a tape has one account's tables.
constexpr std::string_view kAccount = "tape";
constexpr std::string_view kRegion = "us-east-1";

json parsed(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string plain(const std::string& table) {
  return table.starts_with("arn:") ? table.substr(table.rfind('/') + 1) : table;
}

cassettes::Deed deed_of(const core::Exchange& exchange, int status) {
  return {exchange.call().operation(), exchange.request().body, status};
}

}  // namespace

HydratedEmulator::HydratedEmulator(emulator::Options options)
    : emulator_(options), context_{.account = kAccount, .region = kRegion, .now = {}} {}

void HydratedEmulator::describe(std::string_view answer) {
  const json document = parsed(answer);
  if (!document.is_object() || !document.contains("Table")) return;
  take_in({Kind::described, document["Table"].value("TableName", ""), document["Table"]});
}

void HydratedEmulator::learn(const core::Exchange& exchange, const core::Response& response) {
  context_.now = exchange.clock().now();
  for (const Fact& fact : facts_of(exchange.call().name(), exchange.call().params(),
                                   response.status, parsed(response.body))) {
    take_in(fact);
  }
}

bool HydratedEmulator::claims(const core::Exchange& exchange) {
  const auto* operation = exchange.call().operation();
  if (own_.empty() || !operation || operation->kind == core::OperationKind::control) return false;
  const auto effects = effects_of(deed_of(exchange, 200), keys_);
  return std::ranges::any_of(exchange.call().tables(), [&](const std::string& table) {
    const auto written = own_.find(plain(table));
    return written != own_.end() && std::ranges::any_of(written->second, [&](const auto& own) {
             return conflicts(own, effects);
           });
  });
}

std::expected<core::Response, std::string> HydratedEmulator::answer(
    const core::Exchange& exchange) {
  const std::string_view operation = exchange.call().name();
  const json& request = exchange.call().params();
  const auto needs = needs_of(operation, request);
  if (!needs) return std::unexpected(needs.error());
  context_.now = exchange.clock().now();
  for (const Need& need : *needs) {
    if (std::string why = unknown(need); !why.empty()) return std::unexpected(std::move(why));
  }
  const auto said = emulator_.handle(operation, exchange.request().body, context_);
  if (said.status >= 500) return std::unexpected("the emulator cannot do it: " + said.body);
  if (said.status == 200 && exchange.call().operation()->kind == core::OperationKind::write) {
    for (const std::string& table : exchange.call().tables()) {
      own_[plain(table)].push_back(effects_of(deed_of(exchange, 200), keys_));
    }
    // The emulator has it already; what was written is known from here on.
    for (const Fact& fact : facts_of(operation, request, 200, parsed(said.body))) {
      TableKnowledge* table = known(fact.table);
      if (!table || fact.kind == Kind::updated) continue;
      if (const auto key = table->key_of(fact.what)) table->learn(*key);
    }
  }
  return core::Response{said.status, {{"Content-Type", "application/x-amz-json-1.0"}}, said.body};
}

emulator::Answer HydratedEmulator::run(std::string_view operation, const json& request) {
  return emulator_.handle(operation, request.dump(), context_);
}

std::vector<json> HydratedEmulator::all_items(std::string_view operation, json request) {
  std::vector<json> items;
  for (;;) {
    const json page = parsed(run(operation, request).body);
    if (!page.is_object() || !page.contains("Items")) return items;
    for (const json& item : page["Items"]) items.push_back(item);
    if (!page.contains("LastEvaluatedKey")) return items;
    request["ExclusiveStartKey"] = page["LastEvaluatedKey"];
  }
}

json HydratedEmulator::item_at(const std::string& table, const json& key) {
  const json answer =
      parsed(run("GetItem", {{"TableName", table}, {"Key", key}, {"ConsistentRead", true}}).body);
  return answer.is_object() ? answer.value("Item", json()) : json();
}

TableKnowledge* HydratedEmulator::known(const std::string& table) {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

void HydratedEmulator::create(const json& request, bool is_new) {
  const std::string name = plain(request.value("TableName", ""));
  drop(name);
  if (!request.contains("KeySchema") || run("CreateTable", request).status != 200) return;
  const json& schema = request["KeySchema"];
  tables_.emplace(name, TableKnowledge(schema, is_new));
  keys_.learn_description(json{{"Table", {{"TableName", name}, {"KeySchema", schema}}}}.dump());
}

void HydratedEmulator::drop(const std::string& table) {
  if (tables_.erase(table) > 0) run("DeleteTable", {{"TableName", table}});
  own_.erase(table);
}

void HydratedEmulator::take_in(const Fact& fact) {
  if (fact.kind == Kind::created) return create(fact.what, /*is_new=*/true);
  if (fact.kind == Kind::changed) return drop(fact.table);
  if (fact.kind == Kind::anything) {
    for (auto& [name, table] : tables_) table.forget_all();
    return;
  }
  TableKnowledge* table = known(fact.table);
  if (fact.kind == Kind::described) {
    if (!table) create(create_table_from(fact.what), /*is_new=*/false);
    return;
  }
  if (!table) return;
  switch (fact.kind) {
    case Kind::wrote:
    case Kind::saw:
      return take_in_item(fact, *table);
    case Kind::removed:
    case Kind::missed:
      return take_in_absence(fact, *table);
    case Kind::updated:
      return take_in_update(fact, *table);
    case Kind::queried:
      return take_in_query(fact, *table);
    case Kind::scanned:
      return take_in_scan(fact, *table);
    case Kind::expiring:
      if (run("UpdateTimeToLive", fact.what).status != 200) drop(fact.table);
      return;
    default:
      return;
  }
}

void HydratedEmulator::take_in_item(const Fact& fact, TableKnowledge& table) {
  const auto key = table.key_of(fact.what);
  if (!key) return;
  // What was read but is not what was expected, somebody else has written.
  const bool surprise =
      fact.kind == Kind::saw && table.knows(*key) && item_at(fact.table, *key) != fact.what;
  if (surprise) table.doubt();
  const json put = {{"TableName", fact.table}, {"Item", fact.what}};
  if (run("PutItem", put).status != 200) return table.forget(*key);
  table.learn(*key);
}

void HydratedEmulator::take_in_absence(const Fact& fact, TableKnowledge& table) {
  const auto key = table.key_of(fact.what);
  if (!key) return;
  const bool surprise =
      fact.kind == Kind::missed && table.knows(*key) && !item_at(fact.table, *key).is_null();
  if (surprise) table.doubt();
  const json remove = {{"TableName", fact.table}, {"Key", *key}};
  if (run("DeleteItem", remove).status != 200) return table.forget(*key);
  table.learn(*key);
}

/// Of an item that is not known, the new state is not known either.
void HydratedEmulator::take_in_update(const Fact& fact, TableKnowledge& table) {
  const auto key = table.key_of(fact.what.value("Key", json::object()));
  if (!key || !table.knows(*key)) return;
  if (run("UpdateItem", fact.what).status != 200) table.forget(*key);
}

void HydratedEmulator::take_in_query(const Fact& fact, TableKnowledge& table) {
  if (!table.asks_whole_partition(fact.what)) {
    for (const json& item : fact.items) take_in({Kind::saw, fact.table, item});
    return;
  }
  const json partition = *table.partition_of(fact.what);
  const json query = {{"TableName", fact.table},
                      {"KeyConditionExpression", "#p = :p"},
                      {"ExpressionAttributeNames", {{"#p", table.partition_attribute()}}},
                      {"ExpressionAttributeValues", {{":p", partition}}}};
  take_in_all_of(fact, table, all_items("Query", query));
  table.learn_partition(partition);
}

void HydratedEmulator::take_in_scan(const Fact& fact, TableKnowledge& table) {
  take_in_all_of(fact, table, all_items("Scan", {{"TableName", fact.table}}));
  table.learn_all();
}

/// What was there `before` and is not in the answer is gone.
void HydratedEmulator::take_in_all_of(const Fact& fact, TableKnowledge& table,
                                      const std::vector<json>& before) {
  std::set<json> now;
  for (const json& item : fact.items) {
    if (auto key = table.key_of(item)) now.insert(std::move(*key));
  }
  for (const json& item : before) {
    const auto key = table.key_of(item);
    if (key && !now.contains(*key)) take_in({Kind::missed, fact.table, *key});
  }
  for (const json& item : fact.items) take_in({Kind::saw, fact.table, item});
}

std::string HydratedEmulator::unknown(const Need& need) {
  TableKnowledge* table = known(need.table);
  const std::string name = "'" + need.table + "'";
  if (!table) return "no replayed call tells the keys and indexes of " + name;
  switch (need.kind) {
    case Need::Kind::schema:
      return "";
    case Need::Kind::item: {
      const auto key = table->key_of(need.what);
      // Without its key attributes it is refused, whatever the table holds.
      if (!key || table->knows(*key)) return "";
      return "no replayed call tells what stands at " + key->dump() + " in " + name;
    }
    case Need::Kind::query: {
      const auto partition = table->partition_of(need.what);
      if (table->knows_all() || (partition && table->knows_partition(*partition))) return "";
      return "no replayed call shows that partition of " + name + " as a whole";
    }
    case Need::Kind::table:
      return table->knows_all() ? "" : "no replayed call shows all of " + name;
  }
  return "";
}

}  // namespace dynatape::sessions
