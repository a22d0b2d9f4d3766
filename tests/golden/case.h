#pragma once

// A recorded call and what the service answered, as the files in data/ hold it, and how an answer
// of ours is compared with it.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/emulator.h"

namespace dynatape::golden {

/// The lines of a file in data/.
[[nodiscard]] std::vector<nlohmann::json> load(std::string_view file);

/// A member that is a string.
[[nodiscard]] inline std::string text(const nlohmann::json& object, const char* member) {
  return object.at(member).get<std::string>();
}

/// Runs one call on `emulator`, at a fixed time.
[[nodiscard]] emulator::Answer call(emulator::Emulator& emulator, const std::string& operation,
                                    const nlohmann::json& request);

/// Whether an error answer is the recorded one: status, type and message.
[[nodiscard]] bool same_error(const nlohmann::json& recorded, const emulator::Answer& answer);

/// Whether a response is the recorded one: whole, at one path, or by its assertions.
[[nodiscard]] bool same_response(const nlohmann::json& recorded, const emulator::Answer& answer);

}  // namespace dynatape::golden
