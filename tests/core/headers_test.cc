#include "core/headers.h"

#include <catch2/catch.hpp>

namespace dynatape::core {

TEST_CASE("headers: names compare without case and the first value wins") {
  const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}};
  CHECK(headers.get("CONTENT-TYPE") == "a");
  CHECK_FALSE(headers.get("content").has_value());
}

TEST_CASE("headers: set replaces every field of that name in the first one's place") {
  Headers headers{{"A", "1"}, {"b", "2"}, {"a", "3"}};
  headers.set("a", "4");
  CHECK(headers == Headers{{"A", "4"}, {"b", "2"}});
  headers.set("c", "5");
  CHECK(headers == Headers{{"A", "4"}, {"b", "2"}, {"c", "5"}});
}

}  // namespace dynatape::core
