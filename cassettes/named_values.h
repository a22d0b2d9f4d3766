#pragma once

// Values that rules, not their form, show to be another in every run: in an answer they stand as
// whole strings.

#include <string>

#include "cassettes/bindings.h"

namespace dynatape::cassettes {

/// Puts what stands for it now in the place of every string of a JSON text that is, as a whole, a
/// bound value. Names of members stay. True where anything was replaced.
bool rewrite_strings(std::string& body, const Bindings& bindings);

}  // namespace dynatape::cassettes
