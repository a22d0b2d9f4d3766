// Reads of "table"."index", as captured on AWS in August and October 2026.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/emulator/operations/partiql_fixture.h"

namespace dynatape::emulator {
namespace {

using json = nlohmann::json;

json s(const std::string& text) { return {{"S", text}}; }

/// s3 has no attribute of any index; no index projects nonproj.
class Indexed : public PartiqlFixture {
 public:
  explicit Indexed(std::size_t filler = 4) {
    const std::string large(filler, 'x');
    add({{"pk", "p"},
         {"sk", "s1"},
         {"gsiPk", "x"},
         {"gsiPk2", "y"},
         {"lsiSk", "l1"},
         {"lsiSk2", "k1"},
         {"lsiSk3", "m1"},
         {"projattr", "proj1"},
         {"nonproj", "np1"},
         {"filler", large}});
    add({{"pk", "p"},
         {"sk", "s2"},
         {"gsiPk", "z"},
         {"gsiPk2", "y"},
         {"lsiSk", "l2"},
         {"lsiSk2", "k2"},
         {"lsiSk3", "m2"},
         {"projattr", "proj2"},
         {"nonproj", "np2"},
         {"filler", large}});
    add({{"pk", "p"}, {"sk", "s3"}, {"nonproj", "np3"}});
    add({{"pk", "p"},
         {"sk", "s4"},
         {"gsiPk", "x"},
         {"gsiPk2", "y"},
         {"lsiSk", "l4"},
         {"lsiSk2", "k4"},
         {"lsiSk3", "m4"},
         {"projattr", "proj4"},
         {"nonproj", "np4"},
         {"filler", large}});
    add({{"pk", "q"}, {"sk", "s5"}, {"gsiPk2", "y2"}, {"projattr", "proj5"}, {"nonproj", "np5"}});
  }

  json sort_keys(const std::string& statement) {
    json keys = column(statement, "sk");
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  json names(const std::string& statement) {
    json all = json::array();
    const json found = items(statement);
    for (const auto& [name, value] : found.at(0).items()) all.push_back(name);
    return all;
  }

  json capacity(const std::string& statement, json more = json::object()) {
    more["ReturnConsumedCapacity"] = "INDEXES";
    return run(statement, {}, more)["ConsumedCapacity"];
  }

 private:
  void add(const std::map<std::string, std::string>& attributes) {
    json item = json::object();
    for (const auto& [name, value] : attributes) item[name] = s(value);
    put("indexed", item);
  }
};

class LargeIndexed : public Indexed {
 public:
  LargeIndexed() : Indexed(9000) {}
};

constexpr auto kFilter =
    "ValidationException: One or more parameter values were invalid: Secondary index gsi-inc does "
    "not project one or more filter attributes: [nonproj]";

}  // namespace

TEST_CASE_METHOD(Indexed, "partiql index: a read finds what the index holds") {
  CHECK(sort_keys(R"(SELECT pk, sk FROM "indexed"."gsi-all" WHERE gsiPk = 'x')") ==
        json{"s1", "s4"});
  CHECK(sort_keys(R"(SELECT pk, sk FROM "indexed" WHERE pk = 'p')") ==
        json{"s1", "s2", "s3", "s4"});
  CHECK(sort_keys(R"(SELECT * FROM "indexed"."gsi-all" WHERE pk = 'p')") == json{"s1", "s2", "s4"});
  CHECK(column(R"(SELECT sk FROM "indexed"."lsi-all" WHERE pk = 'p' ORDER BY lsiSk DESC)", "sk") ==
        json{"s4", "s2", "s1"});
}

TEST_CASE_METHOD(Indexed, "partiql index: SELECT * is what the index projects") {
  CHECK(names(R"(SELECT * FROM "indexed"."gsi-keys" WHERE gsiPk2 = 'y')") ==
        json{"gsiPk2", "pk", "sk"});
  CHECK(names(R"(SELECT * FROM "indexed"."gsi-inc" WHERE gsiPk2 = 'y')") ==
        json{"gsiPk2", "pk", "projattr", "sk"});
  CHECK(names(R"(SELECT * FROM "indexed"."lsi-keys" WHERE pk = 'p')") ==
        json{"lsiSk2", "pk", "sk"});
}

TEST_CASE_METHOD(Indexed,
                 "partiql index: a column it does not hold is read from the table, or refused") {
  CHECK(column(R"(SELECT nonproj FROM "indexed"."lsi-keys" WHERE pk = 'p')", "nonproj") ==
        json{"np1", "np2", "np4"});
  CHECK(refusal(R"(SELECT nonproj, filler FROM "indexed"."gsi-inc" WHERE gsiPk2 = 'y')") ==
        "ValidationException: One or more parameter values were invalid: Global secondary index "
        "gsi-inc does not project [nonproj, filler]");
  CHECK(refusal(R"(SELECT nonproj FROM "indexed"."gsi-inc")") ==
        "ValidationException: One or more parameter values were invalid: Global secondary index "
        "gsi-inc does not project [nonproj]");
}

TEST_CASE_METHOD(Indexed,
                 "partiql index: a keyed read may not filter by what the index does not hold") {
  const std::string keyed = R"(SELECT pk FROM "indexed"."gsi-inc" WHERE gsiPk2 = 'y' AND )";
  for (const std::string condition :
       {"nonproj = 'np1'", "nonproj IS MISSING", "nonproj IS NOT MISSING",
        "begins_with(nonproj, 'np')", "NOT nonproj = 'np1'"}) {
    INFO(condition);
    CHECK(refusal(keyed + condition) == kFilter);
  }
  CHECK(
      refusal(
          R"(SELECT pk FROM "indexed"."gsi-inc" WHERE gsiPk2 IN ['y', 'z'] AND nonproj = 'np1')") ==
      kFilter);
  CHECK(
      refusal(
          R"(SELECT pk FROM "indexed"."lsi-keys" WHERE pk = 'p' AND lsiSk2 BETWEEN 'k1' AND 'k4' AND nonproj = 'np1')")
          .find("Secondary index lsi-keys does not project one or more filter attributes") !=
      std::string::npos);
  CHECK(items(keyed + "projattr = 'proj1'").size() == 1);
  CHECK(items(keyed + "projattr IS NOT MISSING").size() == 3);
}

TEST_CASE_METHOD(Indexed, "partiql index: a scan does not see what the index does not hold") {
  CHECK(items(R"(SELECT pk FROM "indexed"."gsi-inc" WHERE nonproj = 'np1')").empty());
  CHECK(items(R"(SELECT pk FROM "indexed"."lsi-keys" WHERE nonproj = 'np1')").empty());
  CHECK(sort_keys(R"(SELECT pk, sk FROM "indexed"."gsi-keys" WHERE NOT nonproj = 'np1')") ==
        json{"s1", "s2", "s4", "s5"});
  CHECK(
      sort_keys(
          R"(SELECT pk, sk FROM "indexed"."gsi-inc" WHERE (gsiPk2 = 'y' AND nonproj = 'np1') OR (gsiPk2 = 'y2'))") ==
      json{"s5"});
}

TEST_CASE_METHOD(Indexed, "partiql index: pages go on, and their tokens belong to one index") {
  const std::string statement = R"(SELECT pk, sk FROM "indexed"."gsi-all" WHERE gsiPk = 'x')";
  const json first = run(statement, {}, {{"Limit", 1}});
  CHECK(first["LastEvaluatedKey"].size() == 3);
  const json second = run(statement, {}, {{"NextToken", first["NextToken"]}});
  CHECK(second["Items"].size() == 1);
  CHECK(second["Items"] != first["Items"]);
  CHECK(refusal(R"(SELECT pk, sk FROM "indexed"."gsi-keys" WHERE gsiPk2 = 'y')", {},
                {{"NextToken", first["NextToken"]}}) ==
        "ValidationException: NextToken does not match request");
}

TEST_CASE_METHOD(Indexed,
                 "partiql index: unknown ones and strong reads of global ones are refused") {
  constexpr auto kUnknown = "ValidationException: The table does not have the specified index";
  CHECK(refusal(R"(SELECT * FROM "indexed"."none")", {}, {{"ConsistentRead", true}}) == kUnknown);
  CHECK(refusal(R"(SELECT * FROM "indexed"."indexed")") == kUnknown);
  CHECK(refusal(R"(SELECT * FROM "absent"."none")") ==
        "ResourceNotFoundException: Requested resource not found");
  CHECK(refusal(R"(SELECT * FROM "indexed"."gsi-all")", {}, {{"ConsistentRead", true}}) ==
        "ValidationException: Strongly consistent read is not supported on Global Secondary "
        "Indexes");
  CHECK(items(R"(SELECT * FROM "indexed"."lsi-all" WHERE pk = 'p')", {}, {{"ConsistentRead", true}})
            .size() == 3);
  CHECK(refusal(R"(UPDATE "absent"."gsi-all" SET a = 'z' WHERE pk = 'p')") ==
        "ValidationException: This operation is not supported on an index");
}

TEST_CASE_METHOD(Indexed, "partiql index: capacity lands on the index") {
  const json global = capacity(R"(SELECT pk FROM "indexed"."gsi-all" WHERE gsiPk = 'x')");
  CHECK(global["CapacityUnits"] == 0.5);
  CHECK(global["Table"]["CapacityUnits"] == 0.0);
  CHECK(global["GlobalSecondaryIndexes"]["gsi-all"]["CapacityUnits"] == 0.5);
  const std::string reach_back = R"(SELECT nonproj FROM "indexed"."lsi-keys" WHERE pk = 'p')";
  const json local = capacity(reach_back);
  CHECK(local["CapacityUnits"] == 2.0);
  CHECK(local["Table"]["CapacityUnits"] == 1.5);
  CHECK(local["LocalSecondaryIndexes"]["lsi-keys"]["CapacityUnits"] == 0.5);
  CHECK(capacity(reach_back, {{"ConsistentRead", true}})["CapacityUnits"] == 4.0);
  CHECK(capacity(reach_back, {{"Limit", 1}})["Table"]["CapacityUnits"] == 0.5);
  CHECK(capacity(R"(SELECT lsiSk2 FROM "indexed"."lsi-keys" WHERE pk = 'p')")["CapacityUnits"] ==
        0.5);
  CHECK(capacity(R"(SELECT nonproj FROM "indexed"."lsi-inc" WHERE pk = 'p' AND projattr = '-')")
            ["Table"]["CapacityUnits"] == 1.5);
}

TEST_CASE_METHOD(LargeIndexed,
                 "partiql index: each row fetched from the table is rounded by itself") {
  const std::string reach_back = R"(SELECT nonproj FROM "indexed"."lsi-keys" WHERE pk = 'p')";
  CHECK(capacity(reach_back)["Table"]["CapacityUnits"] == 4.5);
  CHECK(capacity(reach_back, {{"ConsistentRead", true}})["Table"]["CapacityUnits"] == 9.0);
}

TEST_CASE_METHOD(PartiqlFixture, "partiql index: one with a multi-attribute key is refused early") {
  const auto attribute = [](const char* name, const char* type) {
    return json{{"AttributeName", name}, {"KeyType", type}};
  };
  json definitions = json::array();
  for (const char* name : {"id", "h1", "h2", "r1"}) {
    definitions.push_back({{"AttributeName", name}, {"AttributeType", "S"}});
  }
  const json key =
      json::array({attribute("h1", "HASH"), attribute("h2", "HASH"), attribute("r1", "RANGE")});
  const json created = call(
      "CreateTable",
      {{"TableName", "multi"},
       {"BillingMode", "PAY_PER_REQUEST"},
       {"AttributeDefinitions", definitions},
       {"KeySchema", json::array({attribute("id", "HASH")})},
       {"GlobalSecondaryIndexes", json::array({{{"IndexName", "gsi"},
                                                {"KeySchema", key},
                                                {"Projection", {{"ProjectionType", "ALL"}}}}})}});
  INFO(created.dump());
  REQUIRE(created["status"] == 200);
  put("multi", {{"id", s("i1")}, {"h1", s("a")}, {"h2", s("x")}, {"r1", s("m")}});
  constexpr auto kRefused =
      "ValidationException: PartiQL statements cannot be executed on tables with multi-attribute "
      "HASH keys or multi-attribute RANGE keys.";
  for (const std::string rest : {"WHERE h1 = 'a'", "WHERE h1 = 5", "WHERE id = 'i1'", ""}) {
    CHECK(refusal(R"(SELECT * FROM "multi"."gsi" )" + rest) == kRefused);
  }
  CHECK(refusal(R"(SELECT COUNT(*) FROM "multi"."gsi")") == kRefused);
  CHECK(refusal(R"(SELECT * FROM "multi"."gsi" WHERE h1 = ?)", {{{"N", "1e99999999999"}}}) ==
        "ValidationException: The parameter cannot be converted to a numeric value: 1e99999999999");
  CHECK(refusal(R"(SELECT * FROM "multi"."gsi" WHERE)") ==
        "ValidationException: Statement wasn't well formed, can't be processed: Unexpected term");
  CHECK(items("SELECT * FROM multi WHERE id = 'i1'").size() == 1);
  CHECK(items("UPDATE multi SET a = 1 WHERE id = 'i1'").empty());
}

}  // namespace dynatape::emulator
