#include "proxy/net/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/system/system_error.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "proxy/net/descriptor.h"
#include "proxy/net/worker.h"

namespace dynatape::net {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Binds `acceptor`. The first one of a server binds alone, so that a port which anybody else has
/// is an error, even a server that would share it; only then it lets its own siblings in.
void bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool first) {
  acceptor.open(endpoint.protocol());
  close_on_exec(acceptor.native_handle());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  if (!first) acceptor.set_option(ReusePort(true));
  acceptor.bind(endpoint);
  if (first) acceptor.set_option(ReusePort(true));
  acceptor.listen();
}

std::string written(const ServerOptions& options) {
  const bool v6 = options.address.find(':') != std::string::npos;
  return (v6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(options.port);
}

}  // namespace

struct Server::State {
  State(ServerOptions given, const core::Clock& clock_given, Handler handler_given,
        std::unique_ptr<EarlyHandler> early_given)
      : options(std::move(given)),
        clock(clock_given),
        handler(std::move(handler_given)),
        early(std::move(early_given)) {}
  ~State() {
    if (wake_write >= 0) ::close(wake_write);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] core::Result<void> listen();
  void drain_when_woken();
  void drain();

  ServerOptions options;
  const core::Clock& clock;
  Handler handler;
  std::unique_ptr<EarlyHandler> early;  ///< nullptr: nobody acts before a request is whole
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<asio::readable_pipe> wake_read;  ///< on the first worker's loop
  int wake_write = -1;  ///< stop() writes a byte: safe in a signal handler
  std::array<char, 1> wake_byte{};
  std::unique_ptr<asio::signal_set> signals;  ///< on the first worker's loop
};

core::Result<void> Server::State::listen() {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return core::failure("cannot listen on \"" + options.address +
                         "\": it is no IPv4 or IPv6 address");
  }
  const unsigned count =
      options.threads == 0 ? std::thread::hardware_concurrency() : options.threads;
  try {
    for (unsigned i = 0; i < std::max(count, 1U); ++i) {
      const auto seed = core::StableHash(options.request_id_seed).add(std::uint64_t{i}).value();
      workers.push_back(std::make_unique<Worker>(options, handler, early.get(), clock, seed));
      tcp::acceptor& acceptor = workers.back()->acceptor();
      bind(acceptor, {address, options.port}, i == 0);
      options.port = acceptor.local_endpoint().port();
    }
    asio::writable_pipe wake_end(workers.front()->loop().context());
    wake_read = std::make_unique<asio::readable_pipe>(workers.front()->loop().context());
    asio::connect_pipe(*wake_read, wake_end);
    close_on_exec(wake_read->native_handle());
    close_on_exec(wake_end.native_handle());
    wake_write = wake_end.release();
    ::fcntl(wake_write, F_SETFL, O_NONBLOCK);
  } catch (const boost::system::system_error& failed) {
    return core::failure("cannot listen on " + written(options) + ": " + failed.code().message());
  }
  drain_when_woken();
  return {};
}

void Server::State::drain_when_woken() {
  wake_read->async_read_some(asio::buffer(wake_byte), [this](const error_code& error, std::size_t) {
    if (!error) drain();
  });
}

void Server::State::drain() {
  if (signals) signals->cancel();
  for (const auto& worker : workers) {
    asio::post(worker->loop().context(), [&worker = *worker] { worker.drain(); });
  }
}

core::Result<std::unique_ptr<Server>> Server::listen(ServerOptions options,
                                                     const core::Clock& clock, Handler handler,
                                                     std::unique_ptr<EarlyHandler> early) {
  auto state =
      std::make_unique<State>(std::move(options), clock, std::move(handler), std::move(early));
  if (auto listening = state->listen(); !listening) return std::unexpected(listening.error());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return state_->options.port; }

void Server::run() {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < state_->workers.size(); ++i) {
    threads.emplace_back([worker = state_->workers[i].get()] { worker->run(); });
  }
  state_->workers.front()->run();
}

void Server::stop() {
  const int saved = errno;  // a signal handler leaves errno alone
  // A full pipe holds a wake-up already.
  [[maybe_unused]] const auto written = ::write(state_->wake_write, "", 1);
  errno = saved;
}

void Server::stop_on(std::initializer_list<int> signals) {
  state_->signals = std::make_unique<asio::signal_set>(state_->workers.front()->loop().context());
  for (const int signal : signals) state_->signals->add(signal);
  state_->signals->async_wait([this](const error_code& error, int) {
    if (!error) stop();
  });
}

}  // namespace dynatape::net
