#pragma once

// JSON as text: what stands where, and one order of members, without losing how a number or a list
// was written. It knows nothing of DynamoDB; meaning.h says what a request means.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynatape::cassettes {

struct JsonMember {
  std::string name;        ///< unescaped
  std::string_view value;  ///< as it stands, without the white space around it
};

/// The members of a JSON object in their order; nullopt where `text` is none.
[[nodiscard]] std::optional<std::vector<JsonMember>> json_members(std::string_view text);

/// The same JSON value with members sorted by name at every depth, no white space, strings with as
/// few escapes as JSON allows and numbers as they stand. nullopt where `text` is not JSON, and
/// where a member occurs twice, which readers understand differently.
[[nodiscard]] std::optional<std::string> sorted_json(std::string_view text);

/// Whether `text` is JSON that can stand inside a line of JSON and be taken out again, byte for
/// byte, with any tool that keeps the order of members.
[[nodiscard]] bool fits_in_json_line(std::string_view text);

}  // namespace dynatape::cassettes
