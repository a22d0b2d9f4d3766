#include "emulator/wire/shape.h"

#include <algorithm>
#include <limits>

namespace dynatape::wire {

bool decode(Decoding& decoding, const Json& json, std::string& out) {
  if (json.kind() != Json::Kind::string) {
    return decoding.fail(conversion_error(json, "java.lang.String"));
  }
  out = json.string();
  return true;
}

bool decode(Decoding& decoding, const Json& json, bool& out) {
  const auto value = boolean_of(json);
  if (!value) return decoding.fail(conversion_error(json, "java.lang.Boolean"));
  out = *value;
  return true;
}

bool decode(Decoding& decoding, const Json& json, std::int32_t& out) {
  if (json.kind() != Json::Kind::integer && json.kind() != Json::Kind::decimal) {
    return decoding.fail(conversion_error(json, "java.lang.Integer"));
  }
  using Limits = std::numeric_limits<std::int32_t>;
  out = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(json.integer(), Limits::min(), Limits::max()));
  return true;
}

bool decode(Decoding& decoding, const Json& json, std::int64_t& out) {
  if (json.kind() != Json::Kind::integer && json.kind() != Json::Kind::decimal) {
    return decoding.fail(conversion_error(json, "java.lang.Long"));
  }
  out = json.integer();
  return true;
}

std::string refused_parameter(std::string_view shape, std::string_view name,
                              std::span<const std::string_view> unsupported) {
  const bool known = std::ranges::find(unsupported, name) != unsupported.end();
  std::string text = "Dynatape's emulator ";
  text += known ? "does not implement the parameter " : "knows no parameter ";
  text += shape;
  text += '.';
  text += name;
  return text;
}

}  // namespace dynatape::wire
