#include "interceptors/call_key.h"

#include <bit>
#include <nlohmann/json.hpp>

#include "core/digest.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;
using nlohmann::json;

/// DynamoDB's own documents nest to 32 levels, some 70 of JSON. What lies deeper is not looked at:
/// the service rejects it, and a hostile body must not exhaust the stack.
constexpr int kDeepest = 200;

/// Decisions rest on these numbers: they are never to change.
enum class Tag : std::uint64_t { null, object, array, string, boolean, integer, real };

void add(StableHash& hash, Tag tag) { hash.add(static_cast<std::uint64_t>(tag)); }

/// nlohmann::json keeps members sorted, so equal documents hash alike however they were written.
void add(StableHash& hash, const json& value, int depth = 0) {
  if (depth > kDeepest) return;
  switch (value.type()) {
    case json::value_t::object:
      add(hash, Tag::object);
      for (const auto& [name, member] : value.items()) {
        hash.add(name);
        add(hash, member, depth + 1);
      }
      hash.add(value.size());
      break;
    case json::value_t::array:
      add(hash, Tag::array);
      for (const json& element : value) add(hash, element, depth + 1);
      hash.add(value.size());
      break;
    case json::value_t::string:
      add(hash, Tag::string);
      hash.add(value.get_ref<const std::string&>());
      break;
    case json::value_t::boolean:
      add(hash, Tag::boolean);
      hash.add(static_cast<std::uint64_t>(value.get<bool>()));
      break;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
      add(hash, Tag::integer);
      hash.add(value.get<std::uint64_t>());
      break;
    case json::value_t::number_float:
      add(hash, Tag::real);
      hash.add(std::bit_cast<std::uint64_t>(value.get<double>()));
      break;
    default:
      add(hash, Tag::null);
      break;
  }
}

/// Members of a request that SDKs fill with a random value where the application does not.
bool made_up(std::string_view member) {
  return member == "ClientRequestToken" || member == "ClientToken";
}

void add_request(StableHash& hash, const json& params) {
  for (const auto& [name, member] : params.items()) {
    if (made_up(name)) continue;
    hash.add(name);
    add(hash, member);
  }
}

const json* find(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// The table's key attributes out of an item, or the item where the keys are unknown or missing.
json key_of_item(const core::Call& call, const json& item, const TableKeys& keys) {
  if (call.tables().empty()) return item;
  const auto names = keys.find(parse_table_name(call.tables().front()).name);
  if (names == keys.end()) return item;
  json key = json::object();
  for (const std::string& name : names->second) {
    const json* value = find(item, name);
    if (!value) return item;
    key[name] = *value;
  }
  return key;
}

bool takes_key(std::string_view operation) {
  return operation == "GetItem" || operation == "UpdateItem" || operation == "DeleteItem";
}

}  // namespace

std::uint64_t call_key(const core::Call& call, const TableKeys& keys) {
  StableHash hash(0);
  for (const std::string& table : call.tables()) hash.add(parse_table_name(table).name);
  const json& params = call.params();
  const json* key = takes_key(call.name()) ? find(params, "Key") : nullptr;
  const json* item = call.name() == "PutItem" ? find(params, "Item") : nullptr;
  if (key) {
    add(hash, *key);
  } else if (item) {
    add(hash, key_of_item(call, *item, keys));
  } else if (params.is_object()) {
    add_request(hash, params);
  }
  return hash.value();
}

}  // namespace dynatape::interceptors
