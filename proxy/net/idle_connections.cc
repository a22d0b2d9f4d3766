#include "proxy/net/idle_connections.h"

#include <utility>

namespace dynatape::net {

std::unique_ptr<Connection> IdleConnections::take(const Endpoint& endpoint) {
  const auto found = idle_.find(endpoint);
  if (found == idle_.end()) return nullptr;
  auto& connections = found->second;
  while (!connections.empty()) {
    std::unique_ptr<Connection> connection = std::move(connections.back());
    connections.pop_back();
    if (connection->quiet()) return connection;
  }
  return nullptr;
}

void IdleConnections::keep(const Endpoint& endpoint, std::unique_ptr<Connection> connection,
                           std::size_t limit) {
  auto& connections = idle_[endpoint];
  if (!connections.empty() && !connections.front()->quiet()) connections.erase(connections.begin());
  if (connections.size() < limit) connections.push_back(std::move(connection));
}

}  // namespace dynatape::net
