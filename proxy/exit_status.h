#pragma once

// How a command ends: its status, and what it says about it on standard error.

#include <string>

#include "core/result.h"

namespace dynatape::proxy {

inline constexpr int kDone = 0;
inline constexpr int kDiffers = 1;   ///< what was compared is not the same
inline constexpr int kNotKept = 1;   ///< something could not be stored
inline constexpr int kBadInput = 2;  ///< or nothing could be started
inline constexpr int kMissed = 3;    ///< a replay whose command succeeded was not the recorded one

/// One line on standard error, behind the program's name.
void say(const std::string& line);
/// Says why; kBadInput.
[[nodiscard]] int refuse(const core::Error& error);
/// Ends a command that wrote to std::cout. Also a full disk or a closed pipe behind it is worth a
/// word.
[[nodiscard]] int printed(const core::Result<void>& result);

}  // namespace dynatape::proxy
