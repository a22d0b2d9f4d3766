#pragma once

// What an admin route is: a row that says everything about it, and a function that answers. The
// rows check requests, make the OpenAPI document and list themselves in error messages.

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/loop.h"
#include "core/message.h"
#include "core/task.h"
#include "proxy/net/server.h"
#include "proxy/sessions/exchange_log.h"
#include "proxy/sessions/session_ports.h"
#include "proxy/sessions/sessions.h"

namespace dynatape::admin {

using nlohmann::ordered_json;

/// What the routes draw on; the composition root fills it in.
struct Services {
  std::string version;
  sessions::Sessions& sessions;
  const sessions::Shared& shared;
  sessions::ExchangeLog& log;
  std::function<std::string()> metrics;  ///< Prometheus text
  sessions::SessionPorts& ports;
};

enum class Type { text, whole_number, number, flag, texts, object, any };

/// A member of a request's body, or a parameter of its query.
struct Member {
  std::string_view name;  ///< "": the body as a whole, read as JSON for `any`, as it is for `text`
  Type type;
  bool required;
  std::string_view help;
};

/// A request that has passed the checks of its route.
struct Asked {
  const core::Request& request;
  core::Loop& loop;
  std::shared_ptr<sessions::Session> session;          ///< the one in the path, or the default
  std::map<std::string, std::string, std::less<>> at;  ///< by name: of the path, and of the query
  ordered_json body;                                   ///< null where the route takes none

  /// A parameter, or "" where it is not given.
  [[nodiscard]] std::string parameter(std::string_view name) const {
    const auto found = at.find(name);
    return found == at.end() ? std::string() : found->second;
  }
};

/// Whether a route is about one session. Such a route stands at /sessions/{session}/PATH, and at
/// /PATH for the default session.
enum class Scope { process, session };

struct Route {
  std::string_view method;
  std::string_view path;  ///< below /_dynatape/v1; {name} stands for one part
  Scope scope;
  std::string_view summary;
  std::span<const Member> query;
  std::span<const Member> body;  ///< empty: the route takes none
  std::string_view answers;      ///< what a 200 holds
  core::Task<net::Answer> (*answer)(Services& services, Asked asked);
};

[[nodiscard]] std::span<const Route> routes();

/// An answer in JSON.
[[nodiscard]] core::Response json_answer(int status, const ordered_json& body);
/// {"error": message}
[[nodiscard]] core::Response refusal(int status, const std::string& message);
/// As a net::Answer.
[[nodiscard]] net::Answer answer_of(core::Response response);

}  // namespace dynatape::admin
