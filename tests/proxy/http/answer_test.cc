#include "proxy/http/answer.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/digest.h"
#include "core/rng.h"
#include "proxy/http/date.h"
#include "proxy/http/encoding.h"
#include "proxy/http/refusal.h"
#include "proxy/http/request_id.h"

namespace dynatape::http {
namespace {

const Stamp kStamp{.date = "Fri, 20 Nov 2026 16:23:01 GMT", .request_id = "ID"};

std::string answer(const core::Response& response, const Stamp& stamp = kStamp) {
  std::string out;
  append_answer(out, response, stamp);
  return out;
}

std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

bool has(const std::string& bytes, std::string_view field) {
  return bytes.find("\r\n" + std::string(field) + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("answer: an answer gets what makes it true on the wire") {
  CHECK(answer({200, {{"X-Own", "1"}}, "{}"}) ==
        "HTTP/1.1 200 OK\r\n"
        "X-Own: 1\r\n"
        "Date: Fri, 20 Nov 2026 16:23:01 GMT\r\n"
        "x-amzn-RequestId: ID\r\n"
        "x-amz-crc32: 2745614147\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        "Content-Length: 2\r\n"
        "\r\n"
        "{}");
}

TEST_CASE("answer: what an answer brings of date, id, checksum and type is kept, once") {
  const std::string bytes = answer({400,
                                    {{"date", "then"},
                                     {"x-amzn-requestid", "mine"},
                                     {"X-AMZ-CRC32", "7"},
                                     {"content-type", "text/plain"}},
                                    "x"});
  CHECK(bytes ==
        "HTTP/1.1 400 Bad Request\r\ndate: then\r\nx-amzn-requestid: mine\r\nX-AMZ-CRC32: 7\r\n"
        "content-type: text/plain\r\nContent-Length: 1\r\n\r\nx");
}

TEST_CASE("answer: framing is the road's, whatever the answer says") {
  const std::string bytes = answer({200,
                                    {{"Content-Length", "999"},
                                     {"transfer-encoding", "chunked"},
                                     {"Connection", "keep-alive"},
                                     {"Content-Encoding", "gzip"}},
                                    "ok"});
  CHECK(has(bytes, "Content-Length: 2"));
  for (const char* lie : {"999", "chunked", "keep-alive", "gzip"}) {
    CHECK(bytes.find(lie) == std::string::npos);
  }
}

TEST_CASE("answer: gzip only for who asked and for what is worth it, its checksum over the wire") {
  const core::Response large{200, {}, std::string(kGzipFromBytes, 'a')};
  Stamp asked = kStamp;
  asked.gzip = true;
  const std::string bytes = answer(large, asked);
  CHECK(has(bytes, "Content-Encoding: gzip"));
  CHECK(decode("gzip", body_of(bytes), 1 << 20) == large.body);
  CHECK(has(bytes, "x-amz-crc32: " + std::to_string(core::crc32(body_of(bytes)))));
  CHECK(has(bytes, "Content-Length: " + std::to_string(body_of(bytes).size())));
  CHECK(body_of(answer(large)) == large.body);
  CHECK(body_of(answer({200, {}, std::string(kGzipFromBytes - 1, 'a')}, asked)).front() == 'a');
}

TEST_CASE("answer: how the connection goes on is said where it is not understood by itself") {
  Stamp stamp = kStamp;
  CHECK(answer({}, stamp).find("Connection") == std::string::npos);
  stamp.http_1_0 = true;
  CHECK(has(answer({}, stamp), "Connection: keep-alive"));
  stamp.keep_alive = false;
  CHECK(has(answer({}, stamp), "Connection: close"));
}

TEST_CASE("answer: HEAD has a length without a body, 204 has neither") {
  Stamp head = kStamp;
  head.head = true;
  const std::string bytes = answer({200, {}, "body"}, head);
  CHECK(has(bytes, "Content-Length: 4"));
  CHECK(body_of(bytes).empty());
  CHECK(answer({204, {}, "body"}).find("Content-Length") == std::string::npos);
  CHECK(body_of(answer({204, {}, "body"})).empty());
}

TEST_CASE("answer: a line break in a header cannot add another one") {
  const std::string bytes = answer({200, {{"X", "a\r\nSet-Cookie: b"}}, ""});
  CHECK(has(bytes, "X: a  Set-Cookie: b"));
}

TEST_CASE("date: the cache follows its clock") {
  using namespace std::chrono_literals;
  core::FrozenClock clock(core::TimePoint(784111777s));
  DateCache date(clock);
  CHECK(date.now() == "Sun, 06 Nov 1994 08:49:37 GMT");
  clock.advance(900ms);
  CHECK(date.now() == "Sun, 06 Nov 1994 08:49:37 GMT");
  clock.advance(100ms);
  CHECK(date.now() == "Sun, 06 Nov 1994 08:49:38 GMT");
  clock.advance(-2s);
  CHECK(date.now() == "Sun, 06 Nov 1994 08:49:36 GMT");
}

TEST_CASE("request id: 52 capitals and digits, each time others, from the seed alone") {
  core::Rng rng(1);
  core::Rng same(1);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id(RequestId(rng).text());
    CHECK(id == RequestId(same).text());
    CHECK(id.size() == 52);
    CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("refusal: its answer quotes what a client sent without breaking the JSON") {
  CHECK(response_of({415, "a \"b\\\n\xff"}).body == R"({"message":"a \"b\\??"})");
}

}  // namespace dynatape::http
