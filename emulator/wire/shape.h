#pragma once

// What a request looks like, as data: for each structure of the service's model one list of its
// members, each with its constraints. One list drives reading (decode), the type errors in the
// service's words, and the collected constraint violations (check), in the order the list has.
//
//   template <> struct Shape<GetItemInput> {
//     static constexpr std::string_view kName = "GetItemInput";
//     static constexpr auto kMembers = std::tuple{
//         member("TableName", &GetItemInput::table_name, {.required = true}), …};
//     static constexpr auto kUnsupported = std::array<std::string_view, 0>{};
//   };

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "emulator/wire/constraint.h"
#include "emulator/wire/json.h"
#include "emulator/wire/value_reader.h"

namespace dynatape::wire {

template <class T>
struct Shape;

template <class Struct, class T>
struct Member {
  std::string_view name;
  T Struct::* field;
  Constraint constraint;
};

template <class Struct, class T>
constexpr Member<Struct, T> member(std::string_view name, T Struct::* field,
                                   Constraint constraint = {}) {
  return {name, field, constraint};
}

/// A map of the model, in the order sent.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

template <class T>
concept Structure = requires { Shape<T>::kMembers; };

// What Java calls the type, as its error messages print it.

template <class T>
struct JavaType {
  static std::string name() {
    return "com.amazonaws.dynamodb.v20120810." + std::string(Shape<T>::kName);
  }
  static constexpr bool kParameterized = false;
};
template <>
struct JavaType<std::string> {
  static std::string name() { return "java.lang.String"; }
  static constexpr bool kParameterized = false;
};
template <>
struct JavaType<OneValue> {
  static std::string name() { return "com.amazonaws.dynamodb.v20120810.AttributeValue"; }
  static constexpr bool kParameterized = false;
};
template <>
struct JavaType<Values> {
  static std::string name() {
    return "java.util.Map<java.lang.String, " + JavaType<OneValue>::name() + ">";
  }
  static constexpr bool kParameterized = true;
};
template <class T>
struct JavaType<std::vector<T>> {
  static std::string name() { return "java.util.List<" + JavaType<T>::name() + ">"; }
  static constexpr bool kParameterized = true;
};
template <class T>
struct JavaType<Named<T>> {
  static std::string name() {
    return "java.util.Map<java.lang.String, " + JavaType<T>::name() + ">";
  }
  static constexpr bool kParameterized = true;
};

inline constexpr std::string_view kParameterizedCast =
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
    "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
    "java.lang.Class are in module java.base of loader 'bootstrap')";

// decode(): one overload for each kind of type. False: decoding.error says why.

[[nodiscard]] bool decode(Decoding& decoding, const Json& json, std::string& out);
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, bool& out);
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, std::int32_t& out);
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, std::int64_t& out);
template <class T>
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, std::vector<T>& out);
template <class T>
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, Named<T>& out);
template <Structure T>
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, T& out);

template <class T>
[[nodiscard]] bool decode(Decoding& decoding, const Json& json, std::optional<T>& out) {
  return decode(decoding, json, out.emplace());
}

/// An element of a list or map, which meets scalars with words of its own.
template <class T>
[[nodiscard]] bool decode_element(Decoding& decoding, const Json& json, T& out) {
  if constexpr (JavaType<T>::kParameterized) {
    const bool scalar =
        json.size() == 0 && json.kind() != Json::Kind::array && json.kind() != Json::Kind::object;
    if (scalar) return decoding.fail(kParameterizedCast);
  } else if constexpr (Structure<T> || std::same_as<T, OneValue>) {
    const bool scalar = json.kind() != Json::Kind::array && json.kind() != Json::Kind::object;
    if (scalar) return decoding.fail("Unexpected value type in payload");
  }
  return decode(decoding, json, out);
}

template <class T>
bool decode(Decoding& decoding, const Json& json, std::vector<T>& out) {
  if (json.kind() == Json::Kind::object) return decoding.fail(kUnexpectedStructure);
  if (json.kind() != Json::Kind::array) return decoding.fail("Unexpected field type");
  out.reserve(json.size());
  for (const Json& element : json.elements()) {
    if (!decode_element(decoding, element, out.emplace_back())) return false;
  }
  return true;
}

template <class T>
bool decode(Decoding& decoding, const Json& json, Named<T>& out) {
  if (json.kind() == Json::Kind::array) {
    return decoding.fail("Unrecognized collection type " + JavaType<Named<T>>::name());
  }
  if (json.kind() != Json::Kind::object) return decoding.fail("Unexpected field type");
  out.reserve(json.size());
  for (const auto [name, value] : json.members()) {
    auto& [key, element] = out.emplace_back();
    key = name;
    if (!decode_element(decoding, value, element)) return false;
  }
  return true;
}

/// What is said of a member that the shape does not have: `unsupported` lists the ones that the
/// service's model does. (AWS reads on past a member it does not know, where a client's mistake
/// would go unseen.)
[[nodiscard]] std::string refused_parameter(std::string_view shape, std::string_view name,
                                            std::span<const std::string_view> unsupported);

template <Structure T>
bool decode_member(Decoding& decoding, std::string_view name, const Json& json, T& out) {
  bool good = true;
  const bool known = std::apply(
      [&](const auto&... members) {
        return (
            (members.name == name && (good = decode(decoding, json, out.*members.field), true)) ||
            ...);
      },
      Shape<T>::kMembers);
  if (!known && decoding.refused.empty()) {
    decoding.refused = refused_parameter(Shape<T>::kName, name, Shape<T>::kUnsupported);
  }
  return good;
}

template <Structure T>
bool decode(Decoding& decoding, const Json& json, T& out) {
  if (json.kind() == Json::Kind::array) {
    return decoding.fail("Unrecognized collection type class " + JavaType<T>::name());
  }
  if (json.kind() != Json::Kind::object) return decoding.fail("Unexpected field type");
  for (const auto [name, value] : json.members()) {
    if (!value.is_null() && !decode_member(decoding, name, value, out)) return false;
  }
  return true;
}

// check(): the constraints of a decoded structure, in the order of its members, and inside them.

template <Structure T>
void check(Violations& violations, const T& value, const Path& path);

template <class T>
void check_inside(Violations&, const T&, const Path&) {}
template <Structure T>
void check_inside(Violations& violations, const T& value, const Path& path) {
  check(violations, value, path);
}
template <class T>
void check_inside(Violations& violations, const std::vector<T>& list, const Path& path) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    check_inside(violations, list[i], path.element(i + 1));
  }
}
template <class T>
void check_inside(Violations& violations, const Named<T>& map, const Path& path) {
  for (const auto& [name, value] : map) check_inside(violations, value, path.entry(name));
}

/// How Java prints a value in a violation's text: a structure by its class and address alone.
inline std::string print(const std::string& text) { return text; }
template <class T>
std::string print(const std::vector<T>& list);
template <class T>
std::string print(const Named<T>& map);
template <class T>
std::string print(const T& value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = JavaType<T>::name() + "@";
  auto address = reinterpret_cast<std::uintptr_t>(&value);
  for (int digit = 0; digit < 8; ++digit, address >>= 4) text += kHex[address & 0xf];
  return text;
}
template <class T>
std::string print(const std::vector<T>& list) {
  std::string text = "[";
  for (const T& element : list) text += (text.size() > 1 ? ", " : "") + print(element);
  return text + "]";
}
template <class T>
std::string print(const Named<T>& map) {
  std::string text = "{";
  for (const auto& [name, value] : map) {
    text += (text.size() > 1 ? ", " : "") + name + "=" + print(value);
  }
  return text + "}";
}

/// What a constraint says of one value. A type of an operation's own may bring its own.
template <class T>
void check_value(Violations& violations, const T& value, const Constraint& constraint,
                 const Path& path) {
  if constexpr (requires { violations.check(value, constraint, path); }) {
    violations.check(value, constraint, path);
  } else if constexpr (requires { value.size(); }) {
    violations.check_size(value.size(), constraint, path, [&] { return print(value); });
  }
}

template <class T>
void check_member(Violations& violations, const std::optional<T>& value,
                  const Constraint& constraint, const Path& path) {
  if (!value) {
    if (constraint.required) violations.missing(path);
    return;
  }
  check_value(violations, *value, constraint, path);
  check_inside(violations, *value, path);
}

template <Structure T>
void check(Violations& violations, const T& value, const Path& path) {
  std::apply(
      [&](const auto&... members) {
        (check_member(violations, value.*members.field, members.constraint,
                      path.member(members.name)),
         ...);
      },
      Shape<T>::kMembers);
}

}  // namespace dynatape::wire
