#include "proxy/admin/admin.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "cassettes/encoded.h"
#include "proxy/admin/access.h"
#include "proxy/admin/check.h"

namespace dynatape::admin {
namespace {

using core::Request;
using core::Response;

constexpr std::string_view kRoot = "/_dynatape/";
constexpr std::string_view kVersion1 = "/_dynatape/v1";

using Parts = std::vector<std::string_view>;

Parts split(std::string_view path) {
  Parts parts;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const auto part = path.substr(0, path.find('/'));
    parts.push_back(part);
    path.remove_prefix(part.size());
  }
  return parts;
}

bool is_parameter(std::string_view part) { return part.starts_with('{'); }

/// Whether `path` fits the template; its parameters go to `at`.
bool fits(const Parts& path, const Parts& form, std::size_t from, Asked& asked) {
  if (path.size() - from != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (!is_parameter(form[i]) && form[i] != path[from + i]) return false;
  }
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (!is_parameter(form[i])) continue;
    asked.at[std::string(form[i].substr(1, form[i].size() - 2))] =
        cassettes::decode_percent(path[from + i]);
  }
  return true;
}

/// Of a path such as /sessions/NAME/clock: the routes of a session begin after two parts.
constexpr std::size_t kSessionParts = 2;

bool matches(const Route& route, const Parts& path, Asked& asked) {
  const Parts form = split(route.path);
  if (fits(path, form, 0, asked)) return true;
  const bool names_session = path.size() > kSessionParts && path[0] == "sessions";
  if (route.scope != Scope::session || !names_session) return false;
  if (!fits(path, form, kSessionParts, asked)) return false;
  asked.at["session"] = cassettes::decode_percent(path[1]);
  return true;
}

Response unknown_path(std::string_view path) {
  std::string paths;
  for (const Route& route : routes()) {
    if (paths.find(std::string(route.path) + ",") != std::string::npos) continue;
    paths += std::string(kVersion1) + std::string(route.path) + ", ";
  }
  paths.resize(paths.size() - 2);
  return refusal(404, "no admin route '" + std::string(path) + "'; there are " + paths);
}

/// Runs the route with what the request gives it, or says what is wrong with the request.
core::Task<net::Answer> run(const Route& route, Services& services, Asked asked) {
  const auto wanted = asked.at.find("session");
  if (wanted != asked.at.end()) {
    asked.session = services.sessions.find(wanted->second);
    if (!asked.session) {
      co_return answer_of(refusal(404, "there is no session '" + wanted->second + "'"));
    }
  }
  auto query = read_query(asked.request.target, route.query);
  if (!query) co_return answer_of(refusal(400, query.error().message));
  asked.at.merge(*query);
  auto body = read_body(asked.request, route.body);
  if (!body) co_return answer_of(refusal(400, body.error().message));
  asked.body = std::move(*body);
  co_return co_await route.answer(services, std::move(asked));
}

}  // namespace

Response json_answer(int status, const ordered_json& body) {
  return {status,
          {{"Content-Type", "application/json"}},
          body.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"};
}

Response refusal(int status, const std::string& message) {
  return json_answer(status, {{"error", message}});
}

net::Answer answer_of(Response response) {
  return core::Reply{std::move(response), core::Source::admin, {}};
}

bool is_admin(const Request& request) { return request.target.starts_with(kRoot); }

core::Task<net::Answer> answer(Services& services, const Access& access, Request request,
                               std::shared_ptr<sessions::Session> session, core::Loop& loop) {
  if (auto no = refused(access, request)) co_return answer_of(*std::move(no));
  const std::string_view target = request.target;
  const auto path = target.substr(0, target.find('?'));
  const bool version1 = path.starts_with(std::string(kVersion1) + "/");
  const Parts parts = version1 ? split(path.substr(kVersion1.size())) : Parts();
  std::string methods;
  for (const Route& route : routes()) {
    Asked asked{request, loop, session, {}, nullptr};
    if (!version1 || !matches(route, parts, asked)) continue;
    if (request.method == route.method) {
      co_return co_await run(route, services, std::move(asked));
    }
    methods += (methods.empty() ? "" : ", ") + std::string(route.method);
  }
  if (methods.empty()) co_return answer_of(unknown_path(path));
  auto wrong = refusal(
      405, request.method + " is not a method of " + std::string(path) + "; there are " + methods);
  wrong.headers.add("Allow", methods);
  co_return answer_of(std::move(wrong));
}

}  // namespace dynatape::admin
