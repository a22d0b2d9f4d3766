#pragma once

// Short ways to write what expression tests need.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/expression/condition.h"
#include "emulator/expression/placeholders.h"
#include "emulator/expression/resolve.h"

namespace dynatape::expression {

inline model::AttributeValue n(std::string_view text) { return model::Number::parse(text).value(); }
inline model::AttributeValue s(std::string_view text) { return std::string(text); }
inline model::AttributeValue b(std::string_view bytes) { return model::Binary{std::string(bytes)}; }
inline model::AttributeValue ss(std::initializer_list<std::string> members) {
  return model::StringSet{members};
}
inline model::AttributeValue ns(std::initializer_list<std::int64_t> members) {
  model::NumberSet set;
  for (const std::int64_t member : members) set.members.push_back(model::Number::of(member));
  return set;
}
inline model::AttributeValue bs(std::initializer_list<std::string> members) {
  model::BinarySet set;
  for (const std::string& member : members) set.members.push_back({member});
  return set;
}
inline model::AttributeValue list(std::initializer_list<model::AttributeValue> elements) {
  return model::List(elements);
}
inline model::AttributeValue map(std::initializer_list<model::Attribute> attributes) {
  return model::Map(attributes);
}
inline model::AttributeValue null() { return model::Null{}; }

/// A condition's error message, or "true" or "false" on `item`.
inline std::string outcome(std::string_view text, const model::Item& item,
                           std::optional<Values> values = {}, std::optional<Names> names = {},
                           Parameter parameter = Parameter::condition) {
  Placeholders placeholders(std::move(names), std::move(values));
  const auto condition = compile_condition(text, parameter, placeholders);
  if (!condition) return condition.error().message;
  const bool holds = evaluate(*condition, item);
  const std::string encoded = model::encode(item);
  if (evaluate(*condition, model::ItemView(encoded)) != holds) return "differs when encoded";
  return holds ? "true" : "false";
}

}  // namespace dynatape::expression
