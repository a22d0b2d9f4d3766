#pragma once

// A recorded call and what the service answered, as the files in data/ hold it, the emulator it is
// put to, and how an answer of ours is compared with it.

#include <memory>
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

/// An emulator with a database of its own, at a fixed time.
class Service {
 public:
  virtual ~Service() = default;
  [[nodiscard]] virtual emulator::Answer call(const std::string& operation,
                                              const std::string& body) = 0;
};

/// The cases run twice: test_golden calls the emulator itself, test_golden_wire speaks HTTP to a
/// server. Each links its own.
[[nodiscard]] std::unique_ptr<Service> make_service(emulator::Options options);

inline constexpr std::chrono::seconds kNow{1'790'000'000};

[[nodiscard]] inline emulator::Answer call(Service& service, const std::string& operation,
                                           const nlohmann::json& request) {
  return service.call(operation, request.dump());
}

/// Whether an error answer is the recorded one: status, type and message.
[[nodiscard]] bool same_error(const nlohmann::json& recorded, const emulator::Answer& answer);

/// Whether a response is the recorded one: whole, at one path, or by its assertions.
[[nodiscard]] bool same_response(const nlohmann::json& recorded, const emulator::Answer& answer);

}  // namespace dynatape::golden
