#include "proxy/sessions/rule_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace dynatape::sessions {

core::Result<RuleText> read_rule_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();  // nothing to write is a failure, too
  std::error_code unknown;
  const bool empty =
      std::filesystem::is_regular_file(path, unknown) && std::filesystem::is_empty(path, unknown);
  if (!file.is_open() || file.bad() || (!text && !empty)) {
    return core::failure("cannot read '" + path + "'");
  }
  return RuleText{std::move(text).str(), path};
}

}  // namespace dynatape::sessions
