#pragma once

// What a fuzz target defines: one function that is given any bytes. It aborts if something is not
// as it should be. See entry.cc for how it is called.

#include <string_view>

namespace dynatape::fuzz {

void try_input(std::string_view input);

}  // namespace dynatape::fuzz
