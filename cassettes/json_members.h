#pragma once

// Reading parsed requests by the names of members.

#include <optional>
#include <string_view>

#include "emulator/wire/json.h"

namespace dynatape::cassettes {

/// Also of what is no object, which has none.
[[nodiscard]] inline std::optional<wire::Json> member(const wire::Json& object,
                                                      std::string_view name) {
  if (object.kind() != wire::Json::Kind::object) return std::nullopt;
  for (const auto& [key, value] : object.members()) {
    if (key == name) return value;
  }
  return std::nullopt;
}

/// "" where it is no string.
[[nodiscard]] inline std::string_view text_of(const std::optional<wire::Json>& value) {
  return value && value->kind() == wire::Json::Kind::string ? value->string() : std::string_view();
}

}  // namespace dynatape::cassettes
