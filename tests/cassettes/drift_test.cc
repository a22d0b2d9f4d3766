#include "cassettes/drift.h"

#include <catch2/catch.hpp>

namespace dynatape::cassettes {
namespace {

core::Response ok(const std::string& body) { return {200, {}, body}; }
core::Response refusal(const std::string& type, const std::string& message) {
  return {400,
          {},
          R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + type + R"(","message":")" + message +
              "\"}"};
}

}  // namespace

TEST_CASE("drift: each difference has its class, path and values") {
  CHECK(drift_of("GetItem", ok(R"({"Item":{"n":{"N":"1"}}})"), ok(R"({"Item":{"n":{"N":"2"}}})")) ==
        std::vector<Drift>{{DriftKind::value, "Item.n.N", R"("1")", R"("2")"}});
  CHECK(drift_of("GetItem", ok("{}"), ok(R"({"Item":{}})")) ==
        std::vector<Drift>{{DriftKind::shape, "Item", "", "{}"}});
  CHECK(drift_of("Scan", ok(R"({"Count":1})"), ok(R"({"Count":"1"})")) ==
        std::vector<Drift>{{DriftKind::shape, "Count", "1", R"("1")"}});
  CHECK(drift_of("PutItem", refusal("ValidationException", "a"),
                 refusal("ValidationException", "b")) ==
        std::vector<Drift>{{DriftKind::message, "message", R"("a")", R"("b")"}});
  CHECK(drift_of("PutItem", refusal("ValidationException", "a"),
                 refusal("ResourceNotFoundException", "b")) ==
        std::vector<Drift>{{DriftKind::error_type, "__type", R"("ValidationException")",
                            R"("ResourceNotFoundException")"}});
  CHECK(drift_of("PutItem", ok("{}"), refusal("ValidationException", "b")) ==
        std::vector<Drift>{{DriftKind::status, "", "200", R"("400 ValidationException")"}});
  CHECK(drift_of("PutItem", ok("<html>"), ok("{}")) ==
        std::vector<Drift>{{DriftKind::shape, "", R"("<html>")", R"("{}")"}});
}

TEST_CASE("drift: what may differ is none") {
  const auto table = [](const std::string& id, const std::string& time, const std::string& place) {
    return ok(R"({"Table":{"TableId":")" + id + R"(","CreationDateTime":)" + time +
              R"(,"ItemCount":)" + time + R"(,"TableArn":"arn:aws:dynamodb:)" + place +
              R"(:table/t","LatestStreamArn":"arn:aws:dynamodb:)" + place + ":table/t/stream/" +
              time + R"("}})");
  };
  CHECK(drift_of("DescribeTable", table("a", "1", "us-east-1:111111111111"),
                 table("b", "2.5", "eu-west-1:000000000000"))
            .empty());
  CHECK(drift_of("Scan", ok(R"({"Items":[{"a":{"SS":["x","y"]}},{"b":{"N":"1.0"}}]})"),
                 ok(R"({"Items":[{"b":{"N":"1"}},{"a":{"SS":["y","x"]}}]})"))
            .empty());
  CHECK(drift_of("PutItem", refusal("ResourceNotFoundException", "x"),
                 {400, {}, R"({"__type":"ResourceNotFoundException","Message":"x"})"})
            .empty());
}

TEST_CASE("drift: an attribute is compared, whatever its name") {
  CHECK(drift_of("GetItem", ok(R"({"Item":{"TableId":{"S":"1"}}})"),
                 ok(R"({"Item":{"TableId":{"S":"2"}}})"))
            .size() == 1);
  CHECK(drift_of("Query", ok(R"({"Items":[{"a":{"N":"1"}},{"a":{"N":"2"}}]})"),
                 ok(R"({"Items":[{"a":{"N":"2"}},{"a":{"N":"1"}}]})"))
            .size() == 2);
}

TEST_CASE("drift: failures of the service, and requests with handles, are not compared") {
  const core::Request asked{"POST", "/", {}, R"({"TableName":"t"})", {}};
  CHECK(not_comparable(asked, ok("{}")).empty());
  CHECK(not_comparable(asked, refusal("ValidationException", "x")).empty());
  CHECK_FALSE(not_comparable(asked, refusal("ThrottlingException", "x")).empty());
  CHECK_FALSE(not_comparable(asked, {500, {}, "{}"}).empty());
  CHECK_FALSE(not_comparable({"POST", "/", {}, R"({"ShardIterator":"x"})", {}}, ok("{}")).empty());
}

}  // namespace dynatape::cassettes
