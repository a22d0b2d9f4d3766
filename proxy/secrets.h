#pragma once

// What this process knows that no cassette may show: its own credentials, and keys of pseudonyms.

#include <string>
#include <vector>

#include "proxy/child_process.h"

namespace dynatape::proxy {

/// What this process and its child sign with: a secret key never travels, so no request shows it.
[[nodiscard]] std::vector<std::string> own_secrets(const Environment& environment);

struct PseudonymKeys {
  std::string own;    ///< the user's, of DYNATAPE_PSEUDONYM_KEY; empty: none
  std::string fresh;  ///< random bytes, for a cassette that keeps its own
};
[[nodiscard]] PseudonymKeys pseudonym_keys(const Environment& environment);

}  // namespace dynatape::proxy
