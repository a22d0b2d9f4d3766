#include "interceptors/written_keys.h"

#include <algorithm>

#include "core/json.h"
#include "core/statement.h"
#include "emulator/model/number.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using Keys = std::vector<ordered_json>;
using Names = std::vector<std::string>;

/// null where there is none.
const json& part(const json& of, const char* name) {
  static const json kNone;
  const json* found = core::member(of, name);
  return found ? *found : kNone;
}

/// An item that lacks a key attribute is refused by the upstream.
void add_key(const json& item, const Names& names, Keys& keys) {
  ordered_json key = ordered_json::object();
  for (const std::string& name : names) {
    if (!item.is_object() || !item.contains(name)) return;
    key[name] = item.at(name);
  }
  keys.push_back(std::move(key));
}

bool is_table(const json& named, const std::string& table) {
  return named.is_string() && parse_table_name(named.get<std::string>()).name == table;
}

Keys in_batch(const json& params, const std::string& table, const Names& names) {
  Keys keys;
  for (const auto& [named, requests] : part(params, "RequestItems").items()) {
    if (parse_table_name(named).name != table) continue;
    for (const json& request : requests) {
      const json& put = part(request, "PutRequest");
      add_key(put.is_null() ? part(part(request, "DeleteRequest"), "Key") : part(put, "Item"),
              names, keys);
    }
  }
  return keys;
}

Keys in_transaction(const json& params, const std::string& table, const Names& names) {
  Keys keys;
  for (const json& item : part(params, "TransactItems")) {
    for (const char* const kind : {"Put", "Update", "Delete"}) {
      const json& action = part(item, kind);
      if (!is_table(part(action, "TableName"), table)) continue;
      add_key(part(action, kind[0] == 'P' ? "Item" : "Key"), names, keys);
    }
  }
  return keys;
}

bool is_select(const json& holder) {
  const auto* statement = core::text_member(holder, "Statement");
  return statement && core::is_select(*statement);
}

}  // namespace

std::optional<Keys> written_keys(const core::Call& call, const std::string& table,
                                 const Names& names) {
  const std::string_view operation = call.name();
  const json& params = call.params();
  Keys keys;
  if (operation == "PutItem") {
    add_key(part(params, "Item"), names, keys);
  } else if (operation == "DeleteItem" || operation == "UpdateItem") {
    add_key(part(params, "Key"), names, keys);
  } else if (operation == "BatchWriteItem") {
    keys = in_batch(params, table, names);
  } else if (operation == "TransactWriteItems") {
    keys = in_transaction(params, table, names);
  } else {
    return std::nullopt;
  }
  return keys;
}

bool only_selects(const core::Call& call) {
  const json& params = call.params();
  if (is_select(params)) return true;
  for (const char* const list : {"Statements", "TransactStatements"}) {
    const json& statements = part(params, list);
    if (!statements.is_array()) continue;
    return std::ranges::all_of(statements, is_select);
  }
  return false;
}

std::string key_text(const ordered_json& item, const Names& names) {
  json key = json::array();
  for (const std::string& name : names) {
    json value = item.value(name, ordered_json());
    if (value.is_object() && value.contains("N") && value.at("N").is_string()) {
      const auto number = model::Number::parse(value.at("N").get_ref<const std::string&>());
      if (number) value["N"] = number->to_string();
    }
    key.push_back(std::move(value));
  }
  return core::dumped(key);
}

}  // namespace dynatape::interceptors
