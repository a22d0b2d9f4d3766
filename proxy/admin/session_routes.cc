// Sessions: made, listed, looked at, closed.

#include "emulator/storage/databases.h"
#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"

namespace dynatape::admin {
namespace {

/// The session, with the port of its own where it has one.
ordered_json told(sessions::Session& session, const Services& services,
                  const core::Request& request) {
  std::string base = base_url(request);
  ordered_json json = json_of(session, services.sessions, base);
  if (const auto port = services.ports.port_of(session.name())) {
    const auto colon = base.ends_with(']') ? std::string::npos : base.rfind(':');
    if (colon > std::string_view("http:").size()) base.resize(std::min(colon, base.size()));
    json["url"] = base + ":" + std::to_string(*port);
    json["port"] = *port;
  }
  return json;
}

}  // namespace

Answering list_sessions(Services& services, Asked asked) {
  ordered_json list = ordered_json::array();
  for (const auto& session : services.sessions.all()) {
    list.push_back(told(*session, services, asked.request));
  }
  co_return answer_of(json_answer(200, {{"sessions", std::move(list)}}));
}

Answering create_session(Services& services, Asked asked) {
  sessions::Sessions& all = services.sessions;
  auto settings = settings_of(asked.body, all.fallback().settings());
  if (!settings) co_return answer_of(refusal(400, settings.error().message));
  if (const auto mistake = sessions::mistake_in_name(settings->name); !mistake.empty()) {
    co_return answer_of(refusal(400, mistake));
  }
  // Before a cassette is opened; add() looks again.
  if (all.find(settings->name)) {
    co_return answer_of(refusal(409, "there is a session '" + settings->name + "' already"));
  }
  std::shared_ptr<sessions::Session> prepared;
  if (asked.body.contains("fork")) {
    prepared = all.find(asked.body.at("fork").get<std::string>());
    if (!prepared || !prepared->emulator() || settings->upstream != "emulator") {
      co_return answer_of(refusal(400,
                                  "'fork' must name a session whose upstream is the emulator, "
                                  "for a session whose upstream is, too"));
    }
  }
  const auto keys = asked.body.value("access_keys", std::vector<std::string>());
  const auto session = sessions::Session::open(*std::move(settings), services.shared);
  if (!session) co_return answer_of(refusal(400, session.error().message));
  if (prepared) {
    (*session)->emulator()->databases().adopt(prepared->emulator()->databases());
  }
  if (auto added = all.add(*session, keys); !added) {
    co_return answer_of(refusal(409, added.error().message));
  }
  if (asked.body.contains("port")) {
    const auto port = asked.body.at("port").get<std::uint64_t>();
    const auto open = port > 65535
                          ? core::failure("'port' is a number from 0 to 65535")
                          : services.ports.open(*session, static_cast<std::uint16_t>(port));
    if (!open) {
      all.remove((*session)->name());
      static_cast<void>((*session)->close_now());
      co_return answer_of(refusal(409, open.error().message));
    }
  }
  co_return answer_of(json_answer(201, told(**session, services, asked.request)));
}

Answering get_session(Services& services, Asked asked) {
  co_return answer_of(json_answer(200, told(*asked.session, services, asked.request)));
}

Answering delete_session(Services& services, Asked asked) {
  sessions::Session& session = *asked.session;
  if (&session == &services.sessions.fallback()) {
    co_return answer_of(refusal(409, "the default session ends with the process"));
  }
  const auto closed = co_await session.close(asked.loop);
  if (!closed && session.has_calls()) co_return answer_of(refusal(409, closed.error().message));
  services.sessions.remove(session.name());
  ordered_json json = told(session, services, asked.request);
  services.ports.close(session.name());
  if (!closed) json["error"] = closed.error().message;
  co_return answer_of(json_answer(closed ? 200 : 500, json));
}

}  // namespace dynatape::admin
