#pragma once

// A database as lines of JSON: the calls that make it, one on each line, as
// {"operation":"CreateTable","input":{…}}. So whoever can write a call can write a state.

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "emulator/emulator.h"
#include "emulator/storage/databases.h"

namespace dynatape::sessions {

/// One moment of `database`, also while it is written to.
[[nodiscard]] core::Result<std::string> lines_of(const storage::Database& database,
                                                 const storage::DatabaseName& name,
                                                 core::TimePoint now);

/// Makes the calls on the database called `name`, in order, all or none: what fails leaves it as it
/// was, and the error names the line, where `first` is the number of the first one.
[[nodiscard]] core::Result<void> read_lines(emulator::Emulator& emulator,
                                            const storage::DatabaseName& name, core::TimePoint now,
                                            std::string_view lines, std::size_t first = 1);

}  // namespace dynatape::sessions
