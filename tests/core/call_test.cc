#include "core/call.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace dynatape::core {
namespace {

Request request_of(std::string target, std::string body) {
  return {"POST", "/", {{"X-Amz-Target", std::move(target)}}, std::move(body), {}};
}

}  // namespace

TEST_CASE("call: the target names the operation of its own service only") {
  CHECK(Call(request_of("DynamoDB_20120810.GetItem", "{}")).name() == "GetItem");
  CHECK(Call(request_of("DynamoDBStreams_20120810.GetRecords", "{}")).name() == "GetRecords");
  CHECK(Call(request_of("DynamoDBStreams_20120810.GetItem", "{}")).operation() == nullptr);
  CHECK(Call(request_of("DynamoDB_20120810.Getitem", "{}")).operation() == nullptr);
  CHECK(Call(request_of("", "{}")).operation() == nullptr);
}

TEST_CASE("call: tables are found wherever an operation names them, each once") {
  const Request get = request_of("DynamoDB_20120810.GetItem", R"({"TableName":"t"})");
  CHECK(Call(get).tables() == std::vector<std::string>{"t"});
  const Request batch =
      request_of("DynamoDB_20120810.BatchGetItem", R"({"RequestItems":{"a":{"Keys":[]},"b":{}}})");
  CHECK(Call(batch).tables() == std::vector<std::string>{"a", "b"});
  const Request transact = request_of(
      "DynamoDB_20120810.TransactWriteItems",
      R"({"TransactItems":[{"Put":{"TableName":"x"}},{"Delete":{"TableName":"y"}},{"Put":{"TableName":"x"}}]})");
  CHECK(Call(transact).tables() == std::vector<std::string>{"x", "y"});
}

TEST_CASE("call: tables are found in PartiQL statements and in the ARNs of what a table has") {
  const auto tables = [](const char* target, const char* body) {
    const Request request = request_of(target, body);
    return Call(request).tables();
  };
  CHECK(tables("DynamoDB_20120810.ExecuteStatement", R"({"Statement":"DELETE FROM \"a\""})") ==
        std::vector<std::string>{"a"});
  CHECK(
      tables(
          "DynamoDB_20120810.BatchExecuteStatement",
          R"({"Statements":[{"Statement":"SELECT * FROM a"},{"Statement":"UPDATE b SET x=1"}]})") ==
      std::vector<std::string>{"a", "b"});
  CHECK(tables("DynamoDB_20120810.ExecuteTransaction",
               R"({"TransactStatements":[{"Statement":"INSERT INTO c VALUE {}"},{},7]})") ==
        std::vector<std::string>{"c"});
  const std::string stream = "arn:aws:dynamodb:eu-west-1:1:table/t/stream/2026";
  CHECK(tables("DynamoDBStreams_20120810.DescribeStream",
               (R"({"StreamArn":")" + stream + "\"}").c_str()) == std::vector{stream});
  CHECK(tables("DynamoDBStreams_20120810.GetRecords", R"({"ShardIterator":"opaque"})").empty());
}

TEST_CASE("call: a body that is not JSON is a null document and names no table") {
  const Request broken = request_of("DynamoDB_20120810.GetItem", R"({"TableName":)");
  const Call call(broken);
  CHECK(call.params().is_null());
  CHECK(call.tables().empty());
}

TEST_CASE("call: the caller's key and region come from the credential scope") {
  const Headers headers{
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=AKIA1/20261009/eu-west-2/dynamodb/aws4_request, "
       "SignedHeaders=host, Signature=00"}};
  CHECK(identity_of(headers) == Identity{"AKIA1", "eu-west-2"});
  CHECK(identity_of(Headers{}) == Identity{});
  CHECK(identity_of(Headers{{"authorization", "AWS4-HMAC-SHA256 Credential=x"}}) ==
        Identity{"x", ""});
  const Request presigned{
      "POST",
      "/?X-Amz-Credential=AKIA2%2F20261009%2Fus-west-1%2Fdynamodb%2faws4_request"
      "&X-Amz-Signature=s",
      {},
      "{}",
      {}};
  CHECK(Call(presigned).identity() == Identity{"AKIA2", "us-west-1"});
}

}  // namespace dynatape::core
