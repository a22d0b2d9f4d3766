#include "proxy/exit_status.h"

#include <cstdio>
#include <iostream>

namespace dynatape::proxy {

void say(const std::string& line) { std::fprintf(stderr, "dynatape: %s\n", line.c_str()); }

int refuse(const core::Error& error) {
  say(error.message);
  return kBadInput;
}

int printed(const core::Result<void>& result) {
  if (!result) return refuse(result.error());
  if (!std::cout.flush()) return refuse({"cannot write to standard output"});
  return kDone;
}

}  // namespace dynatape::proxy
