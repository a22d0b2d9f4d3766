#include "interceptors/error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "interceptors/exception_table.h"
#include "lab.h"

namespace dynatape::interceptors {
namespace {

using nlohmann::json;

std::string rule(std::string_view error) {
  return one_rule("{\"error\":" + std::string(error) + "}");
}

const CallSpec kTransaction{
    "TransactWriteItems",
    R"({"TransactItems":[{"Put":{"TableName":"a"}},{"Put":{"TableName":"b"}},{"Put":{"TableName":"a"}}]})"};

/// The reply to a call, from an `error` with these options.
core::Reply answer(std::string_view error, const CallSpec& call) {
  return Lab(rule(error)).call(call);
}
json body(std::string_view error, const CallSpec& call) {
  return json::parse(answer(error, call).response.body);
}

}  // namespace

TEST_CASE("error: every exception of the table is answered in the service's shape") {
  for (const ExceptionRow& row : exception_table()) {
    INFO(row.name);
    const core::Reply reply = answer('"' + std::string(row.name) + '"', kTransaction);
    CHECK(reply.source == core::Source::fault);
    CHECK(reply.response.status == row.status);
    CHECK(reply.response.headers.get("content-type") == "application/x-amz-json-1.0");
    CHECK(reply.response.body.starts_with(R"({"__type":"com.amazon)"));
    const json error = json::parse(reply.response.body);
    CHECK(error.at("__type") == std::string(row.prefix) + std::string(row.name));
    const bool silent = row.name == "UnknownOperationException";
    CHECK(error.contains(row.message_member) != silent);
    CHECK(error.contains("message") + error.contains("Message") == (silent ? 0 : 1));
    CHECK(error.contains("ThrottlingReasons") == (row.detail == Detail::throttling_reasons));
    CHECK(error.contains("throttlingReasons") == (row.detail == Detail::throttling_reasons_lower));
    CHECK(error.contains("CancellationReasons") == (row.detail == Detail::cancellation_reasons));
  }
}

TEST_CASE("error: the table has every exception of the service models, each once") {
  const std::set<std::string_view> models{
      "BackupInUseException", "BackupNotFoundException", "ConditionalCheckFailedException",
      "ContinuousBackupsUnavailableException", "DuplicateItemException", "ExportConflictException",
      "ExportNotFoundException", "GlobalTableAlreadyExistsException",
      "GlobalTableNotFoundException", "IdempotentParameterMismatchException",
      "ImportConflictException", "ImportNotFoundException", "IndexNotFoundException",
      "InternalServerError", "InvalidEndpointException", "InvalidExportTimeException",
      "InvalidRestoreTimeException", "ItemCollectionSizeLimitExceededException",
      "LimitExceededException", "PointInTimeRecoveryUnavailableException",
      "PolicyNotFoundException", "ProvisionedThroughputExceededException",
      "ReplicaAlreadyExistsException", "ReplicaNotFoundException",
      "ReplicatedWriteConflictException", "RequestLimitExceeded", "ResourceInUseException",
      "ResourceNotFoundException", "TableAlreadyExistsException", "TableInUseException",
      "TableNotFoundException", "ThrottlingException", "TransactionCanceledException",
      "TransactionConflictException", "TransactionInProgressException",
      // streams
      "ExpiredIteratorException", "TrimmedDataAccessException"};
  std::set<std::string_view> names;
  for (const ExceptionRow& row : exception_table()) CHECK(names.insert(row.name).second);
  CHECK(std::ranges::includes(names, models));
}

TEST_CASE("error: bodies are the service's, byte for byte, where those were recorded") {
  CHECK(answer(R"("ConditionalCheckFailedException")", put_item("t", "a")).response.body ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
        R"("message":"The conditional request failed"})");
  CHECK(answer(R"({"type":"TransactionCanceledException",
                   "cancellation_reasons":["None","None","ConditionalCheckFailed"]})",
               kTransaction)
            .response.body ==
        R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
        R"("CancellationReasons":[{"Code":"None"},{"Code":"None"},)"
        R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}],)"
        R"("Message":"Transaction cancelled, please refer cancellation reasons for specific )"
        R"(reasons [None, None, ConditionalCheckFailed]"})");
}

TEST_CASE("error: a failed condition comes with its item where the action asked for it") {
  const char* const rule = R"({"type":"TransactionCanceledException","cancellation_reasons":[
      {"code":"ConditionalCheckFailed","item":{"pk":{"S":"a"}}},
      {"code":"ConditionalCheckFailed","item":{"pk":{"S":"b"}}}]})";
  const CallSpec call{"TransactWriteItems", R"({"TransactItems":[
      {"Put":{"TableName":"t","Item":{},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
      {"Put":{"TableName":"t","Item":{}}}]})"};
  CHECK(body(rule, call).at("CancellationReasons") == json::parse(R"([
      {"Code":"ConditionalCheckFailed","Item":{"pk":{"S":"a"}},
       "Message":"The conditional request failed"},
      {"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}])"));
}

TEST_CASE("error: a throttle says which limit of which table was exceeded") {
  CallSpec write = put_item("orders", "a");
  write.region = "eu-west-2";
  CHECK(body(R"("ProvisionedThroughputExceededException")", write).at("ThrottlingReasons") ==
        json::parse(R"([{"reason":"TableWriteProvisionedThroughputExceeded",
                         "resource":"arn:aws:dynamodb:eu-west-2:000000000000:table/orders"}])"));
  CHECK(body(R"("RequestLimitExceeded")", get_item("orders", "a")).at("ThrottlingReasons") ==
        json::parse(R"([{"reason":"TableReadAccountLimitExceeded",
                         "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/orders"}])"));
  CHECK(body(R"("ThrottlingException")", kTransaction).at("throttlingReasons") ==
        json::parse(R"([{"reason":"TableWriteKeyRangeThroughputExceeded",
                         "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/a"},
                        {"reason":"TableWriteKeyRangeThroughputExceeded",
                         "resource":"arn:aws:dynamodb:us-east-1:000000000000:table/b"}])"));
}

TEST_CASE("error: the index of a query, or of the rule, is what is throttled") {
  const CallSpec query{"Query", R"({"TableName":"orders","IndexName":"by-date"})"};
  const auto reason = [](std::string_view options, const CallSpec& call) {
    return body(R"({"type":"ThrottlingException")" + std::string(options) + "}", call)
        .at("throttlingReasons")
        .at(0);
  };
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
  CHECK(reason("", query) == json{{"reason", "IndexReadKeyRangeThroughputExceeded"},
                                  {"resource", arn + "/index/by-date"}});
  CHECK(reason(R"(,"reason":"TableReadAccountLimitExceeded")", query) ==
        json{{"reason", "TableReadAccountLimitExceeded"}, {"resource", arn}});
  CHECK(reason(R"(,"index":"by-name","reason":"MaxOnDemandThroughputExceeded")",
               put_item("orders", "a")) ==
        json{{"reason", "IndexWriteMaxOnDemandThroughputExceeded"},
             {"resource", arn + "/index/by-name"}});
}

TEST_CASE("error: a throttled control call, or one that names no table, has no reasons") {
  CHECK(answer(R"("ThrottlingException")", {"ListTables"}).response.body.find("easons") ==
        std::string::npos);
  CHECK(answer(R"("ThrottlingException")", {"CreateTable", R"({"TableName":"t"})"})
            .response.body.find("easons") == std::string::npos);
}

TEST_CASE("error: message, status and x-amz-retry-after are as the rule says") {
  const core::Reply reply = answer(
      R"({"type":"InternalServerError","message":"a \"b\"\n","status":503,"retry_after":"1.5s"})",
      get_item("t", "a"));
  CHECK(reply.response.status == 503);
  CHECK(reply.response.headers.get("x-amz-retry-after") == "1500");
  CHECK(json::parse(reply.response.body).at("message") == "a \"b\"\n");
}

TEST_CASE("error: a transaction without reasons in the rule conflicts on its first item") {
  CHECK(body(R"("TransactionCanceledException")", kTransaction).at("CancellationReasons") ==
        json::parse(
            R"([{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},
                        {"Code":"None"},{"Code":"None"}])"));
  CHECK(body(R"({"type":"TransactionCanceledException",
                 "cancellation_reasons":["None",{"code":"ThrottlingError","message":"slow"}]})",
             kTransaction)
            .at("CancellationReasons") ==
        json::parse(
            R"([{"Code":"None"},{"Code":"ThrottlingError","Message":"slow"},{"Code":"None"}])"));
}

TEST_CASE("error: a cancelled transaction cannot be given to a call that is none") {
  Lab lab(rule(R"("TransactionCanceledException")"));
  CHECK_FALSE(lab.faulted(put_item("t", "a")));
  CHECK(lab.notes ==
        std::vector<core::Note>{{"error", "r: not delivered, the call is no transaction"}});
  CHECK(lab.rules->tallies() ==
        std::vector<FaultTally>{{"r", "error", 1, 0, {{"the call is no transaction", 1}}}});
}

TEST_CASE("error: more cancellation reasons than items are not delivered, and not counted so") {
  Lab lab(R"({"rules":[{"name":"r","times":1,"then":{"error":{"type":"TransactionCanceledException",
      "cancellation_reasons":["None","None","None","ValidationError"]}}}]})");
  CHECK_FALSE(lab.faulted(kTransaction));
  CallSpec four = kTransaction;
  four.body.insert(four.body.find('['), R"([1,2,3,4],"x":)");
  CHECK(lab.faulted(four));
}

}  // namespace dynatape::interceptors
