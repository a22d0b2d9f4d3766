#include "proxy/http/url.h"

#include <catch2/catch.hpp>

namespace dynatape::http {

TEST_CASE("url: host, port and path") {
  CHECK(parse_url("http://localhost") == Url{"localhost", 80, ""});
  CHECK(parse_url("HTTP://127.0.0.1:8000/") == Url{"127.0.0.1", 8000, ""});
  CHECK(parse_url("http://[::1]:8000/session/a/") == Url{"::1", 8000, "/session/a"});
  CHECK(parse_url("http://[::1]") == Url{"::1", 80, ""});
}

TEST_CASE("url: what is none is refused with the reason") {
  const auto why = [](std::string_view text) { return parse_url(text).error().message; };
  CHECK(why("localhost:8000") == "\"localhost:8000\" is no URL: http://HOST[:PORT] is expected");
  CHECK(why("https://a") ==
        "\"https://a\" needs TLS, which is not supported yet: only http:// URLs are");
  CHECK(why("ftp://a") == "\"ftp://a\" is no http:// URL");
  CHECK(why("http://") == "\"http://\" names no host");
  for (const char* port :
       {"http://a:", "http://a:0", "http://a:65536", "http://a:8o", "http://[::1]8"}) {
    CHECK(why(port) ==
          "\"" + std::string(port) + "\" has a port that is no number from 1 to 65535");
  }
  CHECK(why("http://a?b").ends_with("has a host with a character that no host name has"));
  CHECK(why("http://a/b?c").ends_with("has a query or fragment, which an upstream cannot have"));
  CHECK(why("http://u:p@a").ends_with("has a port that is no number from 1 to 65535"));
  CHECK(why("http://[::1").ends_with("lacks the ] of its IPv6 address"));
}

TEST_CASE("url: written as it is read") {
  for (const char* url : {"http://a", "http://a:8000/b", "http://[::1]:1", "http://[::1]"}) {
    CHECK(written(*parse_url(url)) == url);
  }
}

}  // namespace dynatape::http
