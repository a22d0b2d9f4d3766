#pragma once

// Reading documents whose shape nobody has checked, and writing them out again.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dynatape::core {

/// nullptr where `object` is none, or has no such member.
template <class Json>
[[nodiscard]] const Json* member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// nullptr where there is no such text.
template <class Json>
[[nodiscard]] const std::string* text_member(const Json& object, std::string_view name) {
  const Json* value = member(object, name);
  return value ? value->template get_ptr<const std::string*>() : nullptr;
}

/// Empty where there is no such text.
template <class Json>
[[nodiscard]] std::string text_of(const Json& object, std::string_view name) {
  const std::string* text = text_member(object, name);
  return text ? *text : std::string();
}

/// In one line; what is no UTF-8 is replaced.
template <class Json>
[[nodiscard]] std::string dumped(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace dynatape::core
