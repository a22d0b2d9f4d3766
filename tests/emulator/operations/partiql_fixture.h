#pragma once

// An emulator with tables that PartiQL tests read and write, and short ways to call it.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/emulator.h"

namespace dynatape::emulator {

/// `hash` (pk), `composite` (pk, sk), both of strings; `indexed` as the service's captures of
/// index-qualified reads had it.
class PartiqlFixture {
 public:
  using json = nlohmann::json;
  using Parameters = std::vector<json>;

  PartiqlFixture();

  /// Any operation; the answer's body, with its status as "status".
  json call(std::string_view operation, const json& request);
  /// ExecuteStatement.
  json run(const std::string& statement, Parameters parameters = {}, json more = json::object());
  /// Its Items, without those of pages after the first.
  json items(const std::string& statement, Parameters parameters = {}, json more = json::object());
  /// Its refusal: "ValidationException: text".
  std::string refusal(const std::string& statement, Parameters parameters = {},
                      json more = json::object());
  /// One attribute of every item, e.g. all sort keys: `["1","2"]`.
  json column(const std::string& statement, const std::string& attribute);

  void put(const std::string& table, const json& item);
  /// The item, or null.
  json get(const std::string& table, const json& key);

  /// Moves the clock.
  void wait(std::chrono::seconds time) { now_ += time; }

 private:
  Emulator emulator_{Options{}};
  std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds> now_{
      std::chrono::seconds(1'790'000'000)};
};

/// "ValidationException: text" of an error answer; "200" of another one.
std::string refusal_in(const nlohmann::json& answer);

}  // namespace dynatape::emulator
