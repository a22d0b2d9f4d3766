#include <sstream>

#include "cassettes/review_tape.h"
#include "tests/cassettes/tapes.h"

namespace dynatape::cassettes {
namespace {

std::string reviewed(const std::string& path) {
  std::ostringstream out;
  REQUIRE(review(path, out).has_value());
  return out.str();
}

const std::string kFirst = "6fa459ea-ee8a-4ca4-894e-db77e160355e";
const std::string kSecond = "0fe9ac5b-25f2-4c5e-9a3c-3f1f5e0f4d7a";

std::string put(const std::string& id) {
  return R"({"TableName":"t","Item":{"id":{"S":"user#)" + id + R"("},"ttl":{"N":"1702592003"}}})";
}

}  // namespace

TEST_CASE("review: what a run makes anew is a placeholder, numbered in order") {
  const support::TempDir dir;
  const std::string path =
      TapeBuilder()
          .call("PutItem", put(kFirst))
          .call("PutItem", put(kSecond))
          .call("GetItem", R"({"Key":{"id":{"S":"user#)" + kFirst + R"("}},"TableName":"t"})",
                R"({"Item":{"n":{"N":"1.50"},"at":{"S":"2023-11-14T22:13:21Z"}}})")
          .write(dir, "a.tape");
  CHECK(reviewed(path) ==
        R"({"operation":"PutItem","request":{"body":{"Item":{"id":{"S":"user#<uuid:1>"},)"
        R"("ttl":{"N":"<time+30d>"}},"TableName":"t"}},"response":{"body":{},"status":200}})"
        "\n"
        R"({"operation":"GetItem","request":{"body":{"Key":{"id":{"S":"user#<uuid:1>"}},)"
        R"("TableName":"t"}},"response":{"body":{"Item":{"at":{"S":"<time>"},"n":{"N":"1.5"}}},)"
        R"("status":200}})"
        "\n"
        R"({"operation":"PutItem","request":{"body":{"Item":{"id":{"S":"user#<uuid:2>"},)"
        R"("ttl":{"N":"<time+30d>"}},"TableName":"t"}},"response":{"body":{},"status":200}})"
        "\n");
}

TEST_CASE("review: times of the service, tokens and retries") {
  const support::TempDir dir;
  const std::string path =
      TapeBuilder()
          .call("DescribeTable", R"({"TableName":"t"})",
                R"({"Table":{"CreationDateTime":1.700000000123E9,"TableId":")" + kFirst + R"("}})")
          .call("ExecuteStatement", R"({"Statement":"s","NextToken":"abc"})",
                R"({"message":"slow"})", 500)
          .call("ExecuteStatement", R"({"Statement":"s","NextToken":"abc"})")
          .retry_of(2)
          .write(dir, "a.tape");
  const std::string text = reviewed(path);
  CHECK_THAT(text, Catch::Contains(R"("CreationDateTime":"<time>","TableId":"<uuid:1>")"));
  CHECK_THAT(text, Catch::Contains(R"("NextToken":"<token:1>")"));
  CHECK_THAT(text, Catch::EndsWith("\"status\":200},\"retry\":true}\n"));
}

TEST_CASE("review: the items of a scan come in an order that their generated keys do not change") {
  const auto scan = [&](const std::string& items) {
    const support::TempDir dir;
    return reviewed(TapeBuilder()
                        .call("Scan", R"({"TableName":"t"})", R"({"Items":[)" + items + "]}")
                        .write(dir, "a.tape"));
  };
  const std::string one = R"({"id":{"S":")" + kFirst + R"("},"n":{"N":"1"}})";
  const std::string two = R"({"id":{"S":")" + kSecond + R"("},"n":{"N":"2"}})";
  CHECK(scan(one + "," + two) == scan(two + "," + one));
}

TEST_CASE("review: two interleavings of concurrent calls read the same") {
  const support::TempDir dir;
  const auto get = [](const std::string& id) {
    return R"({"TableName":"t","Key":{"id":{"S":"user#)" + id + R"("}}})";
  };
  const auto a = TapeBuilder()
                     .call("PutItem", put(kFirst))
                     .call("GetItem", get(kFirst), R"({"Item":{}})")
                     .at_once()
                     .call("PutItem", put(kSecond))
                     .call("GetItem", get(kSecond))
                     .write(dir, "a.tape");
  const auto b = TapeBuilder()
                     .call("PutItem", put(kFirst))
                     .call("PutItem", put(kSecond))
                     .at_once()
                     .call("GetItem", get(kFirst))
                     .call("GetItem", get(kSecond), R"({"Item":{}})")
                     .write(dir, "b.tape");
  const std::string text = reviewed(a);
  CHECK(text == reviewed(b));
  CHECK(text.find("PutItem") < text.find("GetItem"));
}

}  // namespace dynatape::cassettes
