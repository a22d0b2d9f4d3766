#include "proxy/http/request_parser.h"

#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "core/rng.h"
#include "proxy/http/encoding.h"

namespace dynatape::http {
namespace {

using State = RequestParser::State;

constexpr RequestLimits kLimits{1024, 4096};

/// What a connection makes of `bytes` that come in pieces of `piece` bytes.
struct Conversation {
  std::vector<Incoming> requests;
  State state = State::idle;
  Refusal refusal;
};

Conversation read(std::string_view bytes, std::size_t piece, RequestLimits limits = kLimits) {
  RequestParser parser(limits);
  Conversation result;
  while (!bytes.empty() && parser.state() != State::refused) {
    std::string_view next = bytes.substr(0, piece);
    bytes.remove_prefix(next.size());
    while (!next.empty()) {
      next.remove_prefix(parser.feed(next));
      if (parser.state() == State::refused) break;
      if (parser.state() == State::complete) result.requests.push_back(parser.take());
    }
  }
  result.state = parser.state();
  result.refusal = parser.refusal();
  return result;
}

Conversation read(std::string_view bytes) { return read(bytes, bytes.size()); }

/// The status of the refusal, or 0; the same in whichever pieces the bytes come.
int refused(const std::string& bytes, RequestLimits limits = kLimits) {
  const Conversation whole = read(bytes, bytes.size(), limits);
  CHECK(read(bytes, 1, limits).refusal == whole.refusal);
  return whole.state == State::refused ? whole.refusal.status : 0;
}

std::string post(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string post(const std::string& body) {
  return post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

}  // namespace

TEST_CASE("request parser: a request is the same wherever its bytes are split") {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
      "Empty:\r\nContent-Length: 2\r\n\r\n{}";
  const core::Request expected{"POST",
                               "/a?b=c",
                               {{"Host", "localhost"},
                                {"X-Amz-Target", "DynamoDB_20120810.GetItem"},
                                {"Empty", ""},
                                {"Content-Length", "2"}},
                               "{}",
                               std::nullopt};
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    RequestParser parser(kLimits);
    CHECK(parser.feed(std::string_view(bytes).substr(0, split)) == split);
    if (split < bytes.size()) CHECK(parser.state() != State::complete);
    CHECK(parser.feed(std::string_view(bytes).substr(split)) == bytes.size() - split);
    REQUIRE(parser.state() == State::complete);
    const Incoming incoming = parser.take();
    CHECK(incoming.request == expected);
    CHECK(incoming.keep_alive);
    CHECK(parser.state() == State::idle);
  }
}

TEST_CASE("request parser: pipelined requests come out one by one, in any pieces") {
  const std::string bytes = post("one") +
                            post("Transfer-Encoding: chunked\r\n",
                                 "2\r\ntw\r\n1;ext=\"v\"\r\no\r\n0\r\nTrailer: x\r\n\r\n") +
                            "GET /three HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Conversation read_so = read(bytes, piece);
    REQUIRE(read_so.requests.size() == 3);
    CHECK(read_so.requests[0].request.body == "one");
    CHECK(read_so.requests[1].request.body == "two");
    CHECK_FALSE(read_so.requests[1].request.headers.contains("Trailer"));
    CHECK(read_so.requests[2].request.target == "/three");
    CHECK(read_so.state == State::idle);
  }
}

TEST_CASE("request parser: the phases of a request") {
  RequestParser parser(kLimits);
  CHECK(parser.state() == State::idle);
  CHECK(parser.feed("P") == 1);
  CHECK(parser.state() == State::head);
  CHECK(parser.feed("OST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n") == 46);
  CHECK(parser.state() == State::body);
  CHECK(parser.feed("{}GET") == 2);
  CHECK(parser.state() == State::complete);
}

TEST_CASE("request parser: who waits for 100 Continue says so once, and not once the body came") {
  const std::string head = "Expect: 100-Continue\r\nContent-Length: 2\r\n";
  RequestParser parser(kLimits);
  CHECK(parser.feed(post(head, "")) > 0);
  CHECK(parser.take_expectation());
  CHECK_FALSE(parser.take_expectation());
  RequestParser hasty(kLimits);
  CHECK(hasty.feed(post(head, "{")) > 0);
  CHECK_FALSE(hasty.take_expectation());
}

TEST_CASE("request parser: whether the connection lives on") {
  const auto keeps = [](const std::string& bytes) {
    const Conversation conversation = read(bytes);
    REQUIRE(conversation.requests.size() == 1);
    return conversation.requests[0].keep_alive;
  };
  CHECK(keeps("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
}

TEST_CASE("request parser: an offer to upgrade is passed over, body and next request included") {
  const std::string offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n";
  const Conversation conversation =
      read(post(offer + "Content-Length: 3\r\n", "one") + "GET / HTTP/1.1\r\nHost: x\r\n" + offer +
           "\r\n" + post("three"));
  REQUIRE(conversation.requests.size() == 3);
  CHECK(conversation.requests[0].request.body == "one");
  CHECK(conversation.requests[2].request.body == "three");
}

TEST_CASE("request parser: encoded bodies are decoded, their wire bytes kept") {
  const std::string text(2000, 'a');
  const std::string wire = gzip(text);
  const std::string bytes = post(
      "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(wire.size()) + "\r\n", wire);
  for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
    const Conversation conversation = read(bytes, piece);
    REQUIRE(conversation.requests.size() == 1);
    CHECK(conversation.requests[0].request.body == text);
    CHECK(conversation.requests[0].request.encoded_body == wire);
  }
  CHECK(read(post("plain")).requests[0].request.encoded_body == std::nullopt);
}

TEST_CASE("request parser: what cannot be decoded is refused") {
  const auto encoded = [](const std::string& encoding, const std::string& wire) {
    return refused(post("Content-Encoding: " + encoding +
                            "\r\nContent-Length: " + std::to_string(wire.size()) + "\r\n",
                        wire));
  };
  CHECK(encoded("br", "whatever") == 415);
  CHECK(encoded("gzip", "whatever") == 400);
  CHECK(encoded("gzip", gzip("whole").substr(0, 20)) == 400);
  CHECK(encoded("gzip", gzip("whole") + "more") == 400);
  CHECK(encoded("gzip", gzip(std::string(4096, 'a'))) == 0);
  CHECK(encoded("gzip", gzip(std::string(4097, 'a'))) == 413);
  CHECK(encoded("gzip, gzip", gzip(gzip(std::string(1'000'000, 'a')))) == 413);
}

TEST_CASE("request parser: a body over the limit is refused, by its announced length at once") {
  CHECK(refused(post(std::string(4096, 'a'))) == 0);
  RequestParser parser(kLimits);
  CHECK(parser.feed(post("Content-Length: 4097\r\n", "")) > 0);
  CHECK(parser.state() == State::refused);
  CHECK(parser.refusal() ==
        Refusal{413, "the request's body of 4097 bytes is longer than the limit of 4096 bytes"});
  std::string chunks;
  for (int i = 0; i < 5; ++i) chunks += "400\r\n" + std::string(1024, 'a') + "\r\n";
  CHECK(refused(post("Transfer-Encoding: chunked\r\n", chunks)) == 413);
}

TEST_CASE("request parser: a head over the limit is refused, one of just that size is not") {
  const auto with_head_of = [](std::size_t bytes) {
    const std::string before = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    return before + std::string(bytes - before.size() - 4, 'a') + "\r\n\r\n";
  };
  CHECK(refused(with_head_of(1024)) == 0);
  CHECK(refused(with_head_of(1025)) == 431);
  CHECK(refused("GET /" + std::string(2000, 'a')) == 431);
  CHECK(refused(std::string(2000, '\n')) == 431);
}

TEST_CASE("request parser: framing out of proportion to the body is refused") {
  const auto chunked = [](const std::string& body) {
    return refused(post("Transfer-Encoding: chunked\r\n", body));
  };
  CHECK(chunked("1;" + std::string(2000, 'x')) == 400);
  CHECK(chunked("0\r\nX: " + std::string(2000, 'x')) == 400);
  // What is malformed, or is body after all, comes too late; also where it comes in one piece.
  const std::string framing = "800;" + std::string(2000, 'x') + "\r\n";
  CHECK(chunked("1;" + std::string(2000, 'x') + "\r\na!") == 400);
  CHECK(chunked(framing + std::string(0x800, 'b') + "\r\n0\r\n\r\n") == 400);
  CHECK(chunked("4\r\nbody" + framing) == 400);
  std::string bytewise;
  for (int i = 0; i < 1000; ++i) bytewise += "1\r\na\r\n";
  CHECK(chunked(bytewise + "0\r\n\r\n") == 0);
}

TEST_CASE("request parser: malformed requests are refused with 400") {
  CHECK(refused("hello\r\n\r\n") == 400);
  CHECK(refused("GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
  CHECK(refused("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n") == 400);
  CHECK(refused("GET / HTTP/1.1\r\nHost : x\r\n\r\n") == 400);
  CHECK(refused("GET / HTTP/1.1\r\nHost: x\r\nX: a\001b\r\n\r\n") == 400);
  CHECK(refused("GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n") == 400);
  CHECK(refused("GET  HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refused("\x16\x03\x01\x02\x00\x01\x00\x01") == 400);  // TLS on a plain port
  CHECK(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 400);
  CHECK(refused(post("Content-Length: -1\r\n", "")) == 400);
  CHECK(refused(post("Content-Length: 99999999999999999999999\r\n", "")) == 400);
  CHECK(refused(post("Transfer-Encoding: chunked\r\n", "zz\r\n")) == 400);
  CHECK(refused(post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n")) == 400);
}

TEST_CASE("request parser: a body of two lengths is refused with 400") {
  CHECK(refused(post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n")) == 400);
  CHECK(refused(post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "2\r\n{}\r\n")) == 400);
  CHECK(refused(post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")) == 400);
  CHECK(refused(post("Transfer-Encoding: gzip\r\n", "{}")) == 400);
}

TEST_CASE("request parser: an expectation that is not 100-continue is refused with 417") {
  CHECK(refused(post("Expect: miracles\r\n", "")) == 417);
}

TEST_CASE("request parser: no bytes crash it") {
  const std::string valid = post("Content-Encoding: gzip\r\nContent-Length: 23\r\n", gzip("abc")) +
                            post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") +
                            post("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc");
  const std::uint64_t seed = 20261120;
  core::Rng rng(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = valid;
    for (std::uint64_t edits = 1 + rng.next() % 4; edits > 0; --edits) {
      const std::size_t at = rng.next() % bytes.size();
      switch (rng.next() % 4) {
        case 0:
          bytes[at] = static_cast<char>(rng.next());
          break;
        case 1:
          bytes.erase(at, 1 + rng.next() % 8);
          break;
        case 2:
          bytes.insert(at, bytes.substr(rng.next() % bytes.size(), rng.next() % 32));
          break;
        default:
          bytes[at] = "\r\n :;,0"[rng.next() % 7];
      }
      if (bytes.empty()) bytes = valid;
    }
    const Conversation conversation = read(bytes, 1 + rng.next() % bytes.size());
    if (conversation.state == State::refused && conversation.refusal.message.empty()) {
      FAIL("a refusal without a message, seed " << seed << ", round " << round);
    }
  }
}

TEST_CASE("request parser: told to stop after a head it takes the body when called again") {
  RequestParser parser(kLimits);
  parser.stop_after_head(true);
  const std::string head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
  CHECK(parser.feed(head + "{}GET") == head.size());
  CHECK(parser.stopped());
  CHECK(parser.state() == State::body);
  CHECK(parser.head().request.target == "/a");
  CHECK(parser.feed("{}GET") == 2);
  CHECK_FALSE(parser.stopped());
  CHECK(parser.take().request.body == "{}");
  // Without a body there is nothing to stop before.
  const std::string whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  CHECK(parser.feed(whole) == whole.size());
  CHECK_FALSE(parser.stopped());
  CHECK(parser.state() == State::complete);
}

}  // namespace dynatape::http
