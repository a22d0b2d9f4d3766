#include "proxy/net/server.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <stdexcept>

#include "proxy/http/encoding.h"
#include "tests/proxy/net/running_server.h"

namespace dynatape::net {
namespace {

using namespace std::chrono_literals;
using support::End;
using support::TcpConnection;

core::Task<Answer> slow_where_asked(core::Request request, core::Loop& loop) {
  if (request.target == "/slow") co_await loop.sleep(20ms);
  co_return reply_of(request.target);
}

Handler held_at(Gate& gate) {
  return [&gate](core::Request request, core::Loop& loop) {
    return [](Gate& held, std::string target, core::Loop& on) -> core::Task<Answer> {
      if (target == "/held") co_await held.pass(on);
      co_return reply_of(target);
    }(gate, std::move(request.target), loop);
  };
}

core::Task<Answer> answer_large(core::Request, core::Loop&) {
  co_return reply_of(std::string(10'000'000, 'a'));
}

core::Task<Answer> throws(core::Request, core::Loop&) {
  throw std::runtime_error("no such \"thing\"");
  co_return reply_of("");
}

core::Task<Answer> sleeps_for_an_hour(core::Request, core::Loop& loop) {
  co_await loop.sleep(1h);
  co_return reply_of("awake");
}

ServerOptions with_small_limits() {
  ServerOptions options = RunningServer::one_thread();
  options.max_body_bytes = 1000;
  options.max_header_bytes = 500;
  return options;
}

ServerOptions impatient() {
  ServerOptions options = RunningServer::one_thread();
  options.header_timeout = 40ms;
  options.idle_timeout = 80ms;
  return options;
}

}  // namespace

TEST_CASE("server: a request is answered, stamped with the clock's date") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  client.send(post("hello"));
  const std::string answer = client.read_message();
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(answer, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK(has(answer, "\r\nx-amzn-RequestId: "));
  CHECK(has(answer, "\r\nx-amz-crc32: "));
  CHECK(body_of(answer) == "POST / hello");
}

TEST_CASE("server: a connection carries one request after the other, each with its own id") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  client.send(get("/1"));
  const std::string first = client.read_message();
  client.send(get("/2"));
  const std::string second = client.read_message();
  CHECK(body_of(first) == "GET /1 ");
  CHECK(body_of(second) == "GET /2 ");
  const auto id = [](const std::string& answer) {
    return answer.substr(answer.find("x-amzn-RequestId: ") + 18, 52);
  };
  CHECK(id(first) != id(second));
}

TEST_CASE("server: pipelined requests are answered in order, though the first takes longest") {
  const RunningServer server(slow_where_asked);
  TcpConnection client = server.connect();
  client.send(get("/slow") + get("/2") + get("/slow") + get("/4"));
  for (const char* target : {"/slow", "/2", "/slow", "/4"}) {
    CHECK(body_of(client.read_message()) == target);
  }
}

TEST_CASE("server: a finished answer does not wait for the next one of its batch") {
  Gate gate;
  const RunningServer server(held_at(gate));
  TcpConnection client = server.connect();
  client.send(get("/1") + get("/held"));
  CHECK(body_of(client.read_message()) == "/1");
  gate.open();
  CHECK(body_of(client.read_message()) == "/held");
}

TEST_CASE("server: a thousand pipelined requests") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/" + std::to_string(i));
  std::thread sender([&] { client.send(requests); });
  bool in_order = true;
  for (int i = 0; i < 1000; ++i) {
    in_order = in_order && body_of(client.read_message()) == "GET /" + std::to_string(i) + " ";
  }
  sender.join();
  CHECK(in_order);
}

TEST_CASE("server: who expects 100 Continue gets it before the body") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.read_message() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(body_of(client.read_message()) == "POST / {}");
}

TEST_CASE("server: chunked and gzipped requests are decoded; gzip goes only to who asked") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  const std::string text(5000, 'a');
  const std::string wire = http::gzip(text);
  client.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"
      "\r\nAccept-Encoding: gzip\r\n\r\nA\r\n" +
      wire.substr(0, 10) + "\r\n");
  std::array<char, 16> size{};
  std::snprintf(size.data(), size.size(), "%zx", wire.size() - 10);
  client.send(std::string(size.data()) + "\r\n" + wire.substr(10) + "\r\n0\r\n\r\n");
  const std::string answer = client.read_message();
  CHECK(has(answer, "\r\nContent-Encoding: gzip\r\n"));
  CHECK(http::decode("gzip", body_of(answer), 10'000) == "POST / " + text);
  client.send(post(text));
  CHECK(body_of(client.read_message()) == "POST / " + text);
}

TEST_CASE("server: HTTP/1.0, HEAD and Connection: close") {
  const RunningServer server(echo);
  TcpConnection client = server.connect();
  client.send("HEAD /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(has(client.read_to("\r\n\r\n"), "\r\nContent-Length: 8\r\n"));
  client.send("GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(has(client.read_message(), "\r\nConnection: keep-alive\r\n"));
  client.send(get("/3", "Connection: close\r\n"));
  const std::string last = client.read_all();
  CHECK(has(last, "\r\nConnection: close\r\n"));
  CHECK(body_of(last) == "GET /3 ");
  CHECK(client.end() == End::closed);
}

TEST_CASE("server: a client that has ended its side still gets its answers") {
  const RunningServer server(slow_where_asked);
  TcpConnection client = server.connect();
  client.send(get("/slow"));
  client.end_sending();
  CHECK(body_of(client.read_all()) == "/slow");
}

TEST_CASE("server: an answer larger than any socket buffer arrives whole") {
  const RunningServer server(answer_large);
  TcpConnection client = server.connect();
  client.send(get("/") + get("/"));
  CHECK(body_of(client.read_message()).size() == 10'000'000);
  CHECK(body_of(client.read_message()).size() == 10'000'000);
}

TEST_CASE("server: refusals reach a client that is still sending, then the connection ends") {
  const RunningServer server(echo, with_small_limits());
  TcpConnection client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n");
  CHECK(client.send(std::string(30'000'000, 'a')));
  const std::string refusal = client.read_all();
  CHECK(refusal.starts_with("HTTP/1.1 413 "));
  CHECK(has(refusal, "\r\nConnection: close\r\n"));
  CHECK(body_of(refusal) == R"({"message":"the request's body of 30000000 bytes is longer than )"
                            R"(the limit of 1000 bytes"})");
  CHECK(client.end() == End::closed);

  TcpConnection wordy = server.connect();
  wordy.send(get("/", "X: " + std::string(1000, 'a') + "\r\n"));
  CHECK(wordy.read_all().starts_with("HTTP/1.1 431 "));

  TcpConnection confused = server.connect();
  confused.send(get("/1") + "nonsense\r\n\r\n");
  CHECK(body_of(confused.read_message()) == "GET /1 ");
  CHECK(confused.read_all().starts_with("HTTP/1.1 400 "));
}

TEST_CASE("server: a handler that throws is an answer of 500, and the next call goes on") {
  const RunningServer server(throws);
  TcpConnection client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get("/"));
    const std::string answer = client.read_message();
    CHECK(answer.starts_with("HTTP/1.1 500 "));
    CHECK(body_of(answer) == R"({"message":"the handler failed: no such \"thing\""})");
  }
}

TEST_CASE("server: an idle connection is closed without a word") {
  const RunningServer server(echo, impatient());
  TcpConnection silent = server.connect();
  TcpConnection served = server.connect();
  served.send(get("/"));
  served.read_message();
  CHECK(silent.read_all().empty());
  CHECK(served.read_all().empty());
  CHECK(served.end() == End::closed);
}

TEST_CASE("server: a head must be whole in time, however steadily it drips") {
  const RunningServer server(echo, impatient());
  TcpConnection client = server.connect();
  client.send("GET / HTTP/1.1\r\nX: ");
  while (!client.readable_within(5)) client.send("a");
  CHECK(client.read_to("\r\n").starts_with("HTTP/1.1 408 "));
}

TEST_CASE("server: a body that stops coming ends the connection") {
  const RunningServer server(echo, impatient());
  TcpConnection client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  CHECK(client.read_all().empty());
}

TEST_CASE("server: no time-out hurries a handler") {
  Gate gate;
  const RunningServer server(held_at(gate), impatient());
  TcpConnection client = server.connect();
  client.send(get("/held"));
  CHECK_FALSE(client.readable_within(200));
  gate.open();
  CHECK(body_of(client.read_message()) == "/held");
}

TEST_CASE("server: a stop answers the calls in flight, closes the rest and accepts no more") {
  Gate gate;
  RunningServer server(held_at(gate));
  TcpConnection idle = server.connect();
  TcpConnection busy = server.connect();
  idle.send(get("/1"));
  idle.read_message();
  busy.send(get("/held"));
  gate.await_arrival();
  server.begin_stop();
  CHECK(idle.read_all().empty());
  CHECK(idle.end() == End::closed);
  CHECK_THROWS(server.connect());
  gate.open();
  const std::string answer = busy.read_all();
  CHECK(has(answer, "\r\nConnection: close\r\n"));
  CHECK(body_of(answer) == "/held");
  busy.close();
  server.stop();
}

TEST_CASE("server: a call that comes in while the server stops is answered once it is whole") {
  RunningServer server(echo);
  TcpConnection client = server.connect();
  TcpConnection idle = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  client.read_message();
  server.begin_stop();
  CHECK(idle.read_all().empty());
  client.send("{}");
  CHECK(body_of(client.read_all()) == "POST / {}");
}

TEST_CASE("server: what the drain time-out finds unfinished is cut short") {
  ServerOptions options = RunningServer::one_thread();
  options.drain_timeout = 20ms;
  RunningServer server(sleeps_for_an_hour, options);
  TcpConnection client = server.connect();
  client.send(get("/"));
  server.stop();
  CHECK(client.read_all().empty());
}

TEST_CASE("server: it may be stopped before it runs, and more than once") {
  const core::SystemClock clock;
  auto server = Server::listen(RunningServer::one_thread(), clock, echo);
  REQUIRE(server);
  (*server)->stop();
  (*server)->stop();
  (*server)->run();
  CHECK_THROWS(TcpConnection::to((*server)->port()));
}

TEST_CASE("server: a signal stops it") {
  const core::SystemClock clock;
  auto server = Server::listen(RunningServer::one_thread(), clock, echo);
  REQUIRE(server);
  (*server)->stop_on({SIGUSR1});
  std::raise(SIGUSR1);
  (*server)->run();
}

TEST_CASE("server: several threads serve one port") {
  ServerOptions options;
  options.threads = 3;
  const RunningServer server(echo, options);
  for (int i = 0; i < 30; ++i) {
    TcpConnection client = server.connect();
    client.send(get("/"));
    CHECK(body_of(client.read_message()) == "GET / ");
  }
}

TEST_CASE("server: a port that is taken is an error, even by a server that would share it") {
  const RunningServer first(echo);
  const core::SystemClock clock;
  ServerOptions options;
  options.port = first.port();
  const auto second = Server::listen(options, clock, echo);
  REQUIRE_FALSE(second);
  CHECK(second.error().message ==
        "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
}

TEST_CASE("server: an address that is none is an error that names it") {
  const core::SystemClock clock;
  ServerOptions options;
  options.address = "localhost";
  CHECK(Server::listen(options, clock, echo).error().message ==
        "cannot listen on \"localhost\": it is no IPv4 or IPv6 address");
}

}  // namespace dynatape::net
