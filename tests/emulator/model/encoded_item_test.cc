#include "emulator/model/encoded_item.h"

#include <catch2/catch.hpp>

namespace dynatape::model {
namespace {

Number number(std::string_view text) { return Number::parse(text).value(); }

Item everything() {
  return {
      {"text", std::string("gr\xc3\xbc\xc3\x9f")},
      {"empty", std::string()},
      {"count", number("-12.5")},
      {"huge", number("1e125")},
      {"bytes", Binary{std::string("\0\xff", 2)}},
      {"yes", true},
      {"no", false},
      {"nothing", Null{}},
      {"names", StringSet{{"", "a", "b"}}},
      {"numbers", NumberSet{{number("-1"), number("2")}}},
      {"blobs", BinarySet{{Binary{"x"}, Binary{"y"}}}},
      {"list", List{std::string("x"), number("1"), List{}, Map{}}},
      {"map", Map{{"inner", Map{{"deep", List{true}}}}, {"long", std::string(300, 'x')}}},
  };
}

}  // namespace

TEST_CASE("encoded item: every type comes back as it was") {
  const std::string bytes = encode(everything());
  CHECK(ItemView(bytes).decode() == everything());
  CHECK(ItemView(encode(Item{})).decode() == Item{});
}

TEST_CASE("encoded item: an attribute is found without decoding the others") {
  const std::string bytes = encode(everything());
  const ItemView view(bytes);
  CHECK(view.find("text")->text() == "gr\xc3\xbc\xc3\x9f");
  CHECK(view.find("count")->text() == "-12.5");
  CHECK(view.find("count")->number() == number("-12.5"));
  CHECK(view.find("bytes")->text() == std::string_view("\0\xff", 2));
  CHECK(view.find("yes")->boolean());
  CHECK_FALSE(view.find("no")->boolean());
  CHECK(view.find("map")->attributes().find("inner")->attributes().size() == 1);
  CHECK_FALSE(view.find("absent"));
  CHECK_FALSE(view.find("zzz"));
}

TEST_CASE("encoded item: elements and attributes come in order") {
  const std::string bytes = encode(everything());
  const ItemView view(bytes);
  std::string seen;
  const auto names = *view.find("names");
  for (const ValueView member : names.elements()) seen += '[' + std::string(member.text()) + ']';
  CHECK(seen == "[][a][b]");
  CHECK(view.find("list")->elements().size() == 4);
  std::string previous;
  for (const auto [name, value] : view.attributes()) {
    CHECK(previous < name);
    previous = name;
  }
}

TEST_CASE("encoded item: sizes are those of the decoded value") {
  const std::string bytes = encode(everything());
  std::size_t sum = 0;
  for (const auto [name, value] : ItemView(bytes).attributes()) {
    CHECK(value.size_bytes() == size_bytes(value.decode()));
    sum += name.size() + value.size_bytes();
  }
  CHECK(sum == size_bytes(everything()));
}

TEST_CASE("encoded item: equal values have equal bytes") {
  const Item a = {{"n", number("1.50")}, {"s", std::string("x")}};
  const Item b = {{"s", std::string("x")}, {"n", number("15e-1")}};
  CHECK(encode(a) == encode(b));
  CHECK(encode(a) != encode(Item{{"n", std::string("1.5")}, {"s", std::string("x")}}));
}

}  // namespace dynatape::model
