#pragma once

// What the operations on continuous backups share.

#include <string>

#include "emulator/model/service_error.h"
#include "emulator/operations/context.h"

namespace dynatape::operations {

/// {"ContinuousBackupsDescription":…}
[[nodiscard]] std::string describe_backups(const Context& context,
                                           const model::PointInTimeRecovery& recovery);

/// TableNotFoundException, which these operations have instead of ResourceNotFoundException.
[[nodiscard]] model::ServiceError no_table_to_back_up(std::string_view name);

}  // namespace dynatape::operations
