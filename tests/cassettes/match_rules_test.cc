#include "cassettes/match_rules.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace dynatape::cassettes {
namespace {

MatchRule ignoring(std::vector<std::string_view> paths) {
  MatchRule rule;
  for (const std::string_view path : paths) rule.ignored.emplace_back(path);
  return rule;
}

MatchRule loosening(std::string_view path, Loosening as) {
  MatchRule rule;
  rule.loosened.push_back({PathPattern(path), as});
  return rule;
}

/// Whether both bodies of the operation have one key under the rule.
bool same(const MatchRule& rule, std::string_view operation, std::string one, std::string two) {
  const MatchRules rules({rule});
  const auto key = [&](std::string& body) {
    std::ranges::replace(body, '\'', '"');
    return fingerprint_of({"POST", "/", {}, body, {}}, core::find_operation(operation), rules);
  };
  return key(one) == key(two);
}

std::string put(std::string_view table, std::string_view attributes) {
  return "{'TableName':'" + std::string(table) + "','Item':{'id':{'S':'1'}" +
         std::string(attributes) + "}}";
}

std::string update(std::string_view expression, std::string_view values) {
  return "{'UpdateExpression':'" + std::string(expression) + "','ExpressionAttributeValues':{" +
         std::string(values) + "}}";
}

}  // namespace

TEST_CASE("match rules: an ignored attribute may differ or be absent, others may not") {
  const MatchRule rule = ignoring({"Item.at"});
  CHECK(same(rule, "PutItem", put("t", ",'at':{'S':'x'}"), put("t", ",'at':{'N':'2'}")));
  CHECK(same(rule, "PutItem", put("t", ",'at':{'S':'x'}"), put("t", "")));
  CHECK_FALSE(same(rule, "PutItem", put("t", ",'at':{'S':'x'}"), put("t", ",'b':{'S':'x'}")));
  CHECK_FALSE(same(MatchRule(), "PutItem", put("t", ",'at':{'S':'x'}"), put("t", "")));
}

TEST_CASE("match rules: a path begins at the request or at a part with parameters of its own") {
  const MatchRule rule = ignoring({"Item.at"});
  const auto transact = [](std::string_view at) {
    return "{'TransactItems':[{'Put':" + put("t", ",'at':{'S':'" + std::string(at) + "'}") + "}]}";
  };
  const auto batch = [](std::string_view at) {
    return "{'RequestItems':{'t':[{'PutRequest':{'Item':{'at':{'S':'" + std::string(at) +
           "'}}}}]}}";
  };
  CHECK(same(rule, "TransactWriteItems", transact("1"), transact("2")));
  CHECK(same(rule, "BatchWriteItem", batch("1"), batch("2")));
  CHECK(same(ignoring({"TransactItems[*].Put.Item.at"}), "TransactWriteItems", transact("1"),
             transact("2")));
  CHECK(same(ignoring({"RequestItems.*[*].PutRequest.Item.at"}), "BatchWriteItem", batch("1"),
             batch("2")));
  CHECK_FALSE(same(ignoring({"at"}), "BatchWriteItem", batch("1"), batch("2")));
  CHECK_FALSE(same(rule, "PutItem", put("t", ",'x':{'M':{'Item':{'M':{'at':{'S':'1'}}}}}"),
                   put("t", ",'x':{'M':{'Item':{'M':{'at':{'S':'2'}}}}}")));
}

TEST_CASE("match rules: a rule is about its operations and its tables") {
  MatchRule rule = ignoring({"Item.at"});
  rule.tables = {"t"};
  const std::string one = ",'at':{'S':'1'}";
  const std::string two = ",'at':{'S':'2'}";
  CHECK(same(rule, "PutItem", put("t", one), put("t", two)));
  CHECK_FALSE(same(rule, "PutItem", put("u", one), put("u", two)));
  const auto both = [&](std::string_view of_t, std::string_view of_u) {
    return "{'TransactItems':[{'Put':" + put("t", of_t) + "},{'Put':" + put("u", of_u) + "}]}";
  };
  CHECK(same(rule, "TransactWriteItems", both(one, one), both(two, one)));
  CHECK_FALSE(same(rule, "TransactWriteItems", both(one, one), both(one, two)));
  rule.operations = {core::find_operation("UpdateItem")};
  CHECK_FALSE(same(rule, "PutItem", put("t", one), put("t", two)));
}

TEST_CASE("match rules: what an expression says about a path is one operand or action") {
  const MatchRule rule = ignoring({"UpdateExpression.seen", "FilterExpression.price"});
  CHECK(same(rule, "UpdateItem", update("SET a = :a, seen = :t", "':a':{'S':'1'},':t':{'S':'2'}"),
             update("SET seen = :t, a = :a", "':a':{'S':'1'},':t':{'S':'3'}")));
  CHECK(same(rule, "UpdateItem", update("SET a = :a, seen = :t", "':a':{'S':'1'},':t':{'S':'2'}"),
             update("SET a = :a", "':a':{'S':'1'}")));
  CHECK_FALSE(same(rule, "UpdateItem",
                   update("SET a = :a, seen = :t", "':a':{'S':'1'},':t':{'S':'2'}"),
                   update("SET a = :a, seen = :t", "':a':{'S':'2'},':t':{'S':'2'}")));
  const auto scan = [](std::string_view filter, std::string_view values) {
    return "{'FilterExpression':'" + std::string(filter) + "','ExpressionAttributeValues':{" +
           std::string(values) + "}}";
  };
  CHECK(same(rule, "Scan", scan("NOT price > :p AND a = :p", "':p':{'N':'1'}"),
             scan("a = :p", "':p':{'N':'1'}")));
  CHECK(same(rule, "Scan", scan("price > :p", "':p':{'N':'1'}"), "{}"));
}

TEST_CASE("match rules: a loosened leaf takes what it says and nothing else") {
  const auto s = [](std::string_view text) {
    return put("t", ",'v':{'S':'" + std::string(text) + "'}");
  };
  const auto n = [](std::string_view text) {
    return put("t", ",'v':{'N':'" + std::string(text) + "'}");
  };
  CHECK(same(loosening("Item.v", Loosening::any_string), "PutItem", s("a"), s("b")));
  CHECK_FALSE(same(loosening("Item.v", Loosening::any_string), "PutItem", s("1"), n("1")));
  CHECK_FALSE(same(loosening("Item.v", Loosening::any_string), "PutItem", n("1"), n("2")));
  CHECK(same(loosening("Item.v", Loosening::any_number), "PutItem", n("1"), n("2")));
  CHECK(same(loosening("Item.v", Loosening::any), "PutItem", n("1"), s("2")));
  CHECK_FALSE(same(loosening("Item.v", Loosening::any), "PutItem", n("1"), put("t", "")));
  CHECK(same(loosening("Item.v", Loosening::ignore_case), "PutItem", s("Ab"), s("aB")));
  CHECK_FALSE(same(loosening("Item.v", Loosening::ignore_case), "PutItem", s("Ab"), s("aC")));
  CHECK(same(loosening("UpdateExpression.v", Loosening::any_number), "UpdateItem",
             update("SET v = :v", "':v':{'N':'1'}"), update("SET v = :w", "':w':{'N':'2'}")));
  CHECK(same(loosening("TableName", Loosening::table_name), "PutItem",
             put("arn:aws:dynamodb:eu-west-1:123456789012:table/t", ""), put("t", "")));
}

TEST_CASE("match rules: loosened operands are put in order anew") {
  const MatchRule rule = loosening("Item.s[*]", Loosening::any_string);
  const auto set = [](std::string_view members) {
    return put("t", ",'s':{'SS':[" + std::string(members) + "]}");
  };
  CHECK(same(rule, "PutItem", set("'a','b'"), set("'x','c'")));
  CHECK_FALSE(same(rule, "PutItem", set("'a','b'"), set("'x'")));
}

TEST_CASE("match rules: a rule in plain words") {
  MatchRule rule = ignoring({"Item.at"});
  rule.parts = {"returns"};
  rule.operations = {core::find_operation("PutItem")};
  rule.tables = {"orders"};
  rule.loosened.push_back({PathPattern("Item.v"), Loosening::any_number});
  CHECK(describe(rule) ==
        "PutItem on orders: ignores returns, Item.at; takes Item.v as any-number");
  CHECK(describe(ignoring({"Item.at"})) == "every call: ignores Item.at");
}

}  // namespace dynatape::cassettes
