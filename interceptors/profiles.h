#pragma once

// Ready-made rule files: what production does on a bad day, to start from. `dynatape rules profile
// NAME` prints one; a rule file names them in "profile".

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

namespace dynatape::interceptors {

struct Profile {
  std::string_view name;
  std::string_view summary;
  std::string_view text;  ///< a rule file with comments
};

[[nodiscard]] std::span<const Profile> profiles();
[[nodiscard]] std::span<const std::string_view> profile_names();

/// The profile of that name, or nullptr.
[[nodiscard]] const Profile* find_profile(std::string_view name);

/// The same rule file with the rules of its profiles written out before its own.
[[nodiscard]] nlohmann::ordered_json with_profiles_written_out(nlohmann::ordered_json file);

/// A line for each.
[[nodiscard]] std::string list_profiles();

}  // namespace dynatape::interceptors
