#pragma once

// Billing mode and provisioned throughput as UpdateTable changes them.

#include "emulator/operations/context.h"
#include "emulator/operations/update_table_input.h"

namespace dynatape::operations {

/// Sets the units and what is told of their rise and fall.
void set_units(const ThroughputInput& input, model::TimePoint now,
               model::ProvisionedThroughput& units);

/// Billing mode and throughput of the table itself.
[[nodiscard]] model::Outcome<void> apply_billing(const Context& context,
                                                 const UpdateTableInput& input,
                                                 model::Table& table);

}  // namespace dynatape::operations
