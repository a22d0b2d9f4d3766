// Short and empty pages: whoever follows LastEvaluatedKey meets every item once, and comes to an
// end.

#include <catch2/catch.hpp>

#include "session_lab.h"

namespace dynatape::sessions {
namespace {

using nlohmann::json;

struct Walked {
  std::vector<std::string> keys;  ///< of the items, in order
  int pages = 0;
  int empty = 0;  ///< pages with a key to go on from
};

Walked walk(Caller& caller, const std::string& operation, json parameters) {
  Walked walked;
  for (;;) {
    const json page = caller.ok(operation, parameters);
    ++walked.pages;
    for (const json& item : page.at("Items")) {
      walked.keys.push_back(item.at("pk").begin()->get<std::string>() + "/" +
                            item.value("sk", json{{"", ""}}).begin()->get<std::string>());
    }
    if (!page.contains("LastEvaluatedKey")) return walked;
    if (page.at("Items").empty()) ++walked.empty;
    // As boto3 refuses to go on.
    const json before = parameters.value("ExclusiveStartKey", json());
    REQUIRE(page.at("LastEvaluatedKey") != before);
    parameters["ExclusiveStartKey"] = page.at("LastEvaluatedKey");
    REQUIRE(walked.pages < 1000);
  }
}

/// 40 items in four partitions, 20 of them in one; every other one is `odd`.
void fill(Caller& caller, const std::string& sort_type) {
  caller.ok("CreateTable", table_of("notes", sort_type));
  for (int i = 0; i < 40; ++i) {
    const std::string partition = i < 20 ? "a" : std::string(1, static_cast<char>('b' + i % 3));
    const std::string sort = sort_type == "N"
                                 ? std::to_string(i * 5 - 30) + (i % 4 == 0 ? ".25" : "")
                                 : "item-" + std::to_string(100 + i);
    json item = {{"pk", {{"S", partition}}}, {"sk", {{sort_type, sort}}}};
    item["parity"] = {{"S", i % 2 == 0 ? "even" : "odd"}};
    caller.ok("PutItem", {{"TableName", "notes"}, {"Item", item}});
  }
}

json query(bool forward = true) {
  return {{"TableName", "notes"},
          {"KeyConditionExpression", "pk = :p"},
          {"ExpressionAttributeValues", {{":p", {{"S", "a"}}}}},
          {"ScanIndexForward", forward}};
}

std::string pages_of(int items) {
  return one_rule(json::object(), {{"short_page", {{"items", items}}}});
}

/// The same walk without rules.
Walked plain(const std::string& operation, const json& parameters, const std::string& sort_type) {
  const auto session = session_of("");
  Caller caller(*session);
  fill(caller, sort_type);
  return walk(caller, operation, parameters);
}

}  // namespace

TEST_CASE("short_page: a walk over short pages meets every item once, in order") {
  const std::string type = GENERATE("S", "N");
  const auto session = session_of(pages_of(3));
  Caller caller(*session);
  fill(caller, type);
  for (const bool forward : {true, false}) {
    const Walked queried = walk(caller, "Query", query(forward));
    CHECK(queried.keys == plain("Query", query(forward), type).keys);
    CHECK(queried.pages == 7);
  }
  const Walked scanned = walk(caller, "Scan", {{"TableName", "notes"}});
  CHECK(scanned.keys == plain("Scan", {{"TableName", "notes"}}, type).keys);
  CHECK(scanned.pages == 14);
}

TEST_CASE("short_page: a page that ends by itself, or is as short by itself, is told") {
  const auto session = session_of(pages_of(25));
  Caller caller(*session);
  fill(caller, "S");
  CHECK(walk(caller, "Query", query()).pages == 1);
  json few = query();
  few["Limit"] = 5;
  caller.ok("Query", few);
  caller.call("Query", {{"TableName", "none"}});
  CHECK(tally_of(*session).delivered == 0);
  CHECK(tally_of(*session).undelivered ==
        std::map<std::string, std::uint64_t>{{"the call asks for no more items by itself", 1},
                                             {"the call reads no page", 41},
                                             {"the page was as short by itself", 1},
                                             {"the page was refused", 1}});
}

TEST_CASE("short_page: empty pages lose no item and come to an end") {
  const std::string type = GENERATE("S", "N");
  const bool forward = GENERATE(true, false);
  INFO(type << (forward ? " forward" : " backward"));
  const auto session = session_of(pages_of(0));
  Caller caller(*session);
  fill(caller, type);
  json parameters = query(forward);
  parameters["Limit"] = 4;
  const Walked walked = walk(caller, "Query", parameters);
  CHECK(walked.keys == plain("Query", query(forward), type).keys);
  CHECK(walked.empty >= 5);
  CHECK(tally_of(*session).delivered == static_cast<std::uint64_t>(walked.empty));
}

TEST_CASE("short_page: an empty page of a Scan stands before the next item too") {
  const auto session = session_of(pages_of(0));
  Caller caller(*session);
  fill(caller, "S");
  const Walked walked = walk(caller, "Scan", {{"TableName", "notes"}, {"Limit", 7}});
  CHECK(walked.keys == plain("Scan", {{"TableName", "notes"}}, "S").keys);
  CHECK(walked.empty > 0);
}

TEST_CASE("short_page: a Scan gets past an item that several keys are known to lie before") {
  const auto session = session_of(pages_of(0));
  Caller caller(*session);
  caller.ok("CreateTable", table_of("notes", "S"));
  const json item = {{"pk", {{"S", "p"}}}, {"sk", {{"S", "00"}}}};
  caller.ok("PutItem", {{"TableName", "notes"}, {"Item", item}});
  const Walked walked = walk(caller, "Scan", {{"TableName", "notes"}});
  CHECK(walked.keys == std::vector<std::string>{"p/00"});
  CHECK(walked.empty == 1);
}

TEST_CASE("short_page: what a filter drops makes an empty page") {
  const auto session = session_of(pages_of(0));
  Caller caller(*session);
  fill(caller, "S");
  json odd = query();
  odd["FilterExpression"] = "parity = :o";
  odd["ExpressionAttributeValues"][":o"] = {{"S", "odd"}};
  const json page = caller.ok("Query", odd);
  CHECK(page.at("Count") == 0);
  CHECK(page.at("ScannedCount") == 1);
  CHECK(page.at("LastEvaluatedKey").at("sk").at("S") == "item-100");
  const Walked walked = walk(caller, "Query", odd);
  CHECK(walked.keys == plain("Query", odd, "S").keys);
}

TEST_CASE(
    "short_page: where a key condition leaves no room for an empty page, the page comes whole") {
  const auto session = session_of(pages_of(0));
  Caller caller(*session);
  fill(caller, "S");
  json from = query();
  from["KeyConditionExpression"] = "pk = :p AND sk >= :s";
  from["ExpressionAttributeValues"][":s"] = {{"S", "item-105"}};
  CHECK(caller.ok("Query", from).at("Count") == 15);
  CHECK(tally_of(*session).undelivered.contains("no key is known to lie before the next item"));
}

}  // namespace dynatape::sessions
