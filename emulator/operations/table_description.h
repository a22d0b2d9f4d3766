#pragma once

// A TableDescription as the service writes it.

#include <string>

#include "emulator/operations/context.h"
#include "emulator/storage/table_state.h"

namespace dynatape::operations {

/// Which answer it stands in.
enum class Describing {
  now,     ///< DescribeTable: states as they are at this moment
  change,  ///< CreateTable, UpdateTable: states as the change made them, no default warm throughput
  deletion  ///< DeleteTable: only what outlives the table
};

void append_description(std::string& out, const Context& context, const model::Table& table,
                        const storage::TableState* state, Describing describing);

}  // namespace dynatape::operations
