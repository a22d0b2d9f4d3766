#include "interceptors/lost_answers.h"

#include <catch2/catch.hpp>

#include "lab.h"

namespace dynatape::interceptors {
namespace {

CallSpec called(CallSpec spec, std::string invocation) {
  spec.invocation = std::move(invocation);
  return spec;
}

const std::string kFirstLost = one_rule(R"({"lost_answer":{}})", R"(,"when":{"attempt":1})");
const core::Response kRefused{
    400, {}, R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"})"};
const core::Response kThrottled{
    400, {}, R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"})"};

using Tallies = std::vector<LostAnswerTally>;

}  // namespace

TEST_CASE("lost answers: a retry that is applied again is told of") {
  Lab lab(kFirstLost);
  const CallSpec add = called(update_item("counters", "a"), "one");
  lab.call(add);
  CHECK(lab.rules->lost_answers() == Tallies{{"r: UpdateItem on counters", 1, {}}});
  lab.call(add);
  CHECK(lab.rules->lost_answers() ==
        Tallies{{"r: UpdateItem on counters", 1, {{"applied again", 1}}}});
  lab.call(called(update_item("counters", "a"), "two"));
  CHECK(describe(lab.rules->lost_answers().front()) ==
        "r: UpdateItem on counters: 2 were applied although their answers were lost; 1 retry was "
        "applied again");
}

TEST_CASE("lost answers: a retry that its condition refuses is told of") {
  Lab lab(kFirstLost);
  const CallSpec update = called(update_item("counters", "a"), "one");
  lab.call(update);
  lab.upstream->next = {kThrottled, kRefused};
  lab.call(update);
  lab.call(update);
  CHECK(lab.rules->lost_answers() ==
        Tallies{
            {"r: UpdateItem on counters", 1, {{"refused (ConditionalCheckFailedException)", 1}}}});
}

TEST_CASE("lost answers: a retry that its token absorbs is told of") {
  Lab lab(kFirstLost);
  const CallSpec transaction = called(
      {"TransactWriteItems",
       R"({"ClientRequestToken":"x","TransactItems":[{"Put":{"TableName":"t","Item":{}}}]})"},
      "one");
  lab.call(transaction);
  lab.call(transaction);
  CHECK(lab.rules->lost_answers() ==
        Tallies{{"r: TransactWriteItems on t", 1, {{"absorbed by its token", 1}}}});
}

TEST_CASE("lost answers: what was not applied, was refused, or only reads, is not counted") {
  Lab lost_request(one_rule(R"({"lost_request":{}})"));
  lost_request.call(called(update_item("t", "a"), "one"));
  CHECK(lost_request.rules->lost_answers().empty());

  Lab lab(one_rule(R"({"lost_answer":{}})"));
  lab.call(called(get_item("t", "a"), "one"));
  lab.call(called({"DescribeTable", R"({"TableName":"t"})"}, "two"));
  lab.call(called({"ExecuteStatement", R"({"Statement":"SELECT * FROM t"})"}, "three"));
  lab.upstream->next = {kRefused};
  lab.call(called(update_item("t", "a"), "four"));
  CHECK(lab.rules->lost_answers().empty());
}

TEST_CASE("lost answers: a cut answer is lost, a slow one is not") {
  for (const auto& [then, lost] : {std::pair{R"({"truncate":{}})", true},
                                   {R"({"reset":{}})", true},
                                   {R"({"lost_answer":{"ending":"InternalServerError"}})", true},
                                   {R"({"hang":{}})", true},
                                   {R"({"hang":{"ending":"answer"}})", false},
                                   {R"({"hang":{"applied":false}})", false},
                                   {R"({"dribble":{}})", false},
                                   {R"({"reset":{"at":"after"}})", false},
                                   {R"({"error":"InternalServerError"})", false}}) {
    INFO(then);
    Lab lab(one_rule(then));
    lab.call(update_item("t", "a"));
    CHECK(lab.rules->lost_answers().empty() != lost);
  }
}

TEST_CASE("lost answers: statements that write change something") {
  Lab lab(one_rule(R"({"lost_answer":{}})"));
  lab.call({"ExecuteStatement", R"({"Statement":"DELETE FROM \"t\" WHERE id='a'"})"});
  lab.call(
      {"ExecuteTransaction",
       R"({"TransactStatements":[{"Statement":"SELECT * FROM t"},{"Statement":"UPDATE t SET a=1"}]})"});
  CHECK(lab.rules->lost_answers() ==
        Tallies{{"r: ExecuteStatement on t", 1, {}}, {"r: ExecuteTransaction on t", 1, {}}});
}

TEST_CASE("lost answers: an edit of the rules forgets none, and tells of each once") {
  Lab lab(kFirstLost);
  const CallSpec add = called(update_item("t", "a"), "one");
  lab.call(add);
  const auto before = lab.rules;
  lab.edit(one_rule(R"({"latency":"1ms"})"));
  lab.call(add);
  CHECK(before->lost_answers().empty());
  CHECK(lab.rules->lost_answers() == Tallies{{"r: UpdateItem on t", 1, {{"applied again", 1}}}});
}

}  // namespace dynatape::interceptors
