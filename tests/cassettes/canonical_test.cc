#include "cassettes/canonical.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "cassettes/fingerprint.h"
#include "tests/support/random_seed.h"

namespace dynatape::cassettes {
namespace {

using nlohmann::json;

Fingerprint key(std::string_view operation, std::string body) {
  return fingerprint_of({"POST", "/", {}, std::move(body), {}}, core::find_operation(operation));
}

/// Random documents in the shape of items, and random rewrites of them that mean the same.
class Documents {
 public:
  explicit Documents(std::uint64_t seed) : random_(seed) {}

  json item(int depth) {
    json item = json::object();
    for (int i = below(5); i >= 0; --i) item["a" + std::to_string(below(40))] = value(depth);
    return item;
  }

  /// As text, members and sets in random order, numbers in a random form.
  std::string written(const json& document) {
    if (document.is_object()) return object(document);
    if (!document.is_array()) return document.dump();
    std::string text = "[";
    for (const json& element : document) text += (text.size() > 1 ? " , " : "") + written(element);
    return text + "]";
  }

  /// The document with one scalar, somewhere, changed.
  json changed(json document) {
    std::vector<json*> scalars;
    collect(document, scalars);
    json& chosen = *scalars[static_cast<std::size_t>(below(static_cast<int>(scalars.size())))];
    if (chosen.is_boolean()) {
      chosen = !chosen.get<bool>();
    } else {
      chosen = "7" + chosen.get<std::string>();
    }
    return document;
  }

  int below(int limit) { return std::uniform_int_distribution<>(0, limit - 1)(random_); }

 private:
  json value(int depth) {
    switch (below(depth > 0 ? 7 : 5)) {
      case 0:
        return {{"S", "text \"" + std::to_string(below(1000)) + "\" \u00e9\n"}};
      case 1:
        return {{"N", std::to_string(1 + below(100'000))}};
      case 2:
        return {{"BOOL", below(2) == 0}};
      case 3:
        return {{"NS", {"1", "22", std::to_string(300 + below(500))}}};
      case 4:
        return {{"SS", {"a", "b", "c" + std::to_string(below(9))}}};
      case 5:
        return {{"M", item(depth - 1)}};
      default:
        return {{"L", {value(depth - 1), value(depth - 1)}}};
    }
  }

  std::string number(const std::string& plain) {
    const std::string forms[] = {plain,       plain + ".0", plain + "e0",
                                 "0" + plain, "+" + plain,  plain + "00E-2"};
    return '"' + forms[below(6)] + '"';
  }

  std::string object(const json& document) {
    std::vector<std::string> names;
    for (const auto& [name, member] : document.items()) names.push_back(name);
    std::ranges::shuffle(names, random_);
    std::string text = "{ ";
    for (const std::string& name : names) {
      if (text.size() > 2) text += ",\n";
      text += json(name).dump() + ":" + member(name, document[name]);
    }
    return text + "}";
  }

  std::string member(const std::string& name, json value) {
    if (name == "N") return number(value.get<std::string>());
    if (name != "NS" && name != "SS") return written(value);
    std::shuffle(value.begin(), value.end(), random_);
    std::string text = "[";
    for (const json& element : value) {
      text += text.size() > 1 ? "," : "";
      text += name == "NS" ? number(element.get<std::string>()) : element.dump();
    }
    return text + "]";
  }

  static void collect(json& document, std::vector<json*>& scalars) {
    if (document.is_structured()) {
      for (json& inner : document) collect(inner, scalars);
    } else {
      scalars.push_back(&document);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("canonical: members sorted, sets sorted, numbers plain, white space gone") {
  CHECK(canonical_json(
            R"( { "b" : {"NS":["10","1.50","-0"]} , "a":{"N":"1E2"}, "c":[2.0, 1, 1e1] })") ==
        R"({"a":{"N":"100"},"b":{"NS":["0","1.5","10"]},"c":[2,1,10]})");
}

TEST_CASE("canonical: an attribute named like a type is an attribute") {
  CHECK(canonical_json(R"({"N":{"N":"01"}})") == R"({"N":{"N":"1"}})");
  CHECK(canonical_json(R"({"Item":{"SS":{"S":"x"}}})") == R"({"Item":{"SS":{"S":"x"}}})");
  CHECK(canonical_json(R"({"N":"01","S":"x"})") == R"({"N":"01","S":"x"})");
}

TEST_CASE("canonical: lists, strings and binaries stand as they are") {
  CHECK(canonical_json(R"({"L":[{"S":"b"},{"S":"a"}]})") == R"({"L":[{"S":"b"},{"S":"a"}]})");
  CHECK(canonical_json(R"({"S":"1.0"})") == R"({"S":"1.0"})");
  CHECK(canonical_json(R"({"B":"AQ=="})") != canonical_json(R"({"B":"AR=="})"));
}

TEST_CASE("canonical: an escape is the character it stands for") {
  CHECK(canonical_json(R"({"S":"\u00e9\/"})") == canonical_json("{\"S\":\"\u00e9/\"}"));
}

TEST_CASE("canonical: text that is no number stays text") {
  CHECK(canonical_json(R"({"N":"abc"})") == R"({"N":"abc"})");
  CHECK(canonical_json(R"({"N":"1e999"})") == R"({"N":"1e999"})");
}

TEST_CASE("canonical: what is not JSON has no canonical form") {
  for (const char* text : {"", "{", "{} {}", "nul", "{\"a\":01}", "\xff"}) {
    CHECK(canonical_json(text) == std::nullopt);
  }
}

TEST_CASE("canonical: the same body under another operation is another request") {
  const std::string body = R"({"TableName":"t","Key":{"id":{"S":"1"}}})";
  CHECK(key("GetItem", body) == key("GetItem", body));
  CHECK(key("GetItem", body) != key("DeleteItem", body));
}

TEST_CASE("canonical: {} is only {}") {
  CHECK(key("ListTables", "{}") == key("ListTables", " { } "));
  for (const char* other : {"", "[]", "null", R"({"Limit":1})", "{", "{}}"}) {
    CHECK(key("ListTables", "{}") != key("ListTables", other));
  }
}

TEST_CASE("canonical: requests without an operation differ by method, path and target") {
  const core::Request get{"GET", "/", {}, "", {}};
  core::Request other = get;
  other.target = "/health";
  CHECK(fingerprint_of(get, nullptr) != fingerprint_of(other, nullptr));
  other = get;
  other.headers.set("X-Amz-Target", "DynamoDB_20120810.Frobnicate");
  CHECK(fingerprint_of(get, nullptr) != fingerprint_of(other, nullptr));
}

TEST_CASE("canonical: a generated idempotency token does not count, a chosen one does") {
  const auto transact = [](const std::string& token) {
    return key("TransactWriteItems",
               R"({"ClientRequestToken":")" + token + R"(","TransactItems":[]})");
  };
  CHECK(transact("8c0a5d1e-91a4-4c3b-9f12-0123456789ab") ==
        transact("11111111-2222-4333-8444-555555555555"));
  CHECK(transact("order-17") != transact("order-18"));
  CHECK(transact("11111111-2222-1333-8444-555555555555") !=
        transact("11111111-2222-1333-8444-555555555556"));
  CHECK(key("TransactWriteItems", R"({"TransactItems":[]})") ==
        transact("11111111-2222-4333-8444-555555555555"));
  CHECK(key("PutItem", R"({"ClientRequestToken":"11111111-2222-4333-8444-555555555555"})") !=
        key("PutItem", "{}"));
}

TEST_CASE("canonical: a rewrite that means the same keeps the key, one changed value changes it") {
  const std::uint64_t chosen = support::random_seed("canonical");
  INFO("DYNATAPE_SEED=" << chosen);
  Documents documents(chosen);
  for (int round = 0; round < 2'000; ++round) {
    const json document = documents.item(3);
    const std::string one = documents.written(document);
    const std::string two = documents.written(document);
    const std::string other = documents.written(documents.changed(document));
    INFO(one << "\n" << two << "\n" << other);
    REQUIRE(canonical_json(one) == canonical_json(two));
    REQUIRE(key("PutItem", one) == key("PutItem", two));
    REQUIRE(key("PutItem", one) != key("PutItem", other));
  }
}

}  // namespace dynatape::cassettes
