#include "polyfill_lab.h"

namespace dynatape::interceptors {
TEST_CASE("tags: they are added, replaced, taken away and listed") {
  PolyfillLab it;
  const std::string arn = "arn:aws:dynamodb:ddblocal:000000000000:table/notes";
  const auto tags = [&] { return it.call("ListTagsOfResource", {{"ResourceArn", arn}}); };
  const auto tag = [](const char* key, const char* value) {
    return json{{"Key", key}, {"Value", value}};
  };
  CHECK(tags() == json{{"Tags", json::array()}});
  const core::Reply done = it.lab.call(
      {"TagResource",
       json{{"ResourceArn", arn}, {"Tags", {tag("a", "1"), tag("größe", "2")}}}.dump()});
  CHECK((done.response.status == 200 && done.response.body.empty()));
  it.lab.call({"TagResource", json{{"ResourceArn", arn}, {"Tags", {tag("a", "3")}}}.dump()});
  CHECK(tags() == json{{"Tags", {tag("a", "3"), tag("größe", "2")}}});
  it.lab.call({"UntagResource", json{{"ResourceArn", arn}, {"TagKeys", {"a", "b"}}}.dump()});
  CHECK(tags() == json{{"Tags", json::array({tag("größe", "2")})}});
  // The upstream makes the table and forgets its tags.
  it.call("CreateTable", {{"TableName", "tagged"}, {"Tags", json::array({tag("c", "4")})}});
  CHECK(
      it.call("ListTagsOfResource", {{"ResourceArn", arn.substr(0, arn.size() - 5) + "tagged"}}) ==
      json{{"Tags", json::array({tag("c", "4")})}});
}

TEST_CASE("tags: what is wrong with them is said as the service says it") {
  PolyfillLab it;
  const std::string root = "arn:aws:dynamodb:ddblocal:000000000000:table/";
  const auto refused = [&](const json& tags, const std::string& arn) {
    return it.refused("TagResource", {{"ResourceArn", arn}, {"Tags", tags}});
  };
  const auto invalid = [&](const json& tags) {
    return refused(tags, root + "notes").substr(std::string("ValidationException: ").size());
  };
  CHECK(invalid(json::array()) == "Atleast one Tag needs to be provided as Input.");
  CHECK(invalid(json::array({{{"Key", "AWS:x"}, {"Value", ""}}})) ==
        "Tag Key cannot be prefixed with aws:, Key: AWS:x");
  CHECK(invalid(json::array({{{"Key", "a!"}, {"Value", ""}}})) ==
        "The Tag Key provided is invalid, Key: a!");
  CHECK(invalid(json::array({{{"Key", "a"}}})) == "The Tag Value provided is invalid, Value: null");
  CHECK(invalid(json::array({{{"Key", "a"}, {"Value", "1"}}, {{"Key", "a"}, {"Value", "2"}}})) ==
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found a");
  json many = json::array();
  for (int i = 0; i < 50; ++i) many.push_back({{"Key", std::to_string(i)}, {"Value", "x"}});
  it.lab.call({"TagResource", json{{"ResourceArn", root + "notes"}, {"Tags", many}}.dump()});
  CHECK(invalid(json::array({{{"Key", "one-more"}, {"Value", "x"}}})) ==
        "Number of Tags exceed the current limit for the provided ResourceArn");
  const json fine = json::array({{{"Key", "a"}, {"Value", "1"}}});
  CHECK(refused(fine, root + "none") ==
        "ResourceNotFoundException: Requested resource not found: ResourcArn: " + root +
            "none not found");
  CHECK(refused(fine, root + "notes/index/x") ==
        "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input " + root +
            "notes/index/x");
  CHECK(it.refused("UntagResource", {{"TagKeys", {"a"}}}) ==
        "ValidationException: Invalid TableArn");
}

TEST_CASE("tags: a key has 128 characters at most and a value 256, whatever their bytes") {
  PolyfillLab it;
  const std::string arn = "arn:aws:dynamodb:ddblocal:000000000000:table/notes";
  const auto text = [](int characters) {
    std::string text;
    for (int i = 0; i < characters; ++i) text += "ö";
    return text;
  };
  const auto status = [&](const std::string& key, const std::string& value) {
    const json tags = json::array({{{"Key", key}, {"Value", value}}});
    return it.lab.call({"TagResource", json{{"ResourceArn", arn}, {"Tags", tags}}.dump()})
        .response.status;
  };
  CHECK(status(text(128), text(256)) == 200);
  CHECK(status(text(129), "x") == 400);
  CHECK(status("x", text(257)) == 400);
}

TEST_CASE("tags: no token was ever given out") {
  PolyfillLab it;
  CHECK(it.refused("ListTagsOfResource",
                   {{"ResourceArn", "arn:aws:dynamodb:ddblocal:000000000000:table/notes"},
                    {"NextToken", "x"}}) == "ValidationException: Invalid NextToken: x");
}

TEST_CASE("tags: those of a table that was not made are not kept, nor those of one made before") {
  PolyfillLab it;
  const json tagged = {{"TableName", "notes"},
                       {"Tags", json::array({{{"Key", "a"}, {"Value", "1"}}})}};
  CHECK(it.refused("CreateTable", tagged).starts_with("ResourceInUseException"));
  CHECK(!it.context.settings->has(TableSettings::Subject::tags));
  it.call("DeleteTable", {{"TableName", "notes"}});
  it.call("CreateTable", tagged);
  it.call("DeleteTable", {{"TableName", "notes"}});
  it.call("CreateTable", {{"TableName", "notes"}});
  CHECK(it.call("ListTagsOfResource",
                {{"ResourceArn", "arn:aws:dynamodb:ddblocal:000000000000:table/notes"}}) ==
        json{{"Tags", json::array()}});
}

}  // namespace dynatape::interceptors
