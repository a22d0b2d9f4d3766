#include "proxy/http/encoding.h"

#include <catch2/catch.hpp>

#include "tests/support/deflate.h"

namespace dynatape::http {
namespace {

using support::compressed;

}  // namespace

TEST_CASE("encoding: what gzip makes, decode undoes") {
  for (const std::size_t size : {0UL, 1UL, 1000UL, 100000UL}) {
    const std::string text(size, 'x');
    CHECK(decode("gzip", gzip(text), size) == text);
  }
}

TEST_CASE("encoding: deflate is zlib's format, and raw as many send it") {
  CHECK(decode("deflate", compressed("hello", 15), 100) == "hello");
  CHECK(decode("Deflate", compressed("hello", -15), 100) == "hello");
}

TEST_CASE("encoding: the last encoding named is undone first; identity is none") {
  CHECK(decode("deflate, gzip", gzip(compressed("hello", 15)), 100) == "hello");
  CHECK(decode("identity", "hello", 100) == "hello");
  CHECK(decode("", "hello", 100) == "hello");
}

TEST_CASE("encoding: gzip files end to end are one body") {
  CHECK(decode("gzip", gzip("one ") + gzip("two"), 100) == "one two");
}

TEST_CASE("encoding: what cannot be decoded says why") {
  const auto failure = [](std::string_view encoding, const std::string& body) {
    return decode(encoding, body, 10).error();
  };
  CHECK(failure("br", "x") == DecodeFailure::unknown_encoding);
  CHECK(failure("gzip,gzip,gzip,gzip,gzip", "x") == DecodeFailure::unknown_encoding);
  CHECK(failure("gzip", "x") == DecodeFailure::corrupt);
  CHECK(failure("gzip", gzip("hello").substr(0, 15)) == DecodeFailure::corrupt);
  CHECK(failure("gzip", gzip("hello") + "x") == DecodeFailure::corrupt);
  CHECK(failure("deflate", "xx") == DecodeFailure::corrupt);
  CHECK(failure("gzip", gzip("hello world")) == DecodeFailure::too_large);
  CHECK(failure("gzip", gzip(std::string(100'000'000, 'a'))) == DecodeFailure::too_large);
}

TEST_CASE("encoding: gzip is accepted where it is named and not refused") {
  for (const char* yes : {"gzip", "GZIP", "deflate, gzip;q=1.0, *;q=0.5", "gzip;q=0.001"}) {
    CHECK(accepts_gzip(yes));
  }
  for (const char* no : {"", "identity", "*", "deflate", "gzip;q=0", "gzip; q=0.000", "xgzip"}) {
    CHECK_FALSE(accepts_gzip(no));
  }
}

}  // namespace dynatape::http
