#pragma once

// `dynatape cassette learn`.

#include "proxy/cassette_commands.h"

namespace dynatape::proxy {

void declare_learn(CLI::App& app, CassetteArguments& arguments);
[[nodiscard]] int learn(const CassetteArguments& arguments);

}  // namespace dynatape::proxy
