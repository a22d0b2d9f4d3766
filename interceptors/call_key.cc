#include "interceptors/call_key.h"

#include <bit>
#include <nlohmann/json.hpp>

#include "core/digest.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;
using nlohmann::json;

/// DynamoDB's own documents nest to 32 levels, some 70 of JSON. What lies deeper is not looked at:
/// the service rejects it, and a hostile body must not exhaust the stack.
constexpr int kDeepest = 200;

/// Members of a request that SDKs fill with a random value where the application does not.
bool made_up(std::string_view member) {
  return member == "ClientRequestToken" || member == "ClientToken";
}

/// nlohmann::json keeps members sorted, so equal documents hash alike however they were written.
void add(StableHash& hash, const json& value, int depth) {
  hash.add(static_cast<std::uint64_t>(value.type()));
  if (depth > kDeepest) return;
  switch (value.type()) {
    case json::value_t::object:
      for (const auto& [name, member] : value.items()) {
        hash.add(name);
        add(hash, member, depth + 1);
      }
      break;
    case json::value_t::array:
      for (const json& element : value) add(hash, element, depth + 1);
      break;
    case json::value_t::string:
      hash.add(value.get_ref<const std::string&>());
      break;
    case json::value_t::number_float:
      hash.add(std::bit_cast<std::uint64_t>(value.get<double>()));
      break;
    case json::value_t::boolean:
      hash.add(static_cast<std::uint64_t>(value.get<bool>()));
      break;
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
      hash.add(value.get<std::uint64_t>());
      break;
    default:
      break;
  }
  hash.add(static_cast<std::uint64_t>(value.size()));
}

void add_request(StableHash& hash, const json& params) {
  for (const auto& [name, member] : params.items()) {
    if (made_up(name)) continue;
    hash.add(name);
    add(hash, member, 1);
  }
}

/// The member that holds the key, or nullptr where the whole request is it.
const char* key_member(std::string_view operation) {
  if (operation == "PutItem") return "Item";
  if (operation == "GetItem" || operation == "UpdateItem" || operation == "DeleteItem") {
    return "Key";
  }
  return nullptr;
}

}  // namespace

std::uint64_t call_key(const core::Call& call) {
  StableHash hash(0);
  for (const std::string& table : call.tables()) hash.add(table);
  const json& params = call.params();
  if (!params.is_object()) return hash.value();
  const char* member = key_member(call.name());
  const auto key = member ? params.find(member) : params.end();
  if (key == params.end()) {
    add_request(hash, params);
  } else {
    add(hash, *key, 1);
  }
  return hash.value();
}

}  // namespace dynatape::interceptors
