#include "cassettes/shape.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace dynatape::cassettes {
namespace {

/// What stands between < and > is a hole "id".
void split(const Leaf& leaf, std::vector<Part>& parts) {
  const std::string_view text = leaf.node.text;
  const std::size_t begin = text.find('<');
  const std::size_t end = text.find('>');
  if (begin == std::string_view::npos || end == std::string_view::npos) return;
  if (begin > 0) parts.push_back({text.substr(0, begin), ""});
  parts.push_back({text.substr(begin, end - begin + 1), "id"});
  if (end + 1 < text.size()) parts.push_back({text.substr(end + 1), ""});
}

Shape shape(std::string_view operation, std::string body) {
  std::ranges::replace(body, '\'', '"');
  return shape_of(
      meaning_of({"POST", "/", {}, std::move(body), {}}, core::find_operation(operation)), split);
}

std::vector<std::string> texts(const Shape& shape) {
  std::vector<std::string> texts;
  for (const Hole& hole : shape.holes) texts.push_back(hole.text);
  return texts;
}

Shape put(std::string_view id) {
  return shape("PutItem", "{'TableName':'t','Item':{'id':{'S':'" + std::string(id) + "'}}}");
}

}  // namespace

TEST_CASE("shape: what the holes hold does not count, what stands around them does") {
  CHECK(put("order#<1>").key == put("order#<2>").key);
  CHECK(put("order#<1>").key != put("user#<1>").key);
  CHECK(put("order#<1>").key != put("order#<1>x").key);
  CHECK(put("<1>").key != put("1").key);
  CHECK(put("a").key != put("b").key);
  CHECK(put("order#<1>").holes ==
        std::vector<Hole>{{"id", "<1>", Node::Kind::string_value, "Item.id"}});
}

TEST_CASE("shape: without holes it is the meaning") {
  const core::Request request{
      "POST", "/", {}, R"({"Item":{"s":{"SS":["b","a"]}},"TableName":"t"})", {}};
  const Meaning meaning = meaning_of(request, core::find_operation("PutItem"));
  CHECK(shape_of(meaning, split).key == fingerprint_of(meaning));
}

TEST_CASE("shape: operands are put in order by what is certain about them") {
  const auto query = [](std::string_view filter, std::string_view a, std::string_view b) {
    return shape("Query", "{'KeyConditionExpression':'id=:i','FilterExpression':'" +
                              std::string(filter) +
                              "','ExpressionAttributeValues':{':i':{'S':'1'},':a':{'S':'" +
                              std::string(a) + "'},':b':{'S':'" + std::string(b) + "'}}}");
  };
  const Shape one = query("x = :a AND y = :b", "<z>", "<a>");
  const Shape two = query("y = :b AND x = :a", "<b>", "<y>");
  CHECK(one.key == two.key);
  CHECK(texts(one) == std::vector<std::string>{"<z>", "<a>"});
  CHECK(texts(two) == std::vector<std::string>{"<b>", "<y>"});
  CHECK(one.holes[0].path == "FilterExpression.x");
  CHECK(one.groups.empty());
}

TEST_CASE("shape: entries that only their holes tell apart are a group") {
  const auto batch = [](std::string_view ids) {
    std::string requests;
    for (const char id : ids) {
      requests += requests.empty() ? "" : ",";
      requests += std::string("{'PutRequest':{'Item':{'id':{'S':'<") + id + ">'},'n':{'S':'<" + id +
                  id + ">'}}}}";
    }
    return shape("BatchWriteItem", "{'RequestItems':{'t':[" + requests + "]}}");
  };
  const Shape one = batch("cab");
  CHECK(one.key == batch("xyz").key);
  CHECK(one.key != batch("xy").key);
  CHECK(texts(one) == std::vector<std::string>{"<a>", "<aa>", "<b>", "<bb>", "<c>", "<cc>"});
  CHECK(one.groups == std::vector<Group>{{0, 3, 2}});
  CHECK(one.holes[2].path == "RequestItems.t[*].PutRequest.Item.id");
}

TEST_CASE("shape: groups nest, inner ones first") {
  const Shape shape =
      cassettes::shape("BatchWriteItem",
                       "{'RequestItems':{'t':[{'PutRequest':{'Item':{'s':{'SS':['<2>','<1>']}}}},"
                       "{'PutRequest':{'Item':{'s':{'SS':['<4>','<3>']}}}},"
                       "{'DeleteRequest':{'Key':{'s':{'S':'<0>'}}}}]}}");
  CHECK(texts(shape) == std::vector<std::string>{"<1>", "<2>", "<3>", "<4>", "<0>"});
  CHECK(shape.groups == std::vector<Group>{{0, 2, 1}, {2, 2, 1}, {0, 2, 2}});
}

TEST_CASE("shape: paths name members, places and what an operator is about") {
  const auto paths = [](std::string_view operation, std::string body) {
    std::vector<std::string> found;
    for (const Hole& hole : shape(operation, std::move(body)).holes) found.push_back(hole.path);
    return found;
  };
  using Paths = std::vector<std::string>;
  CHECK(paths("PutItem",
              "{'TableName':'<t>','Item':{'a.b':{'M':{'c':{'L':[{'S':'x'},{'S':'<1>'}]}}}}}") ==
        Paths{"Item.\"a.b\".c[1]", "TableName"});
  CHECK(paths("TransactWriteItems",
              "{'TransactItems':[{'Put':{'TableName':'t','Item':{'id':{'S':'<1>'}}}}]}") ==
        Paths{"TransactItems[0].Put.Item.id"});
  CHECK(paths("BatchGetItem", "{'RequestItems':{'<t>':{'Keys':[{'id':{'S':'<1>'}}]}}}") ==
        Paths{R"(RequestItems."<t>".Keys[*].id)", R"(RequestItems."<t>".TableName)"});
  CHECK(paths("UpdateItem",
              "{'UpdateExpression':'SET #m.b = if_not_exists(c, :v)','ExpressionAttributeNames':{"
              "'#m':'<m>'},'ExpressionAttributeValues':{':v':{'S':'<1>'}}}") ==
        Paths{"UpdateExpression.\"<m>\".b", "UpdateExpression.\"<m>\".b"});
  CHECK(paths("ExecuteStatement",
              "{'Statement':'UPDATE t SET a = ? WHERE id = ?','Parameters':[{'S':'<1>'},{'S':'<2>'}"
              "]}") == Paths{"Statement.Changes.a", "Statement.Where.id"});
}

}  // namespace dynatape::cassettes
