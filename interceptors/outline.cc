#include "interceptors/outline.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cassettes/json_members.h"

namespace dynatape::interceptors {
namespace {

using cassettes::member;
using wire::Json;

/// Where an operation that names one table has the item that it is about.
struct OneTable {
  std::string_view operation;
  std::string_view item;  ///< empty: its items are told in another way
};
constexpr OneTable kOneTable[] = {
    {"GetItem", "Key"},    {"PutItem", "Item"}, {"UpdateItem", "Key"},
    {"DeleteItem", "Key"}, {"Query", ""},       {"Scan", ""},
};

}  // namespace

std::optional<Outline> Outline::of(const core::Exchange& exchange) {
  const auto* const shape =
      std::ranges::find(kOneTable, exchange.call().name(), &OneTable::operation);
  if (shape == std::end(kOneTable)) return std::nullopt;
  const auto body = Json::parse(exchange.request().body);
  const auto table = body ? member(*body, "TableName") : std::nullopt;
  if (!table || table->kind() != Json::Kind::string) return std::nullopt;
  return Outline(table->string(), shape->item.empty() ? std::nullopt : member(*body, shape->item));
}

std::optional<Value> key_value(const Json& attribute) {
  if (attribute.kind() != Json::Kind::object || attribute.size() != 1) return std::nullopt;
  const wire::JsonMember only = *attribute.members().begin();
  const bool is_key = only.name == "S" || only.name == "N" || only.name == "B";
  if (!is_key || only.value.kind() != Json::Kind::string) return std::nullopt;
  return value_of(nlohmann::json{{std::string(only.name), std::string(only.value.string())}});
}

}  // namespace dynatape::interceptors
