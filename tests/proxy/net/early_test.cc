// Requests that are taken once their head has come.

#include <catch2/catch.hpp>

#include "running_server.h"

namespace dynatape::net {
namespace {

using core::Received;
using support::TcpConnection;

/// Answers as the target says.
class Early final : public EarlyHandler {
 public:
  [[nodiscard]] bool wanted() const override { return true; }
  [[nodiscard]] core::Task<void> accepted(core::Loop&) override { co_return; }
  [[nodiscard]] core::Task<Answer> answer(core::Request head, core::Upload& upload,
                                          core::Loop&) override {
    if (head.target == "/refused") co_return reply_of("not wanted");
    if (head.target == "/throws") throw std::runtime_error("out of paper");
    core::Demands demands;
    if (head.target == "/cut") demands.cut_upload = {core::CutUpload{.after = 5}};
    const Received received = co_await upload.receive(demands);
    if (received.end == Received::End::cut) {
      co_return reply_of("", {.cut_after = 0, .ending = core::Ending::reset});
    }
    co_return reply_of(head.method + " " + head.target + " " + head.body + received.body);
  }
};

std::string post_to(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace

TEST_CASE("early: a body comes after its head, however the bytes are cut into pieces") {
  const RunningServer server(echo, RunningServer::one_thread(), std::make_unique<Early>());
  const std::string request = post_to("/", "{12345}");
  for (std::size_t at = 1; at < request.size(); ++at) {
    TcpConnection client = server.connect();
    client.send(request.substr(0, at));
    client.send(request.substr(at) + get("/next"));
    CHECK(body_of(client.read_message()) == "POST / {12345}");
    CHECK(body_of(client.read_message()) == "GET /next ");
  }
}

TEST_CASE("early: a body that nobody takes is thrown away, and the connection goes on") {
  const RunningServer server(echo, RunningServer::one_thread(), std::make_unique<Early>());
  TcpConnection client = server.connect();
  client.send(post_to("/refused", std::string(100'000, 'x')) + post_to("/throws", "{}") +
              post_to("/", "{}"));
  CHECK(body_of(client.read_message()) == "not wanted");
  CHECK(has(client.read_message(), "the handler failed: out of paper"));
  CHECK(body_of(client.read_message()) == "POST / {}");
}

TEST_CASE("early: what is malformed or too large is refused as ever") {
  ServerOptions options = RunningServer::one_thread();
  options.max_body_bytes = 10;
  const RunningServer server(echo, options, std::make_unique<Early>());
  TcpConnection large = server.connect();
  large.send(post_to("/", "0123456789a"));
  CHECK(has(large.read_message(), "HTTP/1.1 413 "));
  TcpConnection malformed = server.connect();
  malformed.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n");
  CHECK(has(malformed.read_message(), "HTTP/1.1 400 "));
}

TEST_CASE("early: 100 Continue comes where the body is asked for") {
  const RunningServer server(echo, RunningServer::one_thread(), std::make_unique<Early>());
  TcpConnection client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.read_message() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  CHECK(body_of(client.read_message()) == "POST / {}");
}

TEST_CASE("early: a cut upload resets the connection after earlier answers have left") {
  const RunningServer server(echo, RunningServer::one_thread(), std::make_unique<Early>());
  TcpConnection client = server.connect();
  client.send(post_to("/", "{}") + post_to("/cut", "0123456789"));
  CHECK(body_of(client.read_message()) == "POST / {}");
  CHECK(client.read_all().empty());
  CHECK(client.end() == support::End::reset);
}

}  // namespace dynatape::net
