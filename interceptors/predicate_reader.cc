#include "interceptors/predicate_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace dynatape::interceptors {
namespace {

constexpr auto kOperatorNames = [] {
  std::array<std::string_view, std::size(kOperators)> names{};
  std::ranges::transform(kOperators, names.begin(), &Operator::name);
  return names;
}();

constexpr std::string_view kValue =
    R"(a string, a number, true, false, null or a typed value such as {"N": "5"})";

/// {"N": "5"}: types are in capitals, operators are not.
bool is_typed(const nlohmann::json& value) {
  return value.is_object() && value.size() == 1 &&
         std::ranges::all_of(value.begin().key(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Value read_value(const JsonField& field) {
  const nlohmann::json& json = field.value();
  const auto value = value_of(json);
  const bool document = !value || std::holds_alternative<Document>(*value);
  const bool number_or_text = is_typed(json) && (json.contains("N") || json.contains("S") ||
                                                 json.contains("B") || json.contains("BOOL"));
  if (!value || (document && (!is_typed(json) || number_or_text))) {
    field.must_be(kValue);
    return Null{};
  }
  return *value;
}

Value read_bound(const JsonField& field) {
  Value bound = read_value(field);
  if (!std::holds_alternative<model::Number>(bound) &&
      !std::holds_alternative<std::string>(bound)) {
    field.must_be("a number or a string");
  }
  return bound;
}

void read_between(const JsonField& field, Predicate& predicate) {
  const auto ends = field.elements();
  if (ends.size() != 2) return field.must_be("a list of two, the lowest and the highest");
  predicate.at_least = read_bound(ends[0]);
  predicate.at_most = read_bound(ends[1]);
  if (predicate.at_least->index() != predicate.at_most->index()) {
    field.mistake("its ends must both be numbers, or both strings");
  }
  Predicate at_most_highest;
  at_most_highest.at_most = predicate.at_most;
  if (!at_most_highest.holds(&ends[0].value())) {
    field.mistake("the lowest must stand before the highest");
  }
}

Predicate read_operators(const JsonField& field) {
  Predicate predicate;
  field.only(kOperatorNames);
  if (field.member_names().empty()) field.must_be("a predicate with some operator");
  if (const auto value = field.member("equals")) predicate.one_of = {read_value(*value)};
  if (const auto values = field.member("one_of")) {
    if (!predicate.one_of.empty()) values->mistake("equals and one_of exclude each other");
    for (const JsonField& value : values->elements()) {
      predicate.one_of.push_back(read_value(value));
    }
    if (predicate.one_of.empty()) values->must_be("a list of some values");
  }
  if (const auto prefix = field.member("prefix")) predicate.prefix = prefix->text();
  if (const auto bound = field.member("less")) predicate.less = read_bound(*bound);
  if (const auto bound = field.member("greater")) predicate.greater = read_bound(*bound);
  if (const auto ends = field.member("between")) read_between(*ends, predicate);
  if (const auto exists = field.member("exists")) {
    predicate.absent = !exists->boolean();
    if (predicate.absent && field.member_names().size() > 1) {
      exists->mistake("what is not there has no value to ask for");
    }
  }
  return predicate;
}

}  // namespace

Predicate read_predicate(const JsonField& field) {
  const nlohmann::json& json = field.value();
  if (json.is_object() && !is_typed(json)) return read_operators(field);
  Predicate predicate;
  if (json.is_array()) {
    for (const JsonField& value : field.one_or_more()) {
      predicate.one_of.push_back(read_value(value));
    }
  } else {
    predicate.one_of.push_back(read_value(field));
  }
  return predicate;
}

PathPredicates read_path_predicates(const JsonField& field) {
  PathPredicates predicates;
  field.must_be_object();
  if (field.is_object() && field.member_names().empty()) {
    field.must_be("an object from paths to values or predicates");
  }
  for (const std::string& name : field.member_names()) {
    const JsonField member = *field.member(name);
    auto path = cassettes::parse_path(name);
    if (!path) {
      member.mistake("the path is wrong: " + path.error().message);
      continue;
    }
    predicates.push_back({*std::move(path), read_predicate(member)});
  }
  return predicates;
}

}  // namespace dynatape::interceptors
