#include "interceptors/call_key.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "cassettes/json_depth.h"
#include "cassettes/json_members.h"
#include "core/digest.h"
#include "interceptors/outline.h"
#include "interceptors/table_name.h"

namespace dynatape::interceptors {
namespace {

using core::StableHash;
using wire::Json;
using wire::JsonMember;

/// Decisions rest on these numbers: they are never to change.
enum class Tag : std::uint64_t { null, object, array, string, boolean, integer, real };

void add(StableHash& hash, Tag tag) { hash.add(static_cast<std::uint64_t>(tag)); }

/// By name, the first of each, so that equal documents hash alike however they were written.
std::vector<JsonMember> sorted_members(const Json& object) {
  std::vector<JsonMember> members;
  members.reserve(object.size());
  for (const JsonMember member : object.members()) members.push_back(member);
  std::ranges::sort(members, [](const JsonMember& a, const JsonMember& b) {
    return std::tuple(a.name, a.name.data()) < std::tuple(b.name, b.name.data());
  });
  const auto again = std::ranges::unique(members, {}, &JsonMember::name);
  members.erase(again.begin(), again.end());
  return members;
}

void add(StableHash& hash, const Json& value, int depth);

void add_object(StableHash& hash, const std::vector<JsonMember>& members, int depth = 0) {
  add(hash, Tag::object);
  for (const auto& [name, member] : members) {
    hash.add(name);
    add(hash, member, depth + 1);
  }
  hash.add(members.size());
}

void add(StableHash& hash, const Json& value, int depth) {
  if (depth > cassettes::kDeepestJson) return;  // the service rejects it
  switch (value.kind()) {
    case Json::Kind::object:
      return add_object(hash, sorted_members(value), depth);
    case Json::Kind::array:
      add(hash, Tag::array);
      for (const Json& element : value.elements()) add(hash, element, depth + 1);
      hash.add(value.size());
      break;
    case Json::Kind::string:
      add(hash, Tag::string);
      hash.add(value.string());
      break;
    case Json::Kind::boolean:
      add(hash, Tag::boolean);
      hash.add(static_cast<std::uint64_t>(value.boolean()));
      break;
    case Json::Kind::integer:
      add(hash, Tag::integer);
      hash.add(static_cast<std::uint64_t>(value.integer()));
      break;
    case Json::Kind::decimal:
      add(hash, Tag::real);
      hash.add(std::bit_cast<std::uint64_t>(value.decimal()));
      break;
    case Json::Kind::null:
      add(hash, Tag::null);
      break;
  }
}

/// Members of a request that SDKs fill with a random value where the application does not.
bool made_up(std::string_view member) {
  return member == "ClientRequestToken" || member == "ClientToken";
}

void add_request(StableHash& hash, const Json& params) {
  for (const auto& [name, member] : sorted_members(params)) {
    if (made_up(name)) continue;
    hash.add(name);
    add(hash, member, 0);
  }
}

/// The table's key attributes out of an item, or the item where the keys are unknown or missing.
std::vector<JsonMember> key_of_item(const Json& item, const std::string& table,
                                    const TableKeys& keys) {
  const auto names = keys.find(table);
  if (names == keys.end()) return sorted_members(item);
  std::vector<JsonMember> key;
  for (const std::string& name : names->second) {
    const auto value = cassettes::member(item, name);
    if (!value) return sorted_members(item);
    key.push_back({name, *value});
  }
  return key;
}

void add_item(StableHash& hash, const Json& item, const std::string& table, bool whole,
              const TableKeys& keys) {
  if (item.kind() != Json::Kind::object) return add(hash, item, 0);
  add_object(hash, whole ? key_of_item(item, table, keys) : sorted_members(item));
}

}  // namespace

std::uint64_t call_key(CallView& view, const TableKeys& keys) {
  StableHash hash(0);
  const core::Call& call = view.call();
  if (const auto& outline = view.outline(); outline && outline->item()) {
    const std::string table = parse_table_name(outline->table()).name;
    hash.add(table);
    add_item(hash, *outline->item(), table, call.name() == "PutItem", keys);
    return hash.value();
  }
  for (const std::string& table : call.tables()) hash.add(parse_table_name(table).name);
  const auto params = Json::parse(view.exchange().request().body);
  if (params && params->kind() == Json::Kind::object) add_request(hash, *params);
  return hash.value();
}

}  // namespace dynatape::interceptors
