#include "proxy/sessions/tape_facts.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/json.h"
#include "core/statement.h"

namespace dynatape::sessions {
namespace {

using core::text_of;
using nlohmann::json;
using Facts = std::vector<Fact>;
using Needs = std::vector<Need>;
using enum Fact::Kind;

const json& member(const json& object, std::string_view name) {
  static const json none = json::object();
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

/// The name, also out of an ARN.
std::string plain(const std::string& table) {
  return table.starts_with("arn:") ? table.substr(table.rfind('/') + 1) : table;
}

std::string table_of(const json& request) { return plain(text_of(request, "TableName")); }

/// Answers with parts of items only.
bool projects(const json& request) {
  const std::string select = text_of(request, "Select");
  return request.contains("ProjectionExpression") || request.contains("AttributesToGet") ||
         (!select.empty() && select != "ALL_ATTRIBUTES");
}

bool has_any(const json& request, std::initializer_list<const char*> members) {
  return std::ranges::any_of(members, [&](const char* name) { return request.contains(name); });
}

void saw_each(Facts& facts, const std::string& table, const json& items) {
  for (const json& item : items) facts.push_back({saw, table, item});
}

/// The keys of `from` that are part of no item in `items`.
void missed_others(Facts& facts, const std::string& table, const json& keys, const json& items,
                   const json& unprocessed) {
  const auto part_of = [](const json& key, const json& item) {
    return std::ranges::all_of(key.items(), [&](const auto& attribute) {
      return member(item, attribute.key()) == attribute.value();
    });
  };
  for (const json& key : keys) {
    const auto is_key = [&](const json& item) { return part_of(key, item); };
    if (std::ranges::none_of(items, is_key) && std::ranges::none_of(unprocessed, is_key)) {
      facts.push_back({missed, table, key});
    }
  }
}

void of_get(Facts& facts, const json& request, const json& answer) {
  const std::string table = table_of(request);
  if (!answer.contains("Item")) return facts.push_back({missed, table, member(request, "Key")});
  if (!projects(request)) facts.push_back({saw, table, answer["Item"]});
}

void of_read(Facts& facts, const json& request, const json& answer, bool query) {
  if (request.contains("IndexName") || projects(request)) return;
  const std::string table = table_of(request);
  const json& items = member(answer, "Items");
  const bool part = has_any(
      request, {"FilterExpression", "QueryFilter", "ScanFilter", "ExclusiveStartKey", "Segment"});
  if (part || answer.contains("LastEvaluatedKey")) return saw_each(facts, table, items);
  facts.push_back({query ? queried : scanned, table, request, items});
}

void of_update(Facts& facts, const json& request, const json& answer) {
  const std::string table = table_of(request);
  if (text_of(request, "ReturnValues") != "ALL_NEW" || !answer.contains("Attributes")) {
    return facts.push_back({updated, table, request});
  }
  json item = answer["Attributes"];
  item.update(member(request, "Key"));
  facts.push_back({wrote, table, std::move(item)});
}

void of_batch_get(Facts& facts, const json& request, const json& answer) {
  for (const auto& [name, asked] : member(request, "RequestItems").items()) {
    if (projects(asked)) continue;
    const json& items = member(member(answer, "Responses"), name);
    const json& left = member(member(member(answer, "UnprocessedKeys"), name), "Keys");
    saw_each(facts, plain(name), items);
    missed_others(facts, plain(name), member(asked, "Keys"), items, left);
  }
}

void of_batch_write(Facts& facts, const json& request, const json& answer) {
  for (const auto& [name, writes] : member(request, "RequestItems").items()) {
    const json& left = member(member(answer, "UnprocessedItems"), name);
    for (const json& write : writes) {
      if (std::ranges::find(left, write) != left.end()) continue;
      if (write.contains("PutRequest")) {
        facts.push_back({wrote, plain(name), member(write["PutRequest"], "Item")});
      } else {
        facts.push_back({removed, plain(name), member(member(write, "DeleteRequest"), "Key")});
      }
    }
  }
}

void of_transaction(Facts& facts, const json& request, const json& answer) {
  const json& items = member(request, "TransactItems");
  const json& responses = member(answer, "Responses");
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const auto& [kind, one] : items[i].items()) {
      if (kind == "Put") facts.push_back({wrote, table_of(one), member(one, "Item")});
      if (kind == "Delete") facts.push_back({removed, table_of(one), member(one, "Key")});
      if (kind == "Get" && i < responses.size()) of_get(facts, one, responses[i]);
      if (kind != "Update") continue;
      json update = one;
      update.erase("ReturnValuesOnConditionCheckFailure");
      facts.push_back({updated, table_of(one), std::move(update)});
    }
  }
}

bool is_select(const json& holder) { return core::is_select(text_of(holder, "Statement")); }

void of_statements(Facts& facts, const json& request, const json&) {
  bool reads = request.contains("Statement") ? is_select(request) : true;
  for (const char* list : {"Statements", "TransactStatements"}) {
    reads = reads && std::ranges::all_of(member(request, list), is_select);
  }
  if (!reads) facts.push_back({anything, "", {}});
}

template <Fact::Kind kind, const char* member_name>
void of_one(Facts& facts, const json& request, const json&) {
  facts.push_back({kind, table_of(request), member(request, member_name)});
}
constexpr char kItem[] = "Item";
constexpr char kKey[] = "Key";

template <Fact::Kind kind>
void of_table(Facts& facts, const json& request, const json&) {
  facts.push_back({kind, table_of(request), request});
}

void of_describe(Facts& facts, const json&, const json& answer) {
  const json& table = member(answer, "Table");
  facts.push_back({described, text_of(table, "TableName"), table});
}

bool conditional(const json& write) {
  const std::string returned = text_of(write, "ReturnValues");
  return has_any(write, {"ConditionExpression", "Expected"}) ||
         (!returned.empty() && returned != "NONE");
}

Need need_of_write(const json& write, const char* holder) {
  const auto kind = conditional(write) ? Need::Kind::item : Need::Kind::schema;
  return {kind, table_of(write), member(write, holder)};
}

Need need_of_key(const json& request) {
  return {Need::Kind::item, table_of(request), member(request, "Key")};
}

void need_put(Needs& needs, const json& request) { needs.push_back(need_of_write(request, kItem)); }
void need_delete(Needs& needs, const json& request) {
  needs.push_back(need_of_write(request, kKey));
}
void need_key(Needs& needs, const json& request) { needs.push_back(need_of_key(request)); }

void need_query(Needs& needs, const json& request) {
  const bool index = request.contains("IndexName");
  needs.push_back({index ? Need::Kind::table : Need::Kind::query, table_of(request), request});
}

void need_scan(Needs& needs, const json& request) {
  needs.push_back({Need::Kind::table, table_of(request), {}});
}

void need_batch_get(Needs& needs, const json& request) {
  for (const auto& [name, asked] : member(request, "RequestItems").items()) {
    for (const json& key : member(asked, "Keys")) {
      needs.push_back({Need::Kind::item, plain(name), key});
    }
  }
}

void need_batch_write(Needs& needs, const json& request) {
  for (const auto& [name, writes] : member(request, "RequestItems").items()) {
    needs.push_back({Need::Kind::schema, plain(name), {}});
  }
}

void need_transaction(Needs& needs, const json& request) {
  for (const json& item : member(request, "TransactItems")) {
    for (const auto& [kind, one] : item.items()) {
      if (kind == "Put") {
        need_put(needs, one);
      } else if (kind == "Delete") {
        need_delete(needs, one);
      } else {
        need_key(needs, one);
      }
    }
  }
}

struct Row {
  std::string_view operation;
  bool writes;  ///< may have written although it failed within the service
  void (*tell)(Facts& facts, const json& request, const json& answer);
  void (*need)(Needs& needs, const json& request);  ///< nullptr: never determined
};

constexpr Row kRows[] = {
    {"BatchExecuteStatement", true, of_statements, nullptr},
    {"BatchGetItem", false, of_batch_get, need_batch_get},
    {"BatchWriteItem", true, of_batch_write, need_batch_write},
    {"CreateTable", true, of_table<created>, nullptr},
    {"DeleteItem", true, of_one<removed, kKey>, need_delete},
    {"DeleteTable", true, of_table<changed>, nullptr},
    {"DescribeTable", false, of_describe, nullptr},
    {"ExecuteStatement", true, of_statements, nullptr},
    {"ExecuteTransaction", true, of_statements, nullptr},
    {"GetItem", false, of_get, need_key},
    {"PutItem", true, of_one<wrote, kItem>, need_put},
    {"Query", false,
     [](Facts& facts, const json& request, const json& answer) {
       of_read(facts, request, answer, true);
     },
     need_query},
    {"Scan", false,
     [](Facts& facts, const json& request, const json& answer) {
       of_read(facts, request, answer, false);
     },
     need_scan},
    {"StartBulkPutItems", true,
     [](Facts& facts, const json&, const json&) { facts.push_back({anything, "", {}}); }, nullptr},
    {"TransactGetItems", false, of_transaction, need_transaction},
    {"TransactWriteItems", true, of_transaction, need_transaction},
    {"UpdateItem", true, of_update, need_key},
    {"UpdateTable", true, of_table<changed>, nullptr},
    {"UpdateTimeToLive", true, of_table<expiring>, nullptr},
};

const Row* row_of(std::string_view operation) {
  const auto* const row = std::ranges::find(kRows, operation, &Row::operation);
  return row == std::end(kRows) ? nullptr : row;
}

}  // namespace

Facts facts_of(std::string_view operation, const json& request, int status, const json& answer) {
  Facts facts;
  const Row* row = row_of(operation);
  if (!row || !request.is_object()) return facts;
  if (status == 200 && answer.is_object()) row->tell(facts, request, answer);
  if (status >= 500 && row->writes) facts.push_back({anything, "", {}});
  return facts;
}

std::expected<Needs, std::string> needs_of(std::string_view operation, const json& request) {
  const Row* row = row_of(operation);
  if (!row || !row->need) {
    return std::unexpected(
        (operation.empty() ? "a request without an operation" : std::string(operation)) +
        " is never synthesised");
  }
  if (!request.is_object()) return std::unexpected("the request is no JSON object");
  Needs needs;
  row->need(needs, request);
  return needs;
}

}  // namespace dynatape::sessions
