#pragma once

// The backup that the service makes of a table with point-in-time recovery when it is deleted:
// BackupType SYSTEM, kept for 35 days.

#include "interceptors/polyfill.h"

namespace dynatape::interceptors {

/// DeleteTable; `next` is who does it.
[[nodiscard]] core::Task<Answer> delete_table(const PolyfillContext& context,
                                              core::Exchange& exchange, core::Next next);

}  // namespace dynatape::interceptors
