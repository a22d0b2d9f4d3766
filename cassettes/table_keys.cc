#include "cassettes/table_keys.h"

#include <algorithm>
#include <utility>

#include "cassettes/json_members.h"

namespace dynatape::cassettes {

using wire::Json;
using Kind = Json::Kind;

void TableKeys::learn_description(std::string_view answer) {
  const auto document = Json::parse(answer);
  if (!document) return;
  auto table = member(*document, "Table");
  if (!table) table = member(*document, "TableDescription");
  if (!table) return;
  const auto schema = member(*table, "KeySchema");
  const auto name = text_of(member(*table, "TableName"));
  if (name.empty() || !schema || schema->kind() != Kind::array) return;
  Key key;
  for (const Json& element : schema->elements()) {
    const bool hash = text_of(member(element, "KeyType")) == "HASH";
    (hash ? key.hash : key.range) = text_of(member(element, "AttributeName"));
  }
  if (key.hash.empty()) return;
  key.names.push_back(key.hash);
  if (!key.range.empty()) key.names.push_back(key.range);
  keys_.insert_or_assign(std::string(name), std::move(key));
}

void TableKeys::learn_key(std::string_view request) {
  const auto document = Json::parse(request);
  if (!document) return;
  const auto name = plain_table(text_of(member(*document, "TableName")));
  const auto sent = member(*document, "Key");
  if (name.empty() || keys_.contains(name) || !sent || sent->kind() != Kind::object) return;
  Key key;
  for (const auto& [attribute, value] : sent->members()) key.names.emplace_back(attribute);
  if (key.names.empty() || key.names.size() > 2) return;
  std::ranges::sort(key.names);
  if (key.names.size() == 1) key.hash = key.names.front();
  keys_.emplace(name, std::move(key));
}

const TableKeys::Key* TableKeys::find(std::string_view table) const {
  const auto found = keys_.find(table);
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<std::vector<std::string>> TableKeys::schemas() const {
  std::vector<std::vector<std::string>> schemas;
  for (const auto& [table, key] : keys_) schemas.push_back(key.names);
  std::ranges::sort(schemas, [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  const auto [first, last] = std::ranges::unique(schemas);
  schemas.erase(first, last);
  return schemas;
}

std::string_view plain_table(std::string_view name) {
  constexpr std::string_view kTable = ":table/";
  const auto at = name.find(kTable);
  if (at == std::string_view::npos) return name;
  name.remove_prefix(at + kTable.size());
  return name.substr(0, name.find('/'));
}

}  // namespace dynatape::cassettes
