// Sessions: made, listed, looked at, closed.

#include "emulator/storage/databases.h"
#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"

namespace dynatape::admin {

Answering list_sessions(Services& services, Asked asked) {
  ordered_json list = ordered_json::array();
  for (const auto& session : services.sessions.all()) {
    list.push_back(json_of(*session, services.sessions, base_url(asked.request)));
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
  co_return answer_of(json_answer(201, json_of(**session, all, base_url(asked.request))));
}

Answering get_session(Services& services, Asked asked) {
  co_return answer_of(
      json_answer(200, json_of(*asked.session, services.sessions, base_url(asked.request))));
}

Answering delete_session(Services& services, Asked asked) {
  sessions::Session& session = *asked.session;
  if (&session == &services.sessions.fallback()) {
    co_return answer_of(refusal(409, "the default session ends with the process"));
  }
  const auto closed = co_await session.close(asked.loop);
  if (!closed && session.has_calls()) co_return answer_of(refusal(409, closed.error().message));
  services.sessions.remove(session.name());
  ordered_json json = json_of(session, services.sessions, base_url(asked.request));
  if (!closed) json["error"] = closed.error().message;
  co_return answer_of(json_answer(closed ? 200 : 500, json));
}

}  // namespace dynatape::admin
