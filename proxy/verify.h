#pragma once

// `dynatape verify`: asks the questions of a recording again, of the emulator or of another
// endpoint, and says how the answers have drifted from the recorded ones.

#include <string>

#include "emulator/emulator.h"

namespace dynatape::proxy {

struct VerifyOptions {
  std::string file;                  ///< a cassette, or lines
  std::string against = "emulator";  ///< or an http:// URL
  std::string prepare;               ///< lines to carry out first; empty: none
  emulator::Options emulator;
  bool json = false;  ///< one line of JSON per difference on standard output

  bool operator==(const VerifyOptions&) const = default;
};

/// 0: no drift; 1: drift; 2: bad input, or the endpoint cannot be reached.
[[nodiscard]] int verify(const VerifyOptions& options);

}  // namespace dynatape::proxy
