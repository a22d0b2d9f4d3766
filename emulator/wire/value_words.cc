#include "emulator/wire/value_words.h"

#include <limits>
#include <utility>

#include "emulator/model/number_error_text.h"

namespace dynatape::wire {
namespace {

using model::Number;
using model::NumberError;

/// The exponent of a number's text, if it has one that fits 64 bits.
std::optional<std::int64_t> exponent_of(std::string_view text) {
  const auto e = text.find_first_of("eE");
  if (e == std::string_view::npos) return 0;
  const auto exponent = Number::parse(text.substr(e + 1));
  if (!exponent) return std::nullopt;
  const auto value = exponent->to_int64();
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace

std::string number_problem(std::string_view text, NumberError error, Wording wording) {
  const bool newer = wording == Wording::newer;
  constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();
  if (!newer && error != NumberError::malformed && error != NumberError::too_many_digits) {
    // The older layer keeps exponents in 32 bits, and precision minus scale wraps there.
    const auto exponent = exponent_of(text);
    if (!exponent || *exponent > kInt32Max || *exponent < -kInt32Max) {
      error = NumberError::malformed;
    } else if (*exponent == kInt32Max) {
      error = NumberError::underflow;
    }
  }
  std::string message(model::number_error_text(error));
  if (error != NumberError::malformed) return message;
  if (newer || !text.empty()) message += ": ";
  return message.append(text);
}

std::optional<bool> boolean_of(const Json& json) {
  if (json.kind() == Json::Kind::boolean) return json.boolean();
  if (json.kind() != Json::Kind::string) return std::nullopt;
  const std::string_view text = json.string();
  if (text == "true" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "no" || text == "0") return false;
  return std::nullopt;
}

std::string conversion_error(const Json& json, std::string_view type) {
  const std::string simple{type.substr(type.rfind('.') + 1)};
  switch (json.kind()) {
    case Json::Kind::array:
      return "Unrecognized collection type class " + std::string(type);
    case Json::Kind::object:
      return std::string(kUnexpectedStructure);
    case Json::Kind::string:
      return simple == "Boolean" ? "Unexpected token received from parser"
                                 : "STRING_VALUE cannot be converted to " + simple;
    case Json::Kind::integer:
      return "NUMBER_VALUE cannot be converted to " + simple;
    case Json::Kind::decimal:
      return "DECIMAL_VALUE cannot be converted to " + simple;
    case Json::Kind::boolean:
      return (json.boolean() ? "TRUE_VALUE cannot be converted to "
                             : "FALSE_VALUE cannot be converted to ") +
             simple;
    case Json::Kind::null:
      return "NULL_VALUE cannot be converted to " + simple;
  }
  std::unreachable();
}

}  // namespace dynatape::wire
