#include "proxy/http/client.h"

#include <catch2/catch.hpp>

#include "proxy/http/encoding.h"

namespace dynatape::http {
namespace {

using State = ResponseParser::State;

constexpr ResponseLimits kLimits{1024, 4096};

/// What comes of `bytes` and the peer's end, the same in whichever pieces they come.
struct Read {
  State state = State::reading;
  core::Response response;
  std::string failure;
  bool keep_alive = false;

  bool operator==(const Read&) const = default;
};

Read read_in_pieces(std::string_view bytes, std::size_t piece, bool to_head) {
  ResponseParser parser(kLimits, to_head);
  while (!bytes.empty() && parser.state() == State::reading) {
    const std::size_t size = std::min(piece, bytes.size());
    if (parser.feed(bytes.substr(0, size)) < size) break;
    bytes.remove_prefix(size);
  }
  parser.finish();
  const Read read{parser.state(), {}, parser.failure(), parser.keep_alive()};
  return {read.state, parser.take(), read.failure, read.keep_alive};
}

Read read(const std::string& bytes, bool to_head = false) {
  const Read whole = read_in_pieces(bytes, bytes.size(), to_head);
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    if (read_in_pieces(bytes, piece, to_head) != whole) FAIL("differs in pieces of " << piece);
  }
  return whole;
}

std::string failure(const std::string& bytes) {
  const Read failed = read(bytes);
  CHECK(failed.state == State::failed);
  return failed.failure;
}

}  // namespace

TEST_CASE("client: a request is written with its headers, our length and a host") {
  std::string out;
  append_request(out, {"POST", "/", {{"X", "1"}, {"content-length", "99"}}, "{}", std::nullopt},
                 "db:8000");
  CHECK(out == "POST / HTTP/1.1\r\nHost: db:8000\r\nX: 1\r\nContent-Length: 2\r\n\r\n{}");
  out.clear();
  append_request(out, {"GET", "/a", {{"Host", "own"}}, "", std::nullopt}, "db");
  CHECK(out == "GET /a HTTP/1.1\r\nHost: own\r\n\r\n");
}

TEST_CASE("client: an encoded body goes out as it came in") {
  std::string out;
  append_request(out, {"POST", "/", {{"Content-Encoding", "gzip"}}, "plain", "wire"}, "x");
  CHECK(out.ends_with("Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nwire"));
}

TEST_CASE("client: what concerns one connection is taken off, also what Connection names") {
  core::Headers headers{{"Connection", "X-Private, close"},
                        {"X-Private", "1"},
                        {"Transfer-Encoding", "chunked"},
                        {"content-length", "3"},
                        {"X-Amz-Target", "t"},
                        {"Expect", "100-continue"}};
  drop_hop_by_hop(headers);
  CHECK(headers == core::Headers{{"X-Amz-Target", "t"}});
}

TEST_CASE("client: answers end by length, by chunks, or with the connection") {
  const Read by_length = read("HTTP/1.1 400 Bad\r\nContent-Length: 2\r\nX: 1\r\n\r\n{}");
  CHECK(by_length.response == core::Response{400, {{"Content-Length", "2"}, {"X", "1"}}, "{}"});
  CHECK(by_length.keep_alive);
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
            .response.body == "{}");
  const Read to_the_end = read("HTTP/1.1 200 OK\r\n\r\n{}");
  CHECK(to_the_end.state == State::complete);
  CHECK(to_the_end.response.body == "{}");
  CHECK_FALSE(to_the_end.keep_alive);
  CHECK(read("HTTP/1.1 204 No\r\n\r\n").response.status == 204);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true).state == State::complete);
}

TEST_CASE("client: interim answers are skipped") {
  const Read final_one =
      read("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(final_one.response == core::Response{200, {{"Content-Length", "2"}}, "{}"});
  // It has no body, whatever it says.
  const std::string chunked = "HTTP/1.1 103 Early\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(read(chunked + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").response ==
        final_one.response);
}

TEST_CASE("client: an encoded answer is decoded") {
  const std::string wire = gzip("{}");
  const Read decoded = read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                            std::to_string(wire.size()) + "\r\n\r\n" + wire);
  CHECK(decoded.response.body == "{}");
  CHECK_FALSE(decoded.response.headers.contains("Content-Encoding"));
}

TEST_CASE("client: bytes beyond the answer are left") {
  ResponseParser parser(kLimits, false);
  CHECK(parser.feed("HTTP/1.1 204 No\r\n\r\nHTTP") == 19);
  CHECK(parser.state() == State::complete);
}

TEST_CASE("client: an answer that is none says why") {
  CHECK(failure("") == "closed the connection without an answer");
  CHECK(failure("HTTP/1.1 100 Continue\r\n\r\n") ==
        "closed the connection after an interim answer");
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}") ==
        "closed the connection in the middle of its answer");
  CHECK(failure("SMTP\r\n").starts_with("sent a malformed answer: "));
  CHECK(failure("HTTP/1.1 2 OK\r\n\r\n") == "sent a malformed answer: its status is 2");
  CHECK(failure("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'a')) ==
        "sent an answer whose headers are longer than the limit of 1024 bytes");
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n") ==
        "sent an answer of 5000 bytes, which is longer than the limit of 4096");
  CHECK(failure("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'a')) ==
        "sent an answer that is longer than the limit of 4096 bytes");
  CHECK(failure("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx") ==
        "sent an answer that cannot be decoded, with Content-Encoding: br");
  CHECK(failure("HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nContent-Length: 2\r\n\r\n{}") ==
        "sent a corrupt answer: its x-amz-crc32 is 1, its body's is 2745614147");
}

}  // namespace dynatape::http
