#include "proxy/sessions/session_ports.h"

#include <utility>

namespace dynatape::sessions {

SessionPorts::SessionPorts(net::ServerOptions model, Answering answer, MakingEarly make_early)
    : model_(std::move(model)), answer_(std::move(answer)), make_early_(std::move(make_early)) {}

SessionPorts::~SessionPorts() { stop(); }

core::Result<std::uint16_t> SessionPorts::open(std::shared_ptr<Session> session,
                                               std::uint16_t port) {
  net::ServerOptions options = model_;
  options.port = port;
  options.threads = 1;
  auto server = net::Server::listen(
      options, session->clock(),
      [this, session](core::Request request, core::Loop& loop) {
        return answer_(std::move(request), loop, session);
      },
      make_early_ ? make_early_(session) : nullptr);
  if (!server) return std::unexpected(server.error());
  const std::uint16_t bound = (*server)->port();
  const std::string name = session->name();
  Door door{std::move(session), std::move(*server), {}};
  door.serving = std::thread([raw = door.server.get()] { raw->run(); });
  const std::lock_guard lock(mutex_);
  open_.insert_or_assign(name, std::move(door));
  return bound;
}

void SessionPorts::close(std::string_view session) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(session);
  if (found == open_.end()) return;
  found->second.server->stop();
  // Who asks may be a call on that very port: its thread is waited for later.
  closed_.push_back(std::move(found->second));
  open_.erase(found);
}

std::optional<std::uint16_t> SessionPorts::port_of(std::string_view session) const {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(session);
  return found == open_.end() ? std::nullopt : std::optional(found->second.server->port());
}

void SessionPorts::stop() {
  std::map<std::string, Door, std::less<>> open;
  std::vector<Door> closed;
  {
    const std::lock_guard lock(mutex_);
    open.swap(open_);
    closed.swap(closed_);
  }
  for (auto& [name, door] : open) door.server->stop();
  for (auto& [name, door] : open) end(door);
  for (Door& door : closed) end(door);
}

void SessionPorts::end(Door& door) {
  door.serving.join();
  door.server.reset();  // before the session, whose clock it reads
}

}  // namespace dynatape::sessions
