#pragma once

// One thread of a server: its loop, its accept socket and its sessions, with the clock that ends
// those which wait too long. For .cc files of this folder only, because Asio is heavy.

#include <cstdint>
#include <list>

#include "proxy/net/io_loop.h"
#include "proxy/net/server.h"
#include "proxy/net/session.h"

namespace dynatape::net {

class Worker {
 public:
  /// Everything given must outlive the worker. acceptor() must listen before run().
  Worker(const ServerOptions& options, const Handler& handler, EarlyHandler* early,
         const core::Clock& clock, std::uint64_t request_id_seed);

  [[nodiscard]] IoLoop& loop() { return loop_; }
  [[nodiscard]] tcp::acceptor& acceptor() { return acceptor_; }

  /// Accepts and serves on this thread, until drained.
  void run();
  /// Stops accepting, ends what is idle, and gives the rest until the drain time-out. On the loop's
  /// thread.
  void drain();

 private:
  struct Hosted {
    Hosted(SessionContext& context, tcp::socket socket) : session(context, std::move(socket)) {}
    Session session;
    std::uint64_t progress = 0;  ///< when last looked at
    std::uint64_t since = 0;     ///< the tick that saw it grow
  };

  void accept();
  void host(tcp::socket socket);
  [[nodiscard]] core::Task<void> serve(std::list<Hosted>::iterator hosted);
  void tick();
  void look_at(Hosted& hosted);
  [[nodiscard]] core::Duration timeout_of(Session::Phase phase) const;
  void end_if_drained();

  const ServerOptions& options_;
  IoLoop loop_;
  tcp::acceptor acceptor_;
  asio::steady_timer accept_pause_;
  asio::steady_timer ticker_;
  asio::steady_timer drain_timer_;
  SessionContext context_;
  std::list<Hosted> sessions_;
  core::Duration tick_length_;
  std::uint64_t ticks_ = 0;
  bool ticking_ = false;
};

}  // namespace dynatape::net
