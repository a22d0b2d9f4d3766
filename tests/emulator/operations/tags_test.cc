#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "emulator/emulator.h"

namespace dynatape::emulator {
namespace {

constexpr std::string_view kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";

class Fixture {
 public:
  Fixture() {
    call(
        "CreateTable",
        R"({"TableName":"table","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
        R"("Tags":[{"Key":"env","Value":"test"}]})");
  }

  Answer call(std::string_view operation, std::string_view body) {
    return emulator_.handle(operation, body, {"account", "us-east-1", {}});
  }
  /// A call about `arn`, with `rest` of its members.
  Answer call_about(std::string_view operation, std::string_view arn, std::string_view rest = "") {
    std::string body = "{\"ResourceArn\":\"";
    body.append(arn).append("\"").append(rest).append("}");
    return call(operation, body);
  }
  std::string tags() { return call_about("ListTagsOfResource", kArn).body; }

 private:
  Emulator emulator_{Options{}};
};

std::string invalid(const std::string& message) {
  return R"({"__type":"com.amazon.coral.validate#ValidationException","message":")" + message +
         "\"}";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "tags: those of CreateTable are listed, replaced, added to and removed") {
  CHECK(tags() == R"({"Tags":[{"Key":"env","Value":"test"}]})");
  const Answer tagged = call_about(
      "TagResource", kArn, R"(,"Tags":[{"Key":"env","Value":"prod"},{"Key":"team","Value":"a"}])");
  CHECK(tagged.status == 200);
  CHECK(tagged.body.empty());
  CHECK(tags() == R"({"Tags":[{"Key":"env","Value":"prod"},{"Key":"team","Value":"a"}]})");
  const Answer untagged = call_about("UntagResource", kArn, R"(,"TagKeys":["env","none"])");
  CHECK(untagged.status == 200);
  CHECK(untagged.body.empty());
  CHECK(tags() == R"({"Tags":[{"Key":"team","Value":"a"}]})");
}

TEST_CASE_METHOD(Fixture, "tags: an ARN that is none is refused as the service does") {
  for (const auto* operation : {"TagResource", "UntagResource", "ListTagsOfResource"}) {
    CHECK(call(operation, "{}").body == invalid("Invalid TableArn"));
    CHECK(call_about(operation, "").body ==
          R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: )"
          R"(arn:aws:iam::000000000000:user/account is not authorized to perform: dynamodb:)" +
              std::string(operation) + R"( on resource: *"})");
    CHECK(call_about(operation, "a:b:c:d:e:f").body.find("on resource: a:b:c:d:e:f\"") !=
          std::string::npos);
    CHECK(call_about(operation, "not-a-valid-arn").body ==
          invalid("Invalid TableArn: Invalid ResourceArn provided as input not-a-valid-arn"));
  }
}

TEST_CASE_METHOD(Fixture, "tags: what is missing is named before the table is looked for") {
  CHECK(call_about("TagResource", "a:b:c:d:e:f/g").body ==
        invalid("1 validation error detected: Value null at 'tags' failed to satisfy constraint: "
                "Member must not be null"));
  CHECK(call_about("UntagResource", "a:b:c:d:e:f/g").body ==
        invalid("1 validation error detected: Value null at 'tagKeys' failed to satisfy "
                "constraint: Member must not be null"));
  CHECK(call_about("UntagResource", "a:b:c:d:e:f/g", R"(,"TagKeys":[])").body ==
        invalid("Invalid TableArn: Invalid ResourceArn provided as input a:b:c:d:e:f/g"));
  CHECK(call_about("TagResource", kArn, R"(,"Tags":[])").body ==
        invalid("Atleast one Tag needs to be provided as Input."));
  CHECK(call_about("UntagResource", kArn, R"(,"TagKeys":[])").body ==
        invalid("Atleast one Tag Key needs to be provided as Input."));
}

TEST_CASE_METHOD(Fixture, "tags: each operation has its own word for a table that is not there") {
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/none";
  const std::string not_found =
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":")"
      "Requested resource not found";
  CHECK(call_about("TagResource", arn, R"(,"Tags":[{"Key":"a","Value":"b"}])").body ==
        not_found + ": ResourcArn: " + arn + " not found\"}");
  CHECK(call_about("UntagResource", arn, R"(,"TagKeys":["a"])").body == not_found + "\"}");
  CHECK(call_about("ListTagsOfResource", arn).body.find("AccessDeniedException") !=
        std::string::npos);
}

TEST_CASE_METHOD(Fixture, "tags: a table has at most fifty") {
  std::string many;
  for (int i = 0; i < 50; ++i) {
    many += (i == 0 ? "" : ",") + (R"({"Key":")" + std::to_string(i)) + R"(","Value":""})";
  }
  CHECK(call_about("TagResource", kArn, ",\"Tags\":[" + many + "]").body ==
        invalid("One or more parameter values were invalid: Too many Tags"));
  CHECK(tags() == R"({"Tags":[{"Key":"env","Value":"test"}]})");
}

}  // namespace dynatape::emulator
