#include "proxy/net/io_loop.h"

#include <boost/asio/post.hpp>

#include "proxy/net/idle_connections.h"

namespace dynatape::net {
namespace {

constexpr int kOneThread = 1;  // concurrency hint: one thread runs it, others may post to it

}  // namespace

IoLoop::IoLoop()
    : context_(kOneThread),
      keeps_running_(context_.get_executor()),
      idle_connections_(std::make_unique<IdleConnections>()) {}

IoLoop::~IoLoop() = default;

void IoLoop::resume(std::coroutine_handle<> handle) {
  asio::post(context_, [handle] { handle.resume(); });
}

void IoLoop::resume_after(core::Duration delay, std::coroutine_handle<> handle) {
  if (hurried_) return resume(handle);
  const auto sleeper = sleepers_.emplace(sleepers_.end(), context_, delay);
  sleeper->async_wait([this, sleeper, handle](const boost::system::error_code&) {
    sleepers_.erase(sleeper);
    handle.resume();
  });
}

void IoLoop::run() { context_.run(); }

void IoLoop::finish() { keeps_running_.reset(); }

void IoLoop::stop() { context_.stop(); }

void IoLoop::hurry() {
  hurried_ = true;
  for (asio::steady_timer& sleeper : sleepers_) sleeper.cancel();
  for (tcp::socket* socket : sockets_) {
    boost::system::error_code ignored;  // a socket that is closed already
    socket->close(ignored);
  }
}

IoLoop::Enrolled::Enrolled(IoLoop& loop, tcp::socket& socket)
    : loop_(loop), place_(loop.sockets_.insert(loop.sockets_.end(), &socket)) {}

IoLoop::Enrolled::~Enrolled() { loop_.sockets_.erase(place_); }

}  // namespace dynatape::net
