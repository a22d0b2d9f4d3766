#pragma once

// The road a call takes: from the server's request, through the current pipeline of its session, to
// the answer the server sends. Every request is answered, also when the infrastructure behind
// fails.

#include <atomic>
#include <cstdint>

#include "proxy/net/server.h"
#include "proxy/sessions/exchange_log.h"
#include "proxy/sessions/sessions.h"

namespace dynatape::sessions {

class Road {
 public:
  /// Where exchanges are noted; it must outlive the road.
  explicit Road(ExchangeLog& log) : log_(log) {}

  /// Carries one request through the pipeline that its session has at this moment; an edit
  /// meanwhile does not touch it. Where there is an `upload`, the request's body comes from it.
  [[nodiscard]] core::Task<net::Answer> carry(core::Request request, Sessions::Chosen chosen,
                                              core::Loop& loop, core::Upload* upload = nullptr);

  /// Lets those in the pipeline of `session`, which outlives the task, meet a new connection that
  /// act on connections.
  [[nodiscard]] core::Task<void> meet_connection(Session& session, core::Loop& loop);

 private:
  ExchangeLog& log_;
  std::atomic<std::uint64_t> next_id_ = 1;
};

}  // namespace dynatape::sessions
