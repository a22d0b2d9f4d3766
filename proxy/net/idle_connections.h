#pragma once

// The client connections that one loop keeps for its next requests. For .cc files of this folder
// only, because Asio is heavy.

#include <map>
#include <memory>
#include <vector>

#include "proxy/net/client_pool.h"
#include "proxy/net/connection.h"

namespace dynatape::net {

class IdleConnections {
 public:
  /// The connection used last that its peer has not closed; nullptr where there is none.
  [[nodiscard]] std::unique_ptr<Connection> take(const Endpoint& endpoint);
  /// Keeps `connection`, at most `limit` for one endpoint, and drops the oldest if its peer has
  /// closed it.
  void keep(const Endpoint& endpoint, std::unique_ptr<Connection> connection, std::size_t limit);

 private:
  std::map<Endpoint, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace dynatape::net
