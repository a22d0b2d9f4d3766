#include "proxy/net/client_pool.h"

#include <catch2/catch.hpp>

#include "tests/proxy/net/running_server.h"
#include "tests/support/manual_loop.h"

namespace dynatape::net {
namespace {

using namespace std::chrono_literals;
using support::TcpConnection;
using support::TcpListener;

/// A server that hands every request to a pool and answers with what came of it.
Handler forward_to(const ClientPool& pool, std::uint16_t port) {
  return [&pool, port](core::Request request, core::Loop& loop) {
    return [](const ClientPool& through, Endpoint to, core::Request asked,
              core::Loop& on) -> core::Task<Answer> {
      auto response = co_await through.send(on, std::move(to), std::move(asked));
      if (!response) co_return reply_of("error: " + response.error().message);
      co_return reply_of(std::to_string(response->status) + " " + response->body);
    }(pool, {"127.0.0.1", port}, std::move(request), loop);
  };
}

/// A client whose requests go through a pool to a peer that the test plays.
struct Conversation {
  explicit Conversation(ClientOptions options = {})
      : pool(options), server(forward_to(pool, peer.port())), client(server.connect()) {}

  std::string answer() { return body_of(client.read_message()); }

  TcpListener peer;
  ClientPool pool;
  RunningServer server;
  TcpConnection client;
};

std::string ok(const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("client pool: one connection carries one request after the other") {
  Conversation talk;
  talk.client.send(get("/1"));
  TcpConnection upstream = talk.peer.accept();
  CHECK(upstream.read_message() == "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  upstream.send(ok("one"));
  CHECK(talk.answer() == "200 one");
  talk.client.send(get("/2"));
  CHECK(has(upstream.read_message(), "GET /2 "));
  upstream.send("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n");
  upstream.send("0\r\n\r\n");
  CHECK(talk.answer() == "400 two");
}

TEST_CASE("client pool: a kept connection that was closed is replaced, unnoticed") {
  Conversation talk;
  for (const char* target : {"/1", "/2"}) {
    talk.client.send(get(target));
    TcpConnection upstream = talk.peer.accept();
    CHECK(has(upstream.read_message(), target));
    upstream.send(ok(target));
    CHECK(talk.answer() == "200 " + std::string(target));
  }
}

TEST_CASE("client pool: a connection is kept only if the peer keeps it and said nothing more") {
  for (const std::string& answer :
       {ok("x", "Connection: close\r\n"), std::string("HTTP/1.0 200 OK\r\n\r\nx"),
        ok("x") + "unasked for"}) {
    Conversation talk;
    talk.client.send(get("/"));
    {
      TcpConnection upstream = talk.peer.accept();
      upstream.read_message();
      upstream.send(answer);
      upstream.end_sending();
      CHECK(talk.answer() == "200 x");
      CHECK(upstream.read_all().empty());
    }
    talk.client.send(get("/"));
    TcpConnection next = talk.peer.accept();
    next.read_message();
    next.send(ok("y"));
    CHECK(talk.answer() == "200 y");
  }
}

TEST_CASE("client pool: a request that went out whole is never sent again") {
  Conversation talk;
  talk.client.send(get("/1"));
  TcpConnection upstream = talk.peer.accept();
  upstream.read_message();
  upstream.send(ok("one"));
  CHECK(talk.answer() == "200 one");
  talk.client.send(post("a write"));
  upstream.read_message();
  upstream.close();
  CHECK(talk.answer() == "error: it closed the connection without an answer");
  CHECK_FALSE(talk.peer.called_within(50));
}

TEST_CASE("client pool: an answer that breaks off is an error, also by a reset") {
  Conversation talk;
  talk.client.send(get("/1"));
  TcpConnection upstream = talk.peer.accept();
  upstream.read_message();
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}");
  upstream.close();
  CHECK(talk.answer() == "error: it closed the connection in the middle of its answer");
  talk.client.send(get("/2"));
  TcpConnection other = talk.peer.accept();
  other.read_message();
  other.reset();
  CHECK(talk.answer() == "error: connection lost: Connection reset by peer");
}

TEST_CASE("client pool: an early answer to a request that is still being sent is taken") {
  Conversation talk;
  std::thread sender([&] { talk.client.send(post(std::string(8'000'000, 'a'))); });
  TcpConnection upstream = talk.peer.accept();
  upstream.read_to("\r\n\r\n");
  upstream.send("HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  upstream.end_sending();
  upstream.read_all();
  CHECK(talk.answer() == "413 {}");
  sender.join();
}

TEST_CASE("client pool: no answer in time is an error that says so") {
  ClientOptions options;
  options.answer_timeout = 100ms;
  Conversation talk(options);
  talk.client.send(get("/"));
  TcpConnection upstream = talk.peer.accept();
  CHECK(talk.answer() == "error: no answer within 0.1 s");
  CHECK(has(upstream.read_all(), "GET / "));
}

TEST_CASE("client pool: nobody there is an error") {
  Conversation talk;
  talk.peer.close();
  talk.client.send(get("/"));
  CHECK(talk.answer() == "error: Connection refused");
}

TEST_CASE("client pool: a server that stops in a hurry waits for no peer") {
  ServerOptions hasty = RunningServer::one_thread();
  hasty.drain_timeout = 20ms;
  TcpListener peer;
  const ClientPool pool;
  RunningServer server(forward_to(pool, peer.port()), hasty);
  TcpConnection client = server.connect();
  client.send(get("/"));
  TcpConnection upstream = peer.accept();
  upstream.read_message();
  server.stop();
  CHECK(client.read_all().empty());
}

TEST_CASE("client pool: a loop without sockets is refused") {
  support::ManualLoop loop;
  const ClientPool pool;
  const auto response = loop.run(pool.send(loop, {"127.0.0.1", 1}, core::Request{}));
  CHECK(response.error().message == "this loop drives no sockets");
}

}  // namespace dynatape::net
