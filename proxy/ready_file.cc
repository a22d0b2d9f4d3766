#include "proxy/ready_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace dynatape::proxy {
namespace {

bool write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  file << text << '\n' << std::flush;
  return file.good();
}

core::Result<void> refused(const std::string& path) {
  return core::failure("cannot write ready file '" + path + "': " + std::strerror(errno));
}

}  // namespace

core::Result<void> write_ready_file(const std::string& path, const std::string& url) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_fifo(status) || std::filesystem::is_character_file(status)) {
    if (!write_text(path, url)) return refused(path);
    return {};
  }
  const std::string fresh = path + "." + std::to_string(::getpid());
  if (!write_text(fresh, url) || std::rename(fresh.c_str(), path.c_str()) != 0) {
    const auto result = refused(path);
    std::filesystem::remove(fresh, error);
    return result;
  }
  return {};
}

}  // namespace dynatape::proxy
