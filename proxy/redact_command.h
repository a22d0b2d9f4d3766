#pragma once

// `dynatape cassette redact`.

#include "proxy/cassette_commands.h"

namespace dynatape::proxy {

void declare_redact(CLI::App& app, CassetteArguments& arguments);
[[nodiscard]] int redact(const CassetteArguments& arguments);

}  // namespace dynatape::proxy
