#include "proxy/aws/remote_upstream.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/proxy/net/running_server.h"

namespace dynatape::aws {
namespace {

using net::Answer;
using support::TcpConnection;
using support::TcpListener;

core::Task<Answer> through(core::Upstream& upstream, core::Request request, core::Loop& loop,
                           const core::Clock& clock) {
  core::Exchange exchange(1, std::move(request), loop, clock);
  auto reply = co_await upstream.send(exchange);
  if (!reply) co_return net::reply_of(reply.error().message);
  CHECK(reply->source == core::Source::remote);
  co_return *std::move(reply);
}

/// A server in front of `upstream`.
struct Proxy {
  explicit Proxy(const std::string& url)
      : upstream(*RemoteUpstream::at(url)),
        server([this](core::Request request, core::Loop& loop) {
          return through(*upstream, std::move(request), loop, clock);
        }),
        client(server.connect()) {}

  core::SystemClock clock;
  std::shared_ptr<RemoteUpstream> upstream;
  net::RunningServer server;
  TcpConnection client;
};

}  // namespace

TEST_CASE("remote upstream: a call goes on with its headers, but for those of the connection") {
  const RemoteUpstream upstream({"db", 8001, "/prefix"});
  const core::Request sent = upstream.outgoing({"POST",
                                                "/",
                                                {{"Host", "localhost:8000"},
                                                 {"X-Amz-Target", "t"},
                                                 {"Authorization", "AWS4-HMAC-SHA256 ..."},
                                                 {"Connection", "keep-alive"},
                                                 {"Accept-Encoding", "gzip"},
                                                 {"Content-Encoding", "gzip"},
                                                 {"Content-Length", "4"}},
                                                "{}",
                                                "wire"});
  CHECK(sent == core::Request{"POST",
                              "/prefix/",
                              {{"Host", "db:8001"},
                               {"X-Amz-Target", "t"},
                               {"Authorization", "AWS4-HMAC-SHA256 ..."},
                               {"Accept-Encoding", "identity"},
                               {"Content-Encoding", "gzip"}},
                              "{}",
                              "wire"});
}

TEST_CASE("remote upstream: the client's Accept-Encoding goes on where told so") {
  RemoteOptions options;
  options.forward_accept_encoding = true;
  const RemoteUpstream upstream({"db", 80, ""}, options);
  CHECK(upstream.outgoing({"GET", "/", {{"Accept-Encoding", "gzip"}}, "", {}}).headers ==
        core::Headers{{"Accept-Encoding", "gzip"}, {"Host", "db"}});
}

TEST_CASE("remote upstream: its answer comes back, framed anew") {
  TcpListener peer;
  Proxy proxy("http://127.0.0.1:" + std::to_string(peer.port()));
  proxy.client.send(net::post("{}"));
  TcpConnection remote = peer.accept();
  CHECK(net::has(remote.read_message(), "Host: 127.0.0.1:" + std::to_string(peer.port())));
  remote.send(
      "HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: THEIRS\r\nx-amz-crc32: 2745614147\r\n"
      "Date: then\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  CHECK(proxy.client.read_message() ==
        "HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: THEIRS\r\nDate: then\r\n"
        "x-amz-crc32: 2745614147\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "Content-Length: 2\r\n\r\n{}");
}

TEST_CASE("remote upstream: an error names the URL and the cause") {
  TcpListener peer;
  const std::string url = "http://127.0.0.1:" + std::to_string(peer.port());
  peer.close();
  Proxy proxy(url);
  proxy.client.send(net::post("{}"));
  CHECK(net::body_of(proxy.client.read_message()) == "upstream " + url + ": Connection refused");
}

TEST_CASE("remote upstream: a URL that is none is an error") {
  CHECK(RemoteUpstream::at("https://dynamodb.us-east-1.amazonaws.com").error().message ==
        "\"https://dynamodb.us-east-1.amazonaws.com\" needs TLS, which is not supported yet: only "
        "http:// URLs are");
}

}  // namespace dynatape::aws
