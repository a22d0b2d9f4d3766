#include "interceptors/written_keys.h"

#include <algorithm>

#include "emulator/model/number.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;
using Keys = std::vector<ordered_json>;
using Names = std::vector<std::string>;

const json kNothing;

const json& member(const json& of, const char* name) {
  if (!of.is_object()) return kNothing;
  const auto found = of.find(name);
  return found == of.end() ? kNothing : *found;
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
  for (const auto& [named, requests] : member(params, "RequestItems").items()) {
    if (parse_table_name(named).name != table) continue;
    for (const json& request : requests) {
      const json& put = member(request, "PutRequest");
      add_key(put.is_null() ? member(member(request, "DeleteRequest"), "Key") : member(put, "Item"),
              names, keys);
    }
  }
  return keys;
}

Keys in_transaction(const json& params, const std::string& table, const Names& names) {
  Keys keys;
  for (const json& item : member(params, "TransactItems")) {
    for (const char* const kind : {"Put", "Update", "Delete"}) {
      const json& action = member(item, kind);
      if (!is_table(member(action, "TableName"), table)) continue;
      add_key(member(action, kind[0] == 'P' ? "Item" : "Key"), names, keys);
    }
  }
  return keys;
}

bool is_select(const json& statement) {
  if (!statement.is_string()) return false;
  const auto& text = statement.get_ref<const std::string&>();
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string::npos &&
         core::equals_ignoring_case(std::string_view(text).substr(begin, 6), "select");
}

}  // namespace

std::optional<Keys> written_keys(const core::Call& call, const std::string& table,
                                 const Names& names) {
  const std::string_view operation = call.name();
  const json& params = call.params();
  Keys keys;
  if (operation == "PutItem") {
    add_key(member(params, "Item"), names, keys);
  } else if (operation == "DeleteItem" || operation == "UpdateItem") {
    add_key(member(params, "Key"), names, keys);
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
  if (is_select(member(params, "Statement"))) return true;
  for (const char* const list : {"Statements", "TransactStatements"}) {
    const json& statements = member(params, list);
    if (!statements.is_array()) continue;
    return std::ranges::all_of(statements,
                               [](const json& one) { return is_select(member(one, "Statement")); });
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
  return key.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

}  // namespace dynatape::interceptors
