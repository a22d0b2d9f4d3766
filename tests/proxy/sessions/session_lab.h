#pragma once

// A session with the emulator behind rules, without a socket. Each Caller is one client on a thread
// of its own; sleeps on a clock that stands still take no time.

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/sessions/session.h"
#include "tests/support/manual_loop.h"

namespace dynatape::sessions {

/// What a client sees of an answer.
struct Seen {
  int status = 0;
  nlohmann::json body;
  /// The error's short name; empty for a success.
  [[nodiscard]] std::string type() const;
};

class Caller {
 public:
  explicit Caller(Session& session) : session_(session) {}

  /// Any answer, of the emulator or of a fault.
  Seen call(std::string_view operation, const nlohmann::json& parameters);
  /// The body of a success; anything else fails the test.
  nlohmann::json ok(std::string_view operation, const nlohmann::json& parameters);

 private:
  Session& session_;
  support::ManualLoop loop_;
  std::uint64_t next_id_ = 1;
};

/// A session whose clock stands still at 2026-01-01, with the rules of `text`; empty: none.
[[nodiscard]] std::shared_ptr<Session> session_of(const std::string& text);

/// {"rules": [{"name": "r", "when": when, "then": then}]}
[[nodiscard]] std::string one_rule(const nlohmann::json& when, const nlohmann::json& then);

/// What the session's only rule has come to.
[[nodiscard]] interceptors::FaultTally tally_of(const Session& session);

/// The parameters of CreateTable for a table of string keys `pk` and, where asked, a sort key `sk`
/// of that type.
[[nodiscard]] nlohmann::json table_of(const std::string& name, const std::string& sort_type = {});

}  // namespace dynatape::sessions
