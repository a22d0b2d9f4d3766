#include "cassettes/effects.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cassettes/gathering.h"
#include "cassettes/json_members.h"

namespace dynatape::cassettes {
namespace {

using wire::Json;
using Kind = Json::Kind;

void transaction(Gathering& all, const Json& request) {
  const auto actions = member(request, "TransactItems");
  if (!actions || actions->kind() != Kind::array) return;
  for (const Json& action : actions->elements()) {
    if (action.kind() != Kind::object) continue;
    for (const auto& [verb, target] : action.members()) {
      const bool writes = verb == "Put" || verb == "Update" || verb == "Delete";
      all.item(text_of(member(target, "TableName")), member(target, verb == "Put" ? "Item" : "Key"),
               writes && all.writes());
    }
  }
}

void batch_get(Gathering& all, const Json& request) {
  const auto items = member(request, "RequestItems");
  if (!items || items->kind() != Kind::object) return;
  for (const auto& [table, entry] : items->members()) {
    const auto keys = member(entry, "Keys");
    if (!keys || keys->kind() != Kind::array) continue;
    for (const Json& key : keys->elements()) all.item(table, key, false);
  }
}

void batch_write(Gathering& all, const Json& request) {
  const auto items = member(request, "RequestItems");
  if (!items || items->kind() != Kind::object) return;
  for (const auto& [table, entries] : items->members()) {
    if (entries.kind() != Kind::array) continue;
    for (const Json& entry : entries.elements()) {
      if (const auto put = member(entry, "PutRequest")) {
        all.item(table, member(*put, "Item"), all.writes());
      } else if (const auto erase = member(entry, "DeleteRequest")) {
        all.item(table, member(*erase, "Key"), all.writes());
      }
    }
  }
}

/// The table of a PartiQL statement: `INSERT INTO "orders" …`, `… FROM orders …`.
std::string_view statement_table(std::string_view statement) {
  static constexpr std::array<std::string_view, 3> kBefore = {"from", "into", "update"};
  bool next = false;
  for (std::size_t at = 0; at < statement.size();) {
    const auto end = std::min(statement.find_first_of(" \t\r\n", at), statement.size());
    std::string_view word = statement.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (next) {
      if (word.starts_with('"')) return word.substr(1, word.find('"', 1) - 1);
      return word.substr(0, word.find_first_of(".;"));
    }
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    next = std::ranges::find(kBefore, lower) != kBefore.end();
  }
  return "";
}

void statement(Gathering& all, std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool reads = first != std::string_view::npos && (text[first] == 's' || text[first] == 'S');
  all.table(statement_table(text), reads || !all.writes() ? Reach::read_whole : Reach::write_whole);
}

void statements(Gathering& all, const Json& request) {
  if (const auto one = text_of(member(request, "Statement")); !one.empty()) statement(all, one);
  for (const char* list : {"Statements", "TransactStatements"}) {
    const auto several = member(request, list);
    if (!several || several->kind() != Kind::array) continue;
    for (const Json& entry : several->elements()) {
      statement(all, text_of(member(entry, "Statement")));
    }
  }
}

/// What names a table, of the requests about tables.
constexpr std::array<std::string_view, 7> kTableNames = {
    "TableName",      "TargetTableName", "SourceTableName", "GlobalTableName",
    "SourceTableArn", "TableArn",        "ResourceArn"};

void control(Gathering& all, const core::Operation& operation, const Json& request) {
  const bool reads = is_poll(&operation);
  const bool writes = !reads && all.writes();
  if (operation.name == "ListTables") return all.account(false);
  const bool lists_change = operation.name == "CreateTable" || operation.name == "DeleteTable" ||
                            operation.name.starts_with("Restore") ||
                            operation.name == "ImportTable";
  if (lists_change) all.account(writes);
  for (const std::string_view name : kTableNames) {
    const auto table = text_of(member(request, name));
    if (!table.empty()) all.table(table, writes ? Reach::write_whole : Reach::read_part);
  }
}

constexpr std::array<std::string_view, 5> kThrottles = {
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
    "LimitExceededException", "TransactionInProgressException"};

bool overlap(const std::optional<SortRange>& a, const std::optional<SortRange>& b) {
  if (!a || !b) return true;
  return (!a->high || *a->high >= b->low) && (!b->high || *b->high >= a->low);
}

}  // namespace

bool conflict(Reach a, Reach b) {
  if (a == Reach::write_whole || b == Reach::write_whole) return true;
  return a != b && (a == Reach::write_part || b == Reach::write_part) &&
         (a == Reach::read_whole || b == Reach::read_whole);
}

bool conflicts(const Effects& a, const Effects& b) {
  for (const Effect& one : a) {
    for (const Effect& other : b) {
      if (one.resource == other.resource && conflict(one.mode, other.mode) &&
          overlap(one.range, other.range)) {
        return true;
      }
    }
  }
  return false;
}

Effects effects_of(const Deed& deed, const TableKeys& keys) {
  if (!deed.operation || deed.operation->service == core::Service::streams) return {};
  const bool refused = deed.status >= 400 && deed.status < 500;
  if (refused && std::ranges::find(kThrottles, deed.error) != kThrottles.end()) return {};
  const auto request = Json::parse(deed.request);
  if (!request) return {};
  const std::string_view name = deed.operation->name;
  Gathering all(keys, !refused);
  const auto table = text_of(member(*request, "TableName"));
  if (refused && deed.error == "ResourceNotFoundException" && !table.empty()) {
    all.table(table, Reach::read_part);
  } else if (name == "GetItem") {
    all.item(table, member(*request, "Key"), false);
  } else if (name == "PutItem") {
    all.item(table, member(*request, "Item"), all.writes());
  } else if (name == "UpdateItem" || name == "DeleteItem") {
    all.item(table, member(*request, "Key"), all.writes());
  } else if (name == "Query") {
    all.query(*request);
  } else if (name == "Scan" || name == "SearchVectors") {
    all.table(table, Reach::read_whole);
  } else if (name.starts_with("Transact")) {
    transaction(all, *request);
  } else if (name == "BatchGetItem") {
    batch_get(all, *request);
  } else if (name == "BatchWriteItem") {
    batch_write(all, *request);
  } else if (deed.operation->kind == core::OperationKind::statement) {
    statements(all, *request);
  } else {
    control(all, *deed.operation, *request);
  }
  return std::move(all).take();
}

std::string error_type(std::string_view body) {
  const auto document = Json::parse(body);
  if (!document) return "";
  const std::string_view type = text_of(member(*document, "__type"));
  return std::string(type.substr(type.rfind('#') + 1));  // npos + 1 is 0
}

std::string call_label(const core::Operation* operation, std::string_view body,
                       const TableKeys& keys) {
  if (!operation) return "a request without an operation";
  std::string label(operation->name);
  const auto request = Json::parse(body);
  if (!request) return label;
  const auto table = plain_table(text_of(member(*request, "TableName")));
  if (table.empty()) return label;
  label.append(" ").append(table);
  const auto* key = keys.find(table);
  const auto holder = member(*request, operation->name == "PutItem" ? "Item" : "Key");
  if (!key || !holder) return label;
  for (const std::string& name : key->names) {
    const auto value = member(*holder, name);
    if (!value || value->kind() != Kind::object || value->size() != 1) continue;
    label.append("/").append(text_of((*value->members().begin()).value));
  }
  return label;
}

bool is_poll(const core::Operation* operation) {
  if (!operation || operation->kind != core::OperationKind::control) return false;
  return operation->name.starts_with("Describe") || operation->name.starts_with("List") ||
         operation->name.starts_with("Get");
}

}  // namespace dynatape::cassettes
