#include "emulator/expression/legacy.h"

#include <catch2/catch.hpp>

#include "tests/emulator/expression/support.h"

namespace dynatape::expression {

namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";

std::string expected_error(const ExpectedAttribute& expected) {
  const auto condition = legacy_condition({expected}, Connective::and_);
  if (condition) return "";
  const std::string& message = condition.error().message;
  return message.starts_with(kInvalid) ? message.substr(kInvalid.size()) : message;
}

std::string values_error(LegacyOperator op, std::vector<model::AttributeValue> values) {
  const auto checked = check({{"a", op, std::move(values)}});
  if (checked) return "";
  const std::string& message = checked.error().message;
  return message.starts_with(kInvalid) ? message.substr(kInvalid.size()) : message;
}

bool meets(LegacyOperator op, std::vector<model::AttributeValue> values, const model::Item& item) {
  const std::vector<LegacyCondition> conditions = {{"a.b", op, std::move(values)}};
  REQUIRE(check(conditions));
  return evaluate(legacy_filter(conditions, Connective::and_), item);
}

}  // namespace

TEST_CASE("legacy: members of Expected that do not go together") {
  using Op = LegacyOperator;
  const std::vector<model::AttributeValue> one = {s("x")};
  CHECK(expected_error({"a", true, {}, Op::lt, {}}) ==
        "Exists and ComparisonOperator cannot be used together for Attribute: a");
  CHECK(expected_error({"a", {}, s("x"), Op::eq, one}) ==
        "Value and AttributeValueList cannot be used together for Attribute: a");
  CHECK(expected_error({"a", true, {}, {}, one}) ==
        "AttributeValueList can only be used with a ComparisonOperator for Attribute: a");
  CHECK(expected_error({"a", {}, {}, Op::eq, {}}) ==
        "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a");
  CHECK(expected_error({"a", false, s("x"), {}, {}}) ==
        "Value cannot be used when Exists is false for Attribute: a");
  CHECK(expected_error({"a", true, {}, {}, {}}) ==
        "Value must be provided when Exists is true for Attribute: a");
  CHECK(expected_error({"a", {}, {}, {}, {}}) ==
        "Value must be provided when Exists is null for Attribute: a");
  CHECK(expected_error({"a", {}, s("x"), Op::null, {}}) ==
        "Invalid number of argument(s) for the NULL ComparisonOperator");
}

TEST_CASE("legacy: how many values, of what types, in what order") {
  using Op = LegacyOperator;
  CHECK(values_error(Op::eq, {}) == "Invalid number of argument(s) for the EQ ComparisonOperator");
  CHECK(values_error(Op::in, {}) == "Invalid number of argument(s) for the IN ComparisonOperator");
  CHECK(values_error(Op::between, {s("x")}) ==
        "Invalid number of argument(s) for the BETWEEN ComparisonOperator");
  CHECK(values_error(Op::not_null, {s("x")}) ==
        "Invalid number of argument(s) for the NOT_NULL ComparisonOperator");
  CHECK(values_error(Op::in, {s("x"), n("1")}) ==
        "AttributeValues inside AttributeValueList must be of same type");
  CHECK(values_error(Op::lt, {true}) ==
        "ComparisonOperator LT is not valid for BOOL AttributeValue type");
  CHECK(values_error(Op::in, {null()}) ==
        "ComparisonOperator IN is not valid for NULL AttributeValue type");
  CHECK(values_error(Op::contains, {ns({1})}) ==
        "ComparisonOperator CONTAINS is not valid for NS AttributeValue type");
  CHECK(values_error(Op::begins_with, {n("1")}) ==
        "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
  CHECK(values_error(Op::eq, {map({})}).empty());
  CHECK(values_error(Op::between, {s("b"), s("a")}) ==
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
}

TEST_CASE("legacy: each operator on a present and on a missing attribute; names are not paths") {
  using Op = LegacyOperator;
  const model::Item item = {{"a.b", s("hello")}};
  const model::Item other = {{"a", map({{"b", s("hello")}})}};
  struct Case {
    Op op;
    std::vector<model::AttributeValue> values;
    bool present;
    bool absent;
  };
  for (const Case& one :
       {Case{Op::eq, {s("hello")}, true, false}, Case{Op::ne, {s("x")}, true, true},
        Case{Op::in, {s("x"), s("hello")}, true, false}, Case{Op::le, {s("z")}, true, false},
        Case{Op::lt, {s("hello")}, false, false}, Case{Op::ge, {s("hello")}, true, false},
        Case{Op::gt, {s("a")}, true, false}, Case{Op::between, {s("a"), s("z")}, true, false},
        Case{Op::not_null, {}, true, false}, Case{Op::null, {}, false, true},
        Case{Op::contains, {s("ell")}, true, false},
        Case{Op::not_contains, {s("bye")}, true, false},
        Case{Op::begins_with, {s("he")}, true, false}}) {
    INFO(legacy_operator_name(one.op));
    CHECK(meets(one.op, one.values, item) == one.present);
    CHECK(meets(one.op, one.values, other) == one.absent);
    CHECK(legacy_operator_named(legacy_operator_name(one.op)) == one.op);
  }
  CHECK_FALSE(legacy_operator_named("EQUALS"));
}

TEST_CASE("legacy: Expected joins by AND or OR; Exists false asks for absence") {
  const std::vector<ExpectedAttribute> expected = {{"a", {}, s("x"), {}, {}},
                                                   {"b", false, {}, {}, {}}};
  const model::Item item = {{"a", s("y")}};
  CHECK_FALSE(evaluate(legacy_condition(expected, Connective::and_).value(), item));
  CHECK(evaluate(legacy_condition(expected, Connective::or_).value(), item));
  CHECK(conditional_operator({}, 1).value() == Connective::and_);
  CHECK(conditional_operator(Connective::or_, 2).value() == Connective::or_);
  CHECK(conditional_operator(Connective::or_, 1).error().message ==
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  CHECK(conditional_operator(Connective::or_, {}).error().message ==
        "ConditionalOperator cannot be used without Filter or Expected");
}

TEST_CASE("legacy: AttributeUpdates put, add and delete") {
  const model::Item item = {{"c", ss({"a", "b", "c"})}, {"g", n("1")}, {"l", list({n("1")})}};
  const auto update = legacy_update({{"b", UpdateAction::erase, {}},
                                     {"c", UpdateAction::erase, ss({"a", "b"})},
                                     {"d", UpdateAction::add, n("5")},
                                     {"f", UpdateAction::add, list({s("a")})},
                                     {"g", UpdateAction::put, s("x")},
                                     {"l", UpdateAction::add, list({n("2")})}});
  REQUIRE(update);
  CHECK(apply_legacy(*update, item).value() == model::Item{{"c", ss({"c"})},
                                                           {"d", n("5")},
                                                           {"f", list({s("a")})},
                                                           {"g", s("x")},
                                                           {"l", list({n("1"), n("2")})}});
  const auto mismatch = legacy_update({{"g", UpdateAction::erase, ns({1})}});
  CHECK(apply_legacy(*mismatch, item).error().message == "Type mismatch for attribute to update");
  const auto error = [](UpdateAction action, std::optional<model::AttributeValue> value) {
    return legacy_update({{"a", action, std::move(value)}}).error().message.substr(kInvalid.size());
  };
  CHECK(error(UpdateAction::put, {}) ==
        "Only DELETE action is allowed when no attribute value is specified");
  CHECK(error(UpdateAction::erase, b("b")) ==
        "DELETE action with value is not supported for the type B");
  CHECK(error(UpdateAction::add, map({})) == "ADD action is not supported for the type M");
}

TEST_CASE(
    "legacy: KeyConditions bind like expressions; what has no order is refused by the schema") {
  const model::KeySchema schema = {{{"pk", model::Type::s}}, {{"sk", model::Type::s}}};
  using Op = LegacyOperator;
  CHECK(bind(legacy_key_condition({{"pk", Op::eq, {s("x")}}, {"sk", Op::begins_with, {s("y")}}}),
             schema)
            .value() ==
        KeyBounds{{s("x")}, {}, KeyClause{"sk", KeyComparator::begins_with, {s("y")}}});
  CHECK(bind(legacy_key_condition({{"pk", Op::null, {}}}), schema).error().message ==
        "Attempted conditional constraint is not an indexable operation");
  CHECK(bind(legacy_key_condition({{"z", Op::null, {}}}), schema).error().message ==
        "Query condition missed key schema element: pk");
}

TEST_CASE("legacy: AttributesToGet names each attribute once, and names are not paths") {
  CHECK(legacy_projection({"a.b", "c"}).value().paths.front() == Path{{PathElement::of("a.b")}});
  CHECK(legacy_projection({"a", "a"}).error().message ==
        std::string(kInvalid) + "Duplicate value in attribute name: a");
}

}  // namespace dynatape::expression
