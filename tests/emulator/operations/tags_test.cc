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

TEST_CASE_METHOD(Fixture,
                 "tags: what a tag may be is told in words of its own, and nothing is set") {
  const auto refusal = [&](const std::string& list) {
    const std::string answered = call_about("TagResource", kArn, ",\"Tags\":" + list).body;
    const std::string created =
        call(
            "CreateTable",
            R"({"TableName":"other","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
            R"("BillingMode":"PAY_PER_REQUEST","Tags":)" +
                list + "}")
            .body;
    CHECK(created == answered);
    CHECK(tags() == R"({"Tags":[{"Key":"env","Value":"test"}]})");
    return answered;
  };
  const auto tag = [](const std::string& key, const std::string& value) {
    return R"({"Key":")" + key + R"(","Value":")" + value + R"("})";
  };
  CHECK(refusal("[" + tag("a", "1") + "," + tag("b", "2") + "," + tag("a", "3") + "]") ==
        invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found a"));
  CHECK(refusal("[" + tag("good", "1") + "," + tag("AWS:a", "2") + "]") ==
        invalid("Tag Key cannot be prefixed with aws:, Key: AWS:a"));
  CHECK(refusal("[{}]") == invalid("The Tag Key provided is invalid, Key: null"));
  CHECK(refusal("[" + tag("", "1") + "]") == invalid("The Tag Key provided is invalid, Key: "));
  CHECK(refusal(R"([{"Key":"a"}])") == invalid("The Tag Value provided is invalid, Value: null"));
  CHECK(refusal("[" + tag("bad#char", "1") + "]") ==
        invalid("The Tag Key provided is invalid, Key: bad#char"));
  CHECK(refusal("[" + tag("a", "100%") + "]") ==
        invalid("The Tag Value provided is invalid, Value: 100%"));
  CHECK(refusal("[" + tag("a", "\U0001f511") + "]") ==
        invalid("The Tag Value provided is invalid, Value: \U0001f511"));
  const std::string long_key(129, 'k');
  CHECK(refusal("[" + tag(long_key, "") + "]") ==
        invalid("The Tag Key provided is invalid, Key: " + long_key));
  std::string many;
  for (int i = 0; i < 51; ++i) {
    many += std::string(i > 0 ? "," : "") + tag("k" + std::to_string(i), "");
  }
  CHECK(refusal("[" + many + "]") ==
        invalid("Number of Tags exceed the current limit for the provided ResourceArn"));
}

TEST_CASE_METHOD(Fixture, "tags: letters and blanks of any script may stand in keys and values") {
  for (const std::string text : {"sp ace a+b-c=d.e_f:g/h@i", "\u043a\u043b\u044e\u0447",
                                 "caf\u00e9", "\u8868", "a\u00a0b\u3000c", "myaws:foo"}) {
    INFO(text);
    const std::string tag = R"({"Key":")" + text + R"(","Value":")" + text + R"("})";
    CHECK(call_about("TagResource", kArn, ",\"Tags\":[" + tag + "]").status == 200);
  }
  CHECK(call_about("UntagResource", kArn, R"(,"TagKeys":["never set"])").status == 200);
  CHECK(call_about("UntagResource", kArn, R"(,"TagKeys":["aws:a"])").body ==
        invalid("Tag Key cannot be prefixed with aws:, Key: aws:a"));
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
        invalid("Number of Tags exceed the current limit for the provided ResourceArn"));
  CHECK(tags() == R"({"Tags":[{"Key":"env","Value":"test"}]})");
}

}  // namespace dynatape::emulator
