#include "proxy/ready_file.h"

#include <fcntl.h>
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

std::unexpected<core::Error> refused(const std::string& path) {
  return core::failure("cannot write ready file '" + path + "': " + std::strerror(errno));
}

}  // namespace

core::Result<bool> write_ready_file(const std::string& path, const std::string& url) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_fifo(status)) {
    // Opening it for writing would wait for a reader, deaf to signals.
    const int fifo = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fifo < 0 && errno == ENXIO) return false;
    if (fifo < 0) return refused(path);
    const std::string line = url + "\n";  // shorter than PIPE_BUF: written whole or not at all
    const bool written =
        ::write(fifo, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    ::close(fifo);
    if (!written) return refused(path);
    return true;
  }
  const bool device = std::filesystem::is_character_file(status);
  const std::string fresh = device ? path : path + "." + std::to_string(::getpid());
  if (!write_text(fresh, url)) return refused(path);
  if (!device && std::rename(fresh.c_str(), path.c_str()) != 0) {
    const auto result = refused(path);
    std::filesystem::remove(fresh, error);
    return result;
  }
  return true;
}

}  // namespace dynatape::proxy
