#include "interceptors/item_size.h"

#include <nlohmann/json.hpp>

#include "emulator/model/number.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

/// A list or map weighs 3 bytes, and one more for each element.
constexpr std::size_t kDocument = 3;
constexpr std::size_t kElement = 1;

std::size_t number_size(const std::string& text) {
  const auto number = model::Number::parse(text);
  return number ? number->size_bytes() : 0;
}

std::size_t binary_size(const std::string& base64) {
  const std::size_t end = base64.find_last_not_of('=');
  return end == std::string::npos ? 0 : (end + 1) * 3 / 4;
}

/// A string, number or binary, or one of a set of these.
std::size_t scalar_size(char type, const json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  if (!text) return 0;
  if (type == 'S') return text->size();
  return type == 'N' ? number_size(*text) : binary_size(*text);
}

std::size_t value_size(const json& typed) {
  if (!typed.is_object() || typed.size() != 1) return 0;
  const std::string& type = typed.begin().key();
  const json& value = typed.front();
  if (type == "BOOL" || type == "NULL") return 1;
  if (type == "S" || type == "N" || type == "B") return scalar_size(type.front(), value);
  std::size_t size = 0;
  if (type == "SS" || type == "NS" || type == "BS") {
    if (!value.is_array()) return 0;
    for (const json& element : value) size += scalar_size(type.front(), element);
    return size;
  }
  if (type == "M") return kDocument + kElement * value.size() + item_size(value);
  if (type != "L" || !value.is_array()) return 0;
  for (const json& element : value) size += kElement + value_size(element);
  return kDocument + size;
}

}  // namespace

std::size_t item_size(const json& item) {
  if (!item.is_object()) return 0;
  std::size_t size = 0;
  for (const auto& [name, value] : item.items()) size += name.size() + value_size(value);
  return size;
}

}  // namespace dynatape::interceptors
