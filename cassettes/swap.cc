#include "cassettes/swap.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cassettes/file_header.h"
#include "cassettes/store.h"

namespace dynatape::cassettes {
namespace {

std::unexpected<core::Error> kept(const std::string& to, const std::string& why,
                                  const std::string& from) {
  return core::failure("cassette " + to + ": it was kept, because " + why + "; the new one is " +
                       from);
}

/// Makes a rename durable.
void sync_directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY);
  if (directory < 0) return;
  ::fsync(directory);
  ::close(directory);
}

}  // namespace

core::Result<Connection> hold(const std::string& path) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::unclosed) {
    auto left = Store::record(path);
    if (!left) return std::unexpected(left.error());
    if (auto folded = (*left)->close(); !folded) return std::unexpected(folded.error());
  }
  auto connection = Connection::open(path, Connection::Access::write);
  if (!connection) return connection;
  // Without a write in it, the transaction makes no journal.
  if (auto locked = connection->run("BEGIN IMMEDIATE"); !locked) {
    return std::unexpected(locked.error());
  }
  return connection;
}

core::Result<void> move_over(const std::string& from, const std::string& to) {
  // SQLite would take such a log for the new tape's.
  for (const char* log : {"-wal", "-journal"}) {
    if (!std::filesystem::exists(to + log)) continue;
    return kept(to, to + log + " shows another recorder at work", from);
  }
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    return kept(to, std::string("the new one cannot replace it: ") + std::strerror(errno), from);
  }
  sync_directory_of(to);
  return {};
}

}  // namespace dynatape::cassettes
