#pragma once

// Who may call the admin API. Nothing here looks at what is asked.

#include <optional>
#include <string>

#include "core/message.h"
#include "proxy/admin/admin.h"

namespace dynatape::admin {

/// The answer to a request that may not be answered.
[[nodiscard]] std::optional<core::Response> refused(const Access& access,
                                                    const core::Request& request);

}  // namespace dynatape::admin
