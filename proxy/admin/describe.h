#pragma once

// What the admin API says of sessions, as JSON, and how it reads what makes them.

#include "core/result.h"
#include "proxy/admin/route.h"

namespace dynatape::admin {

[[nodiscard]] ordered_json json_of(const sessions::Summary& summary);
[[nodiscard]] ordered_json json_of(const sessions::SessionClock::Reading& clock);
/// null where there is none.
[[nodiscard]] ordered_json json_of(const sessions::Session::CassetteInUse& cassette);
/// A session with its settings and its summary. `base` is the URL of the process.
[[nodiscard]] ordered_json json_of(sessions::Session& session, const sessions::Sessions& all,
                                   const std::string& base);

/// The settings of a new session; what `body` does not say is as in `model`, but for its cassette,
/// rules and account, which are its own.
[[nodiscard]] core::Result<sessions::SessionSettings> settings_of(
    const ordered_json& body, const sessions::SessionSettings& model);

/// "http://localhost:8000", as the client reached it.
[[nodiscard]] std::string base_url(const core::Request& request);

/// `mode` of a body that has `cassette`, too.
[[nodiscard]] core::Result<cassettes::Mode> mode_of(const ordered_json& body);

/// "2026-11-20T16:23:01.123456Z"
[[nodiscard]] std::string text_of(core::TimePoint time);

}  // namespace dynatape::admin
