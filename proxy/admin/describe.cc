#include "proxy/admin/describe.h"

#include <algorithm>
#include <utility>

#include "proxy/sessions/clock_text.h"
#include "proxy/sessions/database_file.h"

namespace dynatape::admin {
namespace {

using core::failure;
using core::Result;

constexpr std::pair<std::string_view, cassettes::Mode> kModes[] = {
    {"once", cassettes::Mode::once},
    {"new", cassettes::Mode::new_episodes},
    {"all", cassettes::Mode::all},
    {"none", cassettes::Mode::none},
};

constexpr std::pair<std::string_view, model::Behaviour> kBehaviours[] = {
    {"aws-2026-10", model::Behaviour::aws_2026_10},
    {"aws-2026-05", model::Behaviour::aws_2026_05},
};

template <class Rows, class Value>
std::string name_in(const Rows& rows, Value value) {
  for (const auto& [name, of] : rows) {
    if (of == value) return std::string(name);
  }
  return {};
}

/// Reads `member`, one of the names of `rows`, where `body` has it.
template <class Rows, class Value>
Result<void> read_name(const ordered_json& body, const char* member, const Rows& rows, Value& out) {
  if (!body.contains(member)) return {};
  const auto text = body.at(member).template get<std::string>();
  std::string names;
  for (const auto& [name, of] : rows) {
    if (name == text) {
      out = of;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return failure("'" + std::string(member) + "' must be one of " + names + ", not '" + text + "'");
}

void read_text(const ordered_json& body, const char* member, std::string& out) {
  if (body.contains(member)) out = body.at(member).get<std::string>();
}

}  // namespace

Result<cassettes::Mode> mode_of(const ordered_json& body) {
  cassettes::Mode mode = cassettes::Mode::once;
  if (auto read = read_name(body, "mode", kModes, mode); !read) {
    return std::unexpected(read.error());
  }
  if (body.contains("mode") && !body.contains("cassette")) {
    return failure("'mode' needs 'cassette', a file's path");
  }
  return mode;
}

ordered_json json_of(const sessions::Summary& summary) {
  return {{"calls", summary.calls},
          {"replayed", summary.replayed},
          {"recorded", summary.recorded},
          {"missed", summary.missed},
          {"synthesised", summary.synthesised},
          {"passed_on", summary.passed_on},
          {"unused", summary.unused},
          {"faults_planned", summary.faults_planned},
          {"faults_delivered", summary.faults_delivered},
          {"misses", summary.misses},
          {"stand_ins", summary.stand_ins},
          {"unused_calls", summary.unused_calls},
          {"undelivered", summary.undelivered},
          {"lost_answers", summary.lost_answers},
          {"halts", summary.halts},
          {"unanswered", summary.unanswered},
          {"problems", summary.problems}};
}

ordered_json json_of(const sessions::SessionClock::Reading& clock) {
  return {{"now", text_of(clock.now)}, {"rate", clock.rate}, {"steered", clock.steered}};
}

ordered_json json_of(const sessions::Session::CassetteInUse& cassette) {
  if (!cassette.cassette) return nullptr;
  const auto summary = cassette.cassette->summary();
  ordered_json misses = ordered_json::array();
  for (const auto& miss : summary.misses) misses.push_back(sentence(miss));
  return {{"cassette", cassette.path},
          {"mode", name_in(kModes, cassette.mode)},
          {"replays", cassette.cassette->replays()},
          {"records", cassette.cassette->records()},
          {"replayed", summary.replayed},
          {"recorded", summary.recorded},
          {"missed", summary.missed},
          {"misses", std::move(misses)},
          {"synthesised", summary.synthesised},
          {"passed_on", summary.passed_on},
          {"stand_ins", summary.stand_ins},
          {"unused", summary.unused},
          {"unused_calls", summary.unused_calls},
          {"secrets_replaced", summary.redactions},
          {"failure", summary.failure ? ordered_json(*summary.failure) : ordered_json()}};
}

ordered_json json_of(sessions::Session& session, const sessions::Sessions& all,
                     const std::string& base) {
  const auto& settings = session.settings();
  const bool fallback = &session == &all.fallback();
  ordered_json json = {{"name", session.name()},
                       {"url", base + (fallback ? "" : session.path_prefix())},
                       {"access_keys", all.access_keys(session.name())},
                       {"upstream", settings.upstream}};
  if (settings.upstream == "emulator") {
    json["behaviour"] = name_in(kBehaviours, settings.emulator.behaviour);
  }
  if (!settings.account.empty()) json["account"] = settings.account;
  if (const auto cassette = session.cassette(); cassette.cassette) {
    json["cassette"] = cassette.path;
    json["mode"] = name_in(kModes, cassette.mode);
  }
  if (settings.seed) json["seed"] = *settings.seed;
  json["clock"] = json_of(session.clock().read());
  json["summary"] = json_of(session.summary());
  return json;
}

Result<sessions::SessionSettings> settings_of(const ordered_json& body,
                                              const sessions::SessionSettings& model) {
  sessions::SessionSettings settings;
  settings.upstream = model.upstream;
  settings.emulator = model.emulator;
  settings.seed = model.seed;
  settings.clock = model.clock;
  read_text(body, "name", settings.name);
  read_text(body, "upstream", settings.upstream);
  read_text(body, "account", settings.account);
  read_text(body, "cassette", settings.cassette);
  read_text(body, "backups", settings.backups);
  read_text(body, "database", settings.database);
  if (body.contains("seed")) settings.seed = body.at("seed").get<std::uint64_t>();
  if (body.contains("rules")) settings.rules = {body.at("rules").dump(), "rules"};
  const auto mode = mode_of(body);
  if (!mode) return std::unexpected(mode.error());
  settings.mode = *mode;
  auto behaves = read_name(body, "behaviour", kBehaviours, settings.emulator.behaviour);
  if (!behaves) return std::unexpected(behaves.error());
  const bool emulates = settings.upstream == "emulator";
  for (const char* const name : {"behaviour", "account", "table_delay", "database"}) {
    if (body.contains(name) && !emulates) {
      return failure("'" + std::string(name) + "' is for the upstream 'emulator' only");
    }
  }
  if (body.contains("table_delay")) {
    const auto delay = sessions::parse_span(body.at("table_delay").get<std::string>());
    if (!delay) return failure("'table_delay': " + delay.error().message);
    settings.emulator.table_delay = *delay;
  }
  if (!settings.database.empty()) {
    if (!settings.account.empty()) {
      return failure("'account' and 'database' do not go together: a file is every account's");
    }
    settings.account = sessions::kFileAccount;
  }
  if (!body.contains("clock")) return settings;
  const auto clock = sessions::parse_clock(body.at("clock").get<std::string>());
  if (!clock) return failure("'clock': " + clock.error().message);
  settings.clock = *clock;
  return settings;
}

std::string base_url(const core::Request& request) {
  return "http://" + std::string(request.headers.get("host").value_or("localhost"));
}

std::string text_of(core::TimePoint time) { return sessions::to_text(time); }

}  // namespace dynatape::admin
