#pragma once

// Ports of single sessions: whoever calls one is in its session, whatever path or key it uses. Each
// has a server with one thread of its own. Safe to call from any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/result.h"
#include "proxy/net/server.h"
#include "proxy/sessions/session.h"

namespace dynatape::sessions {

class SessionPorts {
 public:
  using Answering = std::function<core::Task<net::Answer>(core::Request, core::Loop&,
                                                          const std::shared_ptr<Session>&)>;

  /// Makes who acts before a request is whole, on the port of a session.
  using MakingEarly = std::function<std::unique_ptr<net::EarlyHandler>(std::shared_ptr<Session>)>;

  /// Ports are on the address of `model`. Where there is no `make_early`, nobody acts early.
  SessionPorts(net::ServerOptions model, Answering answer, MakingEarly make_early = nullptr);
  ~SessionPorts();
  SessionPorts(const SessionPorts&) = delete;
  SessionPorts& operator=(const SessionPorts&) = delete;

  /// Serves `session` on `port`, 0 for any free one; which one it is.
  [[nodiscard]] core::Result<std::uint16_t> open(std::shared_ptr<Session> session,
                                                 std::uint16_t port);
  /// Takes no more connections; calls under way are answered.
  void close(std::string_view session);
  [[nodiscard]] std::optional<std::uint16_t> port_of(std::string_view session) const;
  /// Closes all and waits for them.
  void stop();

 private:
  struct Door {
    std::shared_ptr<Session> session;  // its clock must outlive the server
    std::unique_ptr<net::Server> server;
    std::thread serving;
  };

  static void end(Door& door);

  const net::ServerOptions model_;
  const Answering answer_;
  const MakingEarly make_early_;
  mutable std::mutex mutex_;
  std::map<std::string, Door, std::less<>> open_;  ///< guarded by mutex_; by session
  std::vector<Door> closed_;                       ///< guarded by mutex_
};

}  // namespace dynatape::sessions
