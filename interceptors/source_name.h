#pragma once

// Who answered, as logs and metrics write it.

#include <string_view>

#include "core/message.h"

namespace dynatape::interceptors {

/// In the order of core::Source.
inline constexpr std::string_view kSourceNames[] = {"emulator", "remote", "cassette",   "fault",
                                                    "admin",    "proxy",  "synthesised"};

[[nodiscard]] constexpr std::string_view source_name(core::Source source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

}  // namespace dynatape::interceptors
