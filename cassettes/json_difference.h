#pragma once

// Where two JSON documents differ, by path and by value.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dynatape::cassettes {

struct JsonDifference {
  std::string path;   ///< "request.body.Key.id.S", "Items[0].n"; "" is the document
  std::string left;   ///< as JSON; "" where only the right side has it
  std::string right;  ///< as JSON; "" where only the left side has it

  bool operator==(const JsonDifference&) const = default;
};

/// In the order of the paths. An object or list against something else is one difference.
[[nodiscard]] std::vector<JsonDifference> json_differences(const nlohmann::json& left,
                                                           const nlohmann::json& right);

/// "request.body.Limit: 10 → 20"; long values are cut.
[[nodiscard]] std::string sentence(const JsonDifference& difference);

}  // namespace dynatape::cassettes
