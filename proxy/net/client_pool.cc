#include "proxy/net/client_pool.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "proxy/http/client.h"
#include "proxy/http/url.h"
#include "proxy/net/connection.h"
#include "proxy/net/idle_connections.h"
#include "proxy/net/io_loop.h"

namespace dynatape::net {
namespace {

/// Calls `expire` unless it dies before its time has come.
class Deadline {
 public:
  Deadline(IoLoop& loop, core::Duration after, std::function<void()> expire)
      : alarm_(std::make_shared<Alarm>(loop.context(), after, std::move(expire))) {
    alarm_->timer.async_wait([alarm = alarm_](const error_code& error) {
      if (error || !alarm->expire) return;
      alarm->expired = true;
      alarm->expire();
    });
  }
  ~Deadline() {
    alarm_->expire = nullptr;
    alarm_->timer.cancel();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] bool expired() const { return alarm_->expired; }

 private:
  struct Alarm {
    Alarm(asio::io_context& context, core::Duration after, std::function<void()> then)
        : timer(context, after), expire(std::move(then)) {}
    asio::steady_timer timer;
    std::function<void()> expire;
    bool expired = false;
  };

  // Shared: a timer that has fired calls its handler later, when the deadline may be gone.
  std::shared_ptr<Alarm> alarm_;
};

std::string in_seconds(core::Duration duration) {
  const auto tenths = duration / std::chrono::milliseconds(100);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

core::Task<core::Result<std::vector<tcp::endpoint>>> resolve(tcp::resolver& resolver,
                                                             const Endpoint& endpoint) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (!error) co_return std::vector{tcp::endpoint(address, endpoint.port)};
  std::vector<tcp::endpoint> found;
  const Completed resolved = co_await completion([&](auto done) {
    resolver.async_resolve(endpoint.host, std::to_string(endpoint.port),
                           [&found, done](const error_code& failed, const auto& results) {
                             for (const auto& result : results) found.push_back(result.endpoint());
                             done(failed);
                           });
  });
  if (resolved.error) {
    co_return core::failure("cannot resolve \"" + endpoint.host +
                            "\": " + resolved.error.message());
  }
  co_return found;
}

core::Task<core::Result<std::unique_ptr<Connection>>> connect(IoLoop& loop,
                                                              const Endpoint& endpoint,
                                                              core::Duration timeout) {
  tcp::resolver resolver(loop.context());
  tcp::socket socket(loop.context());
  const IoLoop::Enrolled enrolled(loop, socket);
  const Deadline deadline(loop, timeout, [&] {
    resolver.cancel();
    error_code ignored;  // it may not be open yet
    socket.close(ignored);
  });
  const auto late = [&] { return core::failure("no connection within " + in_seconds(timeout)); };
  const auto endpoints = co_await resolve(resolver, endpoint);
  if (deadline.expired()) co_return late();
  if (!endpoints) co_return std::unexpected(endpoints.error());
  const Completed connected = co_await completion([&](auto done) {
    asio::async_connect(socket, *endpoints,
                        [done](const error_code& error, const tcp::endpoint&) { done(error); });
  });
  if (deadline.expired()) co_return late();
  if (connected.error) co_return core::failure(connected.error.message());
  co_return std::make_unique<Connection>(loop, std::move(socket));
}

/// What came of a request on one connection.
struct Attempt {
  core::Result<core::Response> outcome;
  bool may_repeat = false;  ///< the peer cannot have carried the request out
  bool reusable = false;    ///< the connection takes another request
};

core::Task<Attempt> exchange(IoLoop& loop, Connection& connection, std::string_view request,
                             http::ResponseParser parser, core::Duration timeout) {
  const Deadline deadline(loop, timeout, [&] { connection.cancel(); });
  const bool sent = co_await connection.write(request);
  // Where not all could be sent, the peer may still have said why.
  std::array<char, 16384> buffer;
  Completed got;
  bool nothing_more = true;
  while (parser.state() == http::ResponseParser::State::reading && !deadline.expired()) {
    got = co_await connection.read(buffer);
    if (got.error == asio::error::eof) {
      parser.finish();
    } else if (got.error) {
      break;
    }
    nothing_more = parser.feed({buffer.data(), got.bytes}) == got.bytes;
  }
  if (parser.state() == http::ResponseParser::State::complete) {
    const bool reusable = sent && nothing_more && parser.keep_alive();
    co_return Attempt{parser.take(), false, reusable};
  }
  const bool may_repeat = !sent && !parser.started() && !deadline.expired();
  if (deadline.expired()) {
    co_return Attempt{core::failure("no answer within " + in_seconds(timeout))};
  }
  if (parser.state() == http::ResponseParser::State::failed) {
    co_return Attempt{core::failure("it " + parser.failure()), may_repeat};
  }
  co_return Attempt{core::failure("connection lost: " + got.error.message()), may_repeat};
}

}  // namespace

core::Task<core::Result<core::Response>> ClientPool::send(core::Loop& loop, Endpoint endpoint,
                                                          core::Request request) const {
  auto* io_loop = dynamic_cast<IoLoop*>(&loop);
  if (!io_loop) co_return core::failure("this loop drives no sockets");
  if (io_loop->hurried()) co_return core::failure("the server is stopping");
  std::string bytes;
  http::append_request(bytes, request, http::authority(endpoint.host, endpoint.port));
  const http::ResponseLimits limits{options_.max_header_bytes, options_.max_body_bytes};
  std::unique_ptr<Connection> connection = io_loop->idle_connections().take(endpoint);
  for (;;) {
    const bool kept = connection != nullptr;
    if (!kept) {
      auto made = co_await connect(*io_loop, endpoint, options_.connect_timeout);
      if (!made) co_return std::unexpected(made.error());
      connection = *std::move(made);
    }
    Attempt attempt = co_await exchange(*io_loop, *connection, bytes,
                                        http::ResponseParser(limits, request.method == "HEAD"),
                                        options_.answer_timeout);
    if (kept && attempt.may_repeat) {
      connection.reset();
      continue;
    }
    if (attempt.reusable) {
      io_loop->idle_connections().keep(endpoint, std::move(connection),
                                       options_.max_idle_connections);
    }
    co_return std::move(attempt.outcome);
  }
}

}  // namespace dynatape::net
