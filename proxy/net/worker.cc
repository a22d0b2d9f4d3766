#include "proxy/net/worker.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"

namespace dynatape::net {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kAcceptPause = 50ms;     // when there are no file descriptors left
constexpr core::Duration kLinger = 2s;            // for a client to close its end
constexpr core::Duration kLingerInDrain = 200ms;  // when everybody waits for it
constexpr core::Duration kAfterDrain = 1s;        // for handlers to end that were hurried
constexpr core::Duration kLongestTick = 1s;
constexpr core::Duration kShortestTick = 5ms;
constexpr int kTicksPerTimeout = 4;  // so a time-out is late by a quarter of itself at most

}  // namespace

Worker::Worker(const ServerOptions& options, const Handler& handler, EarlyHandler* early,
               const core::Clock& clock, std::uint64_t request_id_seed)
    : options_(options),
      acceptor_(loop_.context()),
      accept_pause_(loop_.context()),
      ticker_(loop_.context()),
      drain_timer_(loop_.context()),
      context_{loop_, options, handler, early, http::DateCache(clock), core::Rng(request_id_seed),
               false, {}},
      tick_length_(std::clamp(
          std::min({options.idle_timeout, options.header_timeout, kLinger}) / kTicksPerTimeout,
          kShortestTick, kLongestTick)) {}

void Worker::run() {
  accept();
  loop_.run();
}

void Worker::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (!error) host(std::move(socket));
    if (!acceptor_.is_open()) return;
    if (!error) return accept();
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](const error_code&) {
      if (acceptor_.is_open()) accept();
    });
  });
}

void Worker::host(tcp::socket socket) {
  const auto hosted = sessions_.emplace(sessions_.end(), context_, std::move(socket));
  hosted->since = ticks_;
  if (!std::exchange(ticking_, true)) tick();
  core::start(serve(hosted));
}

core::Task<void> Worker::serve(std::list<Hosted>::iterator hosted) {
  co_await hosted->session.run();
  sessions_.erase(hosted);
  end_if_drained();
}

/// One timer for all sessions: a request costs none, and a time-out is late by one tick at most.
void Worker::tick() {
  ticker_.expires_after(tick_length_);
  ticker_.async_wait([this](const error_code& error) {
    if (error || sessions_.empty()) {
      ticking_ = false;
      return;
    }
    ++ticks_;
    for (Hosted& hosted : sessions_) look_at(hosted);
    tick();
  });
}

void Worker::look_at(Hosted& hosted) {
  const std::uint64_t progress = hosted.session.progress();
  if (progress != hosted.progress) {
    hosted.progress = progress;
    hosted.since = ticks_;
  } else if (hosted.session.phase() != Session::Phase::handling &&
             static_cast<std::int64_t>(ticks_ - hosted.since) * tick_length_ >=
                 timeout_of(hosted.session.phase())) {
    hosted.session.give_up();
  }
}

core::Duration Worker::timeout_of(Session::Phase phase) const {
  switch (phase) {
    case Session::Phase::head:
      return options_.header_timeout;
    case Session::Phase::lingering:
      return context_.draining ? kLingerInDrain : kLinger;
    case Session::Phase::idle:
    case Session::Phase::transfer:
    case Session::Phase::handling:
      break;
  }
  return options_.idle_timeout;
}

void Worker::drain() {
  if (std::exchange(context_.draining, true)) return;
  error_code error;
  acceptor_.non_blocking(true, error);
  while (!error) {  // who is connected already is not turned away with a reset
    tcp::socket socket(loop_.context());
    acceptor_.accept(socket, error);
    if (!error) host(std::move(socket));
  }
  acceptor_.close(error);
  accept_pause_.cancel();
  for (Hosted& hosted : sessions_) hosted.session.end_if_idle();
  drain_timer_.expires_after(options_.drain_timeout);
  drain_timer_.async_wait([this](const error_code& cancelled) {
    if (cancelled) return;
    loop_.hurry();
    drain_timer_.expires_after(kAfterDrain);
    drain_timer_.async_wait([this](const error_code& again) {
      if (!again) loop_.stop();
    });
  });
  end_if_drained();
}

void Worker::end_if_drained() {
  if (!context_.draining || !sessions_.empty()) return;
  drain_timer_.cancel();
  ticker_.cancel();
  loop_.hurry();  // a sleep that nobody needs any more must not keep the loop running
  loop_.finish();
}

}  // namespace dynatape::net
