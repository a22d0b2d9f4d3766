#include "cassettes/pseudonyms.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "cassettes/body_redaction.h"
#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

const Pseudonyms kPseudonyms("a key");

RedactionRule about(const std::string& attribute, std::vector<std::string> tables = {}) {
  RedactionRule rule;
  rule.attribute = attribute;
  rule.tables = std::move(tables);
  rule.action = RedactionAction::pseudonym;
  return rule;
}

std::string request(std::string body, const std::vector<RedactionRule>& rules,
                    std::string_view operation = "Query") {
  const auto compiled = compile(rules);
  RequestTrace trace;
  BodyRedaction(compiled, &kPseudonyms).request(body, operation, trace);
  return body;
}

std::string answer(const std::string& asked, std::string body,
                   const std::vector<RedactionRule>& rules, std::string_view operation) {
  const auto compiled = compile(rules);
  const BodyRedaction redaction(compiled, &kPseudonyms);
  RequestTrace trace;
  std::string request_body = asked;
  redaction.request(request_body, operation, trace);
  redaction.answer(body, operation, trace);
  return body;
}

const std::string kBob = "bob@example.com";
const std::string kPseudoBob = kPseudonyms.of_text(kBob);

/// `text` with bob's address, and with what stands for it.
std::string with(std::string text, const std::string& address) {
  for (auto at = text.find("BOB"); at != std::string::npos; at = text.find("BOB")) {
    text.replace(at, 3, address);
  }
  return text;
}

}  // namespace

TEST_CASE("hmac: as RFC 4231 has it") {
  CHECK(core::hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("pseudonyms: the same for the same, of the same type, and known as such") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::set<std::string> texts;
  std::set<std::string> numbers;
  for (int i = 0; i < 2'000; ++i) {
    std::string text(1 + random() % 100, 'x');
    for (char& c : text) c = static_cast<char>(' ' + random() % 95);
    text += std::to_string(i);
    const std::string other = kPseudonyms.of_text(text);
    CHECK(other == kPseudonyms.of_text(text));
    CHECK(other != text);
    CHECK_FALSE(kPseudonyms.is_text(text));
    CHECK(kPseudonyms.is_text(other));
    CHECK(kPseudonyms.of_text(other) == other);
    CHECK(texts.insert(other).second);

    const std::string number = std::to_string(static_cast<std::int64_t>(random() >> random() % 60));
    const std::string other_number = kPseudonyms.of_number(number);
    CHECK(other_number.size() == 16);
    CHECK(kPseudonyms.of_number(other_number) == other_number);
    CHECK(kPseudonyms.of_number(number + ".0") == other_number);
    numbers.insert(other_number);

    const std::string bytes = kPseudonyms.of_bytes(text);
    CHECK(bytes != text);
    CHECK(kPseudonyms.of_bytes(bytes) == bytes);
  }
  CHECK(Pseudonyms("another key").of_text(kBob) != kPseudoBob);
}

TEST_CASE("pseudonyms: addresses, UUIDs and lengths keep their shape") {
  CHECK_THAT(kPseudoBob, Catch::EndsWith("@example.invalid"));
  const auto uuid = kPseudonyms.of_text("8F14E45F-ceea-467f-a9b8-4d5a4f4b1d6c");
  CHECK(uuid == kPseudonyms.of_text("8f14e45f-ceea-467f-a9b8-4d5a4f4b1d6c"));
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '8');
  CHECK(kPseudonyms.of_text(uuid) == uuid);
  CHECK(kPseudonyms.of_text("short").size() == 21);
  CHECK(kPseudonyms.of_text(std::string(100, 'x')).size() == 64);
  CHECK(kPseudonyms.of_bytes(std::string(5'000, 'x')).size() == 4'096);
  CHECK(kPseudonyms.of_text("").empty());
  CHECK(kPseudonyms.of_number("NaN") == "NaN");
}

TEST_CASE("pseudonyms: an attribute is found wherever a request can have it") {
  const std::string bodies[] = {
      R"j({"TableName":"users","Item":{"email":{"S":"BOB"},"n":{"N":"1"}}})j",
      R"j({"TableName":"users","Key":{"email":{"S":"BOB"}}})j",
      R"j({"TableName":"users","KeyConditionExpression":"email = :e","ExpressionAttributeValues":{":e":{"S":"BOB"}}})j",
      R"j({"TableName":"users","KeyConditionExpression":"#e = :e AND n > :n","ExpressionAttributeNames":{"#e":"email"},"ExpressionAttributeValues":{":e":{"S":"BOB"},":n":{"N":"5"}}})j",
      R"j({"TableName":"users","FilterExpression":"n = :n OR email IN (:a, :b)","ExpressionAttributeValues":{":n":{"N":"1"},":a":{"S":"BOB"},":b":{"S":"BOB"}}})j",
      R"j({"TableName":"users","FilterExpression":"begins_with(email, :p) AND size(email) > :n","ExpressionAttributeValues":{":p":{"S":"BOB"},":n":{"N":"3"}}})j",
      R"j({"TableName":"users","ConditionExpression":":e = email","ExpressionAttributeValues":{":e":{"S":"BOB"}}})j",
      R"j({"TableName":"users","ConditionExpression":"NOT email BETWEEN :a AND :b","ExpressionAttributeValues":{":a":{"S":"BOB"},":b":{"S":"BOB"}}})j",
      R"j({"TableName":"users","UpdateExpression":"SET email = if_not_exists(email, :e), n = :n","ExpressionAttributeValues":{":e":{"S":"BOB"},":n":{"S":"x"}}})j",
      R"j({"TableName":"users","UpdateExpression":"ADD email :e","ExpressionAttributeValues":{":e":{"SS":["BOB"]}}})j",
      R"j({"TableName":"users","ExclusiveStartKey":{"email":{"S":"BOB"}}})j",
      R"j({"TableName":"users","Expected":{"email":{"Value":{"S":"BOB"}}}})j",
      R"j({"TableName":"users","KeyConditions":{"email":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"BOB"}]}}})j",
      R"j({"TableName":"users","AttributeUpdates":{"email":{"Value":{"S":"BOB"},"Action":"PUT"}}})j",
      R"j({"RequestItems":{"users":{"Keys":[{"email":{"S":"BOB"}}]}}})j",
      R"j({"RequestItems":{"users":[{"PutRequest":{"Item":{"email":{"S":"BOB"}}}},{"DeleteRequest":{"Key":{"email":{"S":"BOB"}}}}]}})j",
      R"j({"TransactItems":[{"Update":{"TableName":"users","Key":{"email":{"S":"BOB"}},"UpdateExpression":"SET email = :e","ExpressionAttributeValues":{":e":{"S":"BOB"}}}}]})j",
      R"j({"Statement":"SELECT * FROM users WHERE email = 'BOB' AND n = 'x'"})j",
      R"j({"Statement":"SELECT * FROM \"users\" WHERE 'BOB' = \"email\" OR email IN ['BOB', 'BOB']"})j",
      R"j({"Statement":"INSERT INTO users VALUE {'n': 'é', 'email': 'BOB'}"})j",
      R"j({"Statement":"UPDATE users SET n = 'x' SET email = 'BOB' WHERE id = 'y'"})j",
      R"j({"Statement":"SELECT * FROM users WHERE begins_with(email, 'BOB')"})j",
      R"j({"Statement":"SELECT * FROM users WHERE n = ? AND email = ?","Parameters":[{"S":"x"},{"S":"BOB"}]})j",
      R"j({"Statements":[{"Statement":"DELETE FROM users WHERE email = 'BOB'"}]})j",
  };
  for (const std::string& body : bodies) {
    INFO(body);
    const std::string redacted = request(with(body, kBob), {about("email", {"users"})});
    CHECK(redacted == with(body, kPseudoBob));
    CHECK(request(redacted, {about("email", {"users"})}) == redacted);
    CHECK(request(with(body, kBob), {about("email", {"orders"})}) == with(body, kBob));
    CHECK(request(with(body, kBob), {about("mail")}) == with(body, kBob));
  }
}

TEST_CASE("pseudonyms: an expression that cannot be read hides nothing") {
  const std::string body =
      R"({"TableName":"t","FilterExpression":"email == :e","ExpressionAttributeValues":{":e":{"S":"BOB"}}})";
  CHECK(request(with(body, kBob), {about("email")}) == with(body, kPseudoBob));
  CHECK_FALSE(request(R"j({"Statement":"SELECT FROM WHERE ''' email = 'bob@example.com'"})j",
                      {about("email")})
                  .contains(kBob));
}

TEST_CASE("pseudonyms: nested attributes, lists, sets and types") {
  const auto rules = std::vector{about("address.street"), about("phones[*]"), about("**.ssn")};
  const auto body = request(
      R"({"TableName":"t","Item":{"address":{"M":{"street":{"S":"Elm"},"zip":{"S":"1"}}},)"
      R"("phones":{"L":[{"S":"1"},{"N":"2"}]},"deep":{"M":{"er":{"M":{"ssn":{"NS":["1","2.0"]}}}}},)"
      R"("ssn":{"B":"AQID"},"flag":{"BOOL":true}}})",
      rules);
  CHECK_FALSE(body.contains("Elm"));
  CHECK(body.contains(R"("zip":{"S":"1"})"));
  CHECK(body.contains(R"([{"S":")" + kPseudonyms.of_text("1") + R"("},{"N":")" +
                      kPseudonyms.of_number("2") + "\"}]"));
  CHECK(body.contains(R"({"NS":[")" + kPseudonyms.of_number("1") + "\",\"" +
                      kPseudonyms.of_number("2") + "\"]}"));
  CHECK_FALSE(body.contains("AQID"));
  CHECK(request(body, rules) == body);
  CHECK(
      request(
          R"j({"UpdateExpression":"SET address.street = :s","ExpressionAttributeValues":{":s":{"S":"Elm"}}})j",
          rules)
          .contains(kPseudonyms.of_text("Elm")));
}

TEST_CASE("pseudonyms: answers carry those of their requests, table by table") {
  const std::string transaction =
      R"({"TransactItems":[{"Get":{"TableName":"orders","Key":{"email":{"S":"bob@example.com"}}}},)"
      R"({"Get":{"TableName":"users","Key":{"email":{"S":"bob@example.com"}}}}]})";
  CHECK(
      answer(
          transaction,
          with(R"j({"Responses":[{"Item":{"email":{"S":"BOB"}}},{"Item":{"email":{"S":"BOB"}}}]})j",
               kBob),
          {about("email", {"users"})}, "TransactGetItems") ==
      R"({"Responses":[{"Item":{"email":{"S":"bob@example.com"}}},{"Item":{"email":{"S":")" +
          kPseudoBob + "\"}}}]}");
  const std::string query =
      R"({"TableName":"users","KeyConditionExpression":"email = :e","ExpressionAttributeValues":{":e":{"S":"bob@example.com"}}})";
  const std::string page =
      R"({"Items":[{"email":{"S":"BOB"}}],"LastEvaluatedKey":{"email":{"S":"BOB"}}})";
  CHECK(answer(query, with(page, kBob), {about("email", {"users"})}, "Query") ==
        with(page, kPseudoBob));
  CHECK(answer(query, with(page, kBob), {about("email", {"orders"})}, "Query") == with(page, kBob));
  const std::string error = R"({"__type":"x","message":"no BOB here"})";
  CHECK(answer(query, with(error, kBob), {about("email")}, "Query") == with(error, kPseudoBob));
  const std::string stream =
      R"({"Records":[{"dynamodb":{"Keys":{"email":{"S":"BOB"}},"NewImage":{"email":{"S":"BOB"}}}}]})";
  CHECK(answer("{}", with(stream, kBob), {about("email", {"users"})}, "GetRecords") ==
        with(stream, kPseudoBob));
}

TEST_CASE("redaction rules: masks keep the type, patterns reach every text and what is encoded") {
  RedactionRule mask;
  mask.attribute = "x";
  CHECK(
      request(
          R"j({"Item":{"x":{"L":[{"S":"a"},{"N":"7"},{"SS":["a","b"]},{"BOOL":true},{"S":""}]}}})j",
          {mask}) ==
      R"({"Item":{"x":{"L":[{"S":"REDACTED"},{"N":"0"},{"SS":["REDACTED"]},{"BOOL":false},{"S":""}]}}})");
  RedactionRule ssn;
  ssn.pattern = R"(\d{3}-\d{2}-\d{4})";
  CHECK(request(
            R"j({"Item":{"t":{"S":"of 123-45-6789."},"b":{"B":"c3NuIDEyMy00NS02Nzg5IGVuZA=="}}})j",
            {ssn}) ==
        R"({"Item":{"t":{"S":"of REDACTED."},"b":{"B":"c3NuIFJFREFDVEVEIGVuZA=="}}})");
  RedactionRule mail;
  mail.pattern = R"(\S+@\S+)";
  mail.action = RedactionAction::pseudonym;
  const auto redacted = request(R"({"Item":{"t":{"S":"to bob@example.com now"}}})", {mail});
  CHECK(redacted == R"({"Item":{"t":{"S":"to )" + kPseudoBob + R"( now"}}})");
  CHECK(request(redacted, {mail}) == redacted);
  RedactionRule path;
  path.path = "Item.email.S";
  CHECK(request(R"({"Item":{"email":{"S":"a"}},"Key":{"email":{"S":"a"}}})", {path}) ==
        R"({"Item":{"email":{"S":"REDACTED"}},"Key":{"email":{"S":"a"}}})");
}

TEST_CASE("redaction rules: a body that no rule is about stays, byte for byte") {
  const std::string body = R"( {"TableName" : "t", "Item": {"\u0061": {"N": "1.0"}}} )";
  CHECK(request(body, {about("email")}) == body);
}

TEST_CASE(
    "redaction rules: dropped attributes are gone from items, and masked where one is needed") {
  RedactionRule rule;
  rule.action = RedactionAction::drop;
  for (const std::string& attribute : {std::string("**.email"), std::string("phones[1]")}) {
    rule.attribute = attribute;
    const bool email = attribute == "**.email";
    CHECK(request(R"({"TableName":"t","Item":{"id":{"S":"1"},"email":{"S":"a"},)"
                  R"("contact":{"M":{"email":{"SS":["a"]},"name":{"S":"b"}}},)"
                  R"("phones":{"L":[{"S":"1"},{"S":"2"},{"S":"3"}]}}})",
                  {rule}, "PutItem") ==
          (email ? R"({"TableName":"t","Item":{"id":{"S":"1"},"contact":{"M":{"name":{"S":"b"}}},)"
                   R"("phones":{"L":[{"S":"1"},{"S":"2"},{"S":"3"}]}}})"
                 : R"({"TableName":"t","Item":{"id":{"S":"1"},"email":{"S":"a"},)"
                   R"("contact":{"M":{"email":{"SS":["a"]},"name":{"S":"b"}}},)"
                   R"("phones":{"L":[{"S":"1"},{"S":"3"}]}}})"));
  }
  rule.attribute = "email";
  CHECK(request(R"({"TableName":"t","Key":{"email":{"S":"a"}},"UpdateExpression":"SET email = :e",)"
                R"("ExpressionAttributeValues":{":e":{"S":"a"}}})",
                {rule}, "UpdateItem") ==
        R"({"TableName":"t","Key":{"email":{"S":"REDACTED"}},"UpdateExpression":"SET email = :e",)"
        R"("ExpressionAttributeValues":{":e":{"S":"REDACTED"}}})");
  CHECK(answer(R"({"TableName":"t"})",
               R"({"Items":[{"id":{"S":"1"},"email":{"S":"a"}}],)"
               R"("LastEvaluatedKey":{"email":{"S":"a"}}})",
               {rule}, "Scan") ==
        R"({"Items":[{"id":{"S":"1"}}],"LastEvaluatedKey":{"email":{"S":"REDACTED"}}})");
  rule = {};
  rule.action = RedactionAction::drop;
  rule.path = "Item.notes";
  CHECK(request(R"({"Item":{"notes":{"S":"x"},"id":{"S":"1"}}})", {rule}, "PutItem") ==
        R"({"Item":{"id":{"S":"1"}}})");
}

TEST_CASE("redaction rules: pseudonyms in order, in keys, conditions and answers") {
  auto rule = about("score");
  rule.ordered = true;
  const auto of = [](int number) {
    return kPseudonyms.of_number(std::to_string(number), Pseudonyms::Order::kept);
  };
  CHECK(
      request(R"({"TableName":"t","KeyConditionExpression":"id = :i AND score BETWEEN :a AND :b",)"
              R"("ExpressionAttributeValues":{":i":{"S":"1"},":a":{"N":"5"},":b":{"N":"7"}}})",
              {rule}) ==
      R"({"TableName":"t","KeyConditionExpression":"id = :i AND score BETWEEN :a AND :b",)"
      R"("ExpressionAttributeValues":{":i":{"S":"1"},":a":{"N":")" +
          of(5) + R"("},":b":{"N":")" + of(7) + R"("}}})");
  CHECK(of(5) < of(6));
}

TEST_CASE("redaction rules: paths") {
  CHECK(parse_path("a.b[3].*").value() == PathSteps{"a", "b", "[3]", "*"});
  CHECK(parse_path(R"("a.b"."c d")").value() == PathSteps{"a.b", "c d"});
  CHECK(to_text(PathSteps{"a.b", "[0]", "c"}) == R"("a.b"[0].c)");
  for (const char* wrong : {"", ".", "a.", "a..b", "a[", "a[x]", "a b", "\"a"}) {
    CHECK_FALSE(parse_path(wrong).has_value());
  }
  const auto fits = [](const char* pattern, const char* place) {
    return covers(parse_path(pattern).value(), parse_path(place).value());
  };
  CHECK(fits("a", "a.b"));
  CHECK_FALSE(fits("a.b", "a"));
  CHECK(fits("a.*.c", "a.b.c"));
  CHECK_FALSE(fits("*", "[0]"));
  CHECK(fits("a[*]", "a[7].b"));
  CHECK(fits("**.ssn", "a[7].ssn"));
  CHECK(fits("**", "a"));
}

TEST_CASE("redaction rules: text and back") {
  RedactionRules rules;
  rules.removed = {"jwt"};
  rules.rules = {about("email", {"users"}), RedactionRule{{"PutItem"}, {}, "", "Item.x", "a+", {}}};
  rules.allowed = {{"named-secret", "Item.password"}};
  CHECK(redaction_rules_from(to_text(rules)).value() == rules);
  CHECK_FALSE(redaction_rules_from("{}").has_value());
}

}  // namespace dynatape::cassettes
