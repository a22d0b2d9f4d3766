#pragma once

// One text for one JSON document, as people review it and diffs compare it: without white space,
// members sorted, numbers in plain decimal, the members of SS, NS and BS sorted. Lists, expressions
// and binary values stand as they were sent. What finds a recording is not this text but the
// meaning of its request: see meaning.h.

#include <optional>
#include <string>
#include <string_view>

namespace dynatape::cassettes {

/// The canonical form of a JSON document; nullopt where `text` is not one.
[[nodiscard]] std::optional<std::string> canonical_json(std::string_view text);

}  // namespace dynatape::cassettes
