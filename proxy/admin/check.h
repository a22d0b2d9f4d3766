#pragma once

// Checks what a request says against what its route takes, and reads it.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "proxy/admin/route.h"

namespace dynatape::admin {

/// Reads a body; the error names the member that is unknown, missing or of the wrong type.
[[nodiscard]] core::Result<ordered_json> read_body(const core::Request& request,
                                                   std::span<const Member> members);

/// Reads a query, "?a=1&b=2", percent-decoded.
[[nodiscard]] core::Result<std::map<std::string, std::string, std::less<>>> read_query(
    std::string_view target, std::span<const Member> parameters);

/// Members of one object with others of the rows' names and types refused: for objects inside a
/// body. `what` names the object in messages.
[[nodiscard]] core::Result<void> check_members(const ordered_json& object,
                                               std::span<const Member> members,
                                               const std::string& what);

}  // namespace dynatape::admin
