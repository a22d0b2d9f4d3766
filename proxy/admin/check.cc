#include "proxy/admin/check.h"

#include <algorithm>

#include "cassettes/encoded.h"

namespace dynatape::admin {
namespace {

using core::failure;
using core::Result;

std::string names_of(std::span<const Member> members) {
  std::string names;
  for (const Member& member : members) {
    names += (names.empty() ? "" : ", ") + std::string(member.name);
  }
  return names.empty() ? "none" : names;
}

const Member* find(std::span<const Member> members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &Member::name);
  return found == members.end() ? nullptr : &*found;
}

bool fits(const ordered_json& value, Type type) {
  switch (type) {
    case Type::text:
      return value.is_string();
    case Type::whole_number:
      return value.is_number_unsigned();
    case Type::number:
      return value.is_number();
    case Type::flag:
      return value.is_boolean();
    case Type::texts:
      return value.is_array() &&
             std::ranges::all_of(value, [](const ordered_json& each) { return each.is_string(); });
    case Type::object:
      return value.is_object();
    case Type::any:
      return true;
  }
  return false;
}

std::string_view in_words(Type type) {
  switch (type) {
    case Type::text:
      return "a text";
    case Type::whole_number:
      return "a whole number from 0";
    case Type::number:
      return "a number";
    case Type::flag:
      return "true or false";
    case Type::texts:
      return "a list of texts";
    case Type::object:
      return "an object";
    case Type::any:
      break;
  }
  return "any value";
}

/// Of a query, where a plus sign is a space.
std::string decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return cassettes::decode_percent(spaced);
}

}  // namespace

Result<void> check_members(const ordered_json& object, std::span<const Member> members,
                           const std::string& what) {
  if (!object.is_object()) return failure(what + " must be an object");
  for (const auto& [name, value] : object.items()) {
    const Member* const member = find(members, name);
    if (!member) {
      return failure(what + " has an unknown member '" + name + "'; there are " +
                     names_of(members));
    }
    if (!fits(value, member->type)) {
      return failure("'" + name + "' must be " + std::string(in_words(member->type)) + ", not " +
                     value.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
    }
  }
  for (const Member& member : members) {
    if (member.required && !object.contains(member.name)) {
      return failure(what + " lacks '" + std::string(member.name) +
                     "': " + std::string(member.help));
    }
  }
  return {};
}

Result<ordered_json> read_body(const core::Request& request, std::span<const Member> members) {
  if (members.empty()) {
    if (request.body.empty()) return nullptr;
    return failure("this route takes no body");
  }
  if (members.front().name.empty() && members.front().type == Type::text) return nullptr;
  const std::string_view text = request.body.empty() ? "{}" : std::string_view(request.body);
  auto body = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return failure("the body is no JSON");
  if (members.front().name.empty()) return body;
  if (auto fine = check_members(body, members, "the body"); !fine) {
    return std::unexpected(fine.error());
  }
  return body;
}

Result<std::map<std::string, std::string, std::less<>>> read_query(
    std::string_view target, std::span<const Member> parameters) {
  std::map<std::string, std::string, std::less<>> given;
  const auto question = std::min(target.find('?'), target.size());
  for (std::string_view rest = target.substr(std::min(question + 1, target.size()));
       !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const std::string name = decoded(pair.substr(0, equals));
    if (!find(parameters, name)) {
      return failure("there is no parameter '" + name + "'; there are " + names_of(parameters));
    }
    given[name] = decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  for (const Member& parameter : parameters) {
    if (parameter.required && !given.contains(parameter.name)) {
      return failure("the parameter '" + std::string(parameter.name) +
                     "' is missing: " + std::string(parameter.help));
    }
  }
  return given;
}

}  // namespace dynatape::admin
