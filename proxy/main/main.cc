#ifdef DYNATAPE_MIMALLOC
#include <mimalloc.h>
#endif

#include <cstdio>
#include <string>
#include <vector>

#include "proxy/command_line.h"
#include "proxy/run.h"

int main(int argc, char** argv) {
#ifdef DYNATAPE_MIMALLOC
  // Huge pages where the system offers them: walking page tables is what slows a big heap down.
  mi_option_enable(mi_option_large_os_pages);
#endif
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto command = dynatape::proxy::parse_command_line(arguments);
  if (command) return dynatape::proxy::run(*command);
  std::fputs(command.error().text.c_str(), command.error().status == 0 ? stdout : stderr);
  return command.error().status;
}
