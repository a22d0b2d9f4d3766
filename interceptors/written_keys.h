#pragma once

// Which items of a table a call may write, as functions of its parameters.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/call.h"

namespace dynatape::interceptors {

using nlohmann::ordered_json;

/// The keys that the call writes in the table of that plain name, whose key attributes are `names`;
/// nullopt where its parameters do not tell, as in PartiQL.
[[nodiscard]] std::optional<std::vector<ordered_json>> written_keys(
    const core::Call& call, const std::string& table, const std::vector<std::string>& names);

/// Whether the call only reads: a PartiQL statement that is a SELECT, or several of them.
[[nodiscard]] bool only_selects(const core::Call& call);

/// The key of an item, or of a key, as a text that is the same for equal keys.
[[nodiscard]] std::string key_text(const ordered_json& item, const std::vector<std::string>& names);

}  // namespace dynatape::interceptors
