#pragma once

// The emulator's databases of one account as a file: the lines of each region's database, behind a
// line {"region": NAME} where that is not us-east-1. So an export of the admin API is such a file,
// too.

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "emulator/emulator.h"

namespace dynatape::sessions {

/// Whose databases a file holds, whatever access keys its users have.
inline constexpr std::string_view kFileAccount = "dynatape";

/// Makes the calls of `text`; the error names `file` and the line.
[[nodiscard]] core::Result<void> read_database(emulator::Emulator& emulator, std::string_view text,
                                               const std::string& file, core::TimePoint now);
/// The same with the content of a file.
[[nodiscard]] core::Result<void> load_database(emulator::Emulator& emulator,
                                               const std::string& file, core::TimePoint now);

/// All databases of the account, by region; those without a table are left out.
[[nodiscard]] core::Result<std::string> write_database(emulator::Emulator& emulator,
                                                       core::TimePoint now);
/// Puts `text` into a file, whole or not at all. What is there is replaced only where `replace`
/// says so.
[[nodiscard]] core::Result<void> store_database(const std::string& text, const std::string& file,
                                                bool replace);
/// Fails where store_database() would, for there is something already.
[[nodiscard]] core::Result<void> may_store(const std::string& file, bool replace);

}  // namespace dynatape::sessions
