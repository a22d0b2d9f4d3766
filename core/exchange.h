#pragma once

// One request on its way through the pipeline, with what the parts it passes need to know: when it
// began, which loop it lives on, and the notes they leave about it. It belongs to one loop's thread
// and never outlives its session.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/call.h"
#include "core/clock.h"
#include "core/demand.h"
#include "core/loop.h"
#include "core/message.h"

namespace dynatape::core {

class Upload;

/// What a part of the pipeline did to an exchange: {"latency", "slow-queries: 212 ms"}.
struct Note {
  std::string who;
  std::string what;

  bool operator==(const Note&) const = default;
};

/// A fault that a rule has planned for an exchange, and how it ended. It may outlive the exchange.
/// Safe to read from any thread.
class PlannedFault {
 public:
  /// How it stands: under way, delivered, or not delivered with the reason.
  struct State {
    bool ended = false;
    std::string undelivered_because = {};  ///< empty: delivered, where it has ended
  };

  PlannedFault(std::string_view rule, std::string_view fault) : rule_(rule), fault_(fault) {}

  [[nodiscard]] const std::string& rule() const { return rule_; }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] State state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  void end(std::string_view undelivered_because = {}) {
    const std::lock_guard lock(mutex_);
    state_ = {true, std::string(undelivered_because)};
  }

 private:
  const std::string rule_;
  const std::string fault_;
  mutable std::mutex mutex_;
  State state_;  ///< guarded by mutex_
};

/// The session of clients that choose none.
inline constexpr std::string_view kDefaultSession = "default";

/// Which session an exchange belongs to, and how its client said so. What the views show must
/// outlive the exchange.
struct SessionChoice {
  std::string_view name = kDefaultSession;
  std::string_view path_prefix = {};  ///< "/session/NAME" where the path chose it
};

/// A request with what is understood of it.
struct RewrittenRequest {
  explicit RewrittenRequest(Request rewritten) : request(std::move(rewritten)), call(request) {}

  const Request request;
  const Call call;
};

class Exchange {
 public:
  /// `id` is unique in the process and rises with arrival. `loop` and `clock`, which is the
  /// session's, must outlive the exchange.
  Exchange(std::uint64_t id, Request request, Loop& loop, const Clock& clock,
           SessionChoice session = {});
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] std::uint64_t id() const { return id_; }
  /// By the session's clock.
  [[nodiscard]] TimePoint started() const { return started_; }
  /// Real time since it started, also where the session's clock stands still.
  [[nodiscard]] Duration elapsed() const { return clock_.monotonic() - began_; }
  /// As it goes on from here: what the client sent, unless a part further out has rewritten it.
  [[nodiscard]] const Request& request() const { return edit_ ? edit_->request : request_; }
  [[nodiscard]] const Call& call() const { return edit_ ? edit_->call : call_; }
  /// As the client sent, and signed, it.
  [[nodiscard]] const Request& sent() const { return request_; }
  [[nodiscard]] Loop& loop() const { return loop_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] std::string_view session() const { return session_.name; }
  /// The target as the client sent, and signed, it: request().target lacks a path that chose the
  /// session.
  [[nodiscard]] std::string signed_target() const {
    return std::string(session_.path_prefix) + request_.target;
  }

  void note(std::string_view who, std::string what);
  [[nodiscard]] std::span<const Note> notes() const { return notes_; }

  /// Notes a fault that is about to be tried on this exchange; whoever tries it tells how it ended.
  [[nodiscard]] std::shared_ptr<PlannedFault> plan(std::string_view rule, std::string_view fault);
  [[nodiscard]] const std::vector<std::shared_ptr<PlannedFault>>& faults() const { return faults_; }

  /// What interceptors ask of the upstream besides the call itself.
  [[nodiscard]] Demands& demands() { return demands_; }

  /// Where the body is to come from that request() does not have yet; nullptr once it has.
  [[nodiscard]] Upload* upload() const { return upload_; }
  /// `upload` must outlive the exchange, or body_came().
  void expect_body(Upload& upload) { upload_ = &upload; }
  void body_came(std::string body, std::optional<std::string> encoded_body);

  /// The request, for who outlives the exchange, which is then done with.
  [[nodiscard]] Request release() { return std::move(request_); }

  /// Learns how sending the answer ended: true once all of it has left, false where it no longer
  /// can.
  using WhenSent = std::move_only_function<void(bool whole)>;
  /// Has `then` called once, or destroyed uncalled where nothing is sent. It may outlive the
  /// exchange, though not the pipeline.
  void when_sent(WhenSent then);
  /// All that was given to when_sent, for whoever sends the answer; empty where nothing was.
  [[nodiscard]] WhenSent take_when_sent() { return std::exchange(when_sent_, nullptr); }

 private:
  friend class Rewriting;

  std::uint64_t id_;
  Request request_;
  Loop& loop_;
  const Clock& clock_;
  SessionChoice session_;
  TimePoint started_;
  Duration began_;  ///< a monotonic reading
  Call call_;
  const RewrittenRequest* edit_ = nullptr;  ///< owned by the Rewriting that is in force
  Demands demands_;
  Upload* upload_ = nullptr;
  std::vector<Note> notes_;
  std::vector<std::shared_ptr<PlannedFault>> faults_;  // shared with who delivers them
  WhenSent when_sent_;
};

}  // namespace dynatape::core
