// What a session is in: its clock, its cassette, and its work that time brings.

#include "proxy/admin/describe.h"
#include "proxy/admin/handlers.h"
#include "proxy/sessions/clock_text.h"
#include "proxy/sessions/time_work.h"

namespace dynatape::admin {
namespace {

using core::failure;
using core::Result;

core::Response clock_answer(sessions::Session& session) {
  return json_answer(200, json_of(session.clock().read()));
}

Result<void> steer(sessions::SessionClock& clock, const std::string& how,
                   const ordered_json& value) {
  if (how == "freeze") {
    if (value.is_boolean() && value.get<bool>()) return clock.set_rate(0), Result<void>();
    if (!value.is_string()) return failure("'freeze' must be true or a time");
    const auto time = sessions::parse_time(value.get<std::string>());
    if (!time) return std::unexpected(time.error());
    clock.restart({.start = *time, .rate = 0});
  } else if (how == "set") {
    const auto time = sessions::parse_time(value.get<std::string>());
    if (!time) return std::unexpected(time.error());
    clock.set(*time);
  } else if (how == "advance") {
    const auto by = sessions::parse_span(value.get<std::string>());
    if (!by) return std::unexpected(by.error());
    clock.advance(*by);
  } else if (how == "scale") {
    const auto rate = value.get<double>();
    if (!(rate > 0) || rate > sessions::kHighestRate) {
      return failure("'scale' must be above 0 and at most 1000000; freeze stops the clock");
    }
    clock.set_rate(rate);
  } else {  // resume, system
    if (!value.get<bool>()) return failure("'" + how + "' must be true");
    if (how == "resume") clock.set_rate(1);
    if (how == "system") clock.restart();
  }
  return {};
}

core::Response cassette_answer(sessions::Session& session) {
  return json_answer(200, json_of(session.cassette()));
}

}  // namespace

Answering get_clock(Services&, Asked asked) { co_return answer_of(clock_answer(*asked.session)); }

Answering post_clock(Services&, Asked asked) {
  if (asked.body.size() != 1) {
    co_return answer_of(
        refusal(400, "the body takes exactly one of freeze, set, advance, scale, resume, system"));
  }
  const auto done = steer(asked.session->clock(), asked.body.begin().key(), *asked.body.begin());
  if (!done) co_return answer_of(refusal(400, done.error().message));
  co_return answer_of(clock_answer(*asked.session));
}

Answering post_await(Services&, Asked asked) {
  auto patience = sessions::parse_span(asked.body.value("timeout", "30s"));
  if (!patience) co_return answer_of(refusal(400, patience.error().message));
  const auto done = co_await sessions::settle(*asked.session, asked.loop, *patience);
  if (!done) co_return answer_of(refusal(409, done.error().message));
  co_return answer_of(clock_answer(*asked.session));
}

Answering post_reset(Services& services, Asked asked) {
  const auto done = co_await asked.session->reset(asked.loop);
  if (!done) co_return answer_of(refusal(409, done.error().message));
  services.log.forget(asked.session->name());
  co_return answer_of(
      json_answer(200, json_of(*asked.session, services.sessions, base_url(asked.request))));
}

Answering get_cassette(Services&, Asked asked) {
  co_return answer_of(cassette_answer(*asked.session));
}

Answering put_cassette(Services&, Asked asked) {
  const auto mode = mode_of(asked.body);
  if (!mode) co_return answer_of(refusal(400, mode.error().message));
  const auto changed = co_await asked.session->change_cassette(
      asked.loop, asked.body.at("cassette").get<std::string>(), *mode);
  if (!changed) co_return answer_of(refusal(409, changed.error().message));
  co_return answer_of(cassette_answer(*asked.session));
}

Answering delete_cassette(Services&, Asked asked) {
  const auto before = asked.session->cassette();
  if (!before.cassette) {
    co_return answer_of(refusal(404, "session '" + asked.session->name() + "' has no cassette"));
  }
  const auto changed =
      co_await asked.session->change_cassette(asked.loop, "", cassettes::Mode::once);
  if (!changed) co_return answer_of(refusal(500, changed.error().message));
  co_return answer_of(json_answer(200, json_of(before)));
}

}  // namespace dynatape::admin
