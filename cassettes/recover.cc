#include "cassettes/recover.h"

#include <cstdio>
#include <filesystem>

#include "cassettes/file_header.h"
#include "cassettes/log_state.h"
#include "cassettes/store.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {
namespace {

/// Before SQLite drops what it cannot read.
core::Result<void> copy_log(const std::string& log, const std::string& copy) {
  std::error_code error;
  std::filesystem::copy_file(log, copy, error);
  if (!error) return {};
  return core::failure("cassette: its damaged log cannot be kept as " + copy + ": " +
                       error.message());
}

}  // namespace

core::Result<Recovered> recover(const std::string& path) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::absent) return core::failure("cassette " + path + ": no such file");
  const std::string log = path + "-wal";
  const LogState seen = log_state(log);
  Recovered recovered{.lost_commits = seen.lost_commits};
  if (*state == FileState::unclosed && seen.damaged_at) {
    recovered.damaged_log = log + ".damaged";
    if (auto copied = copy_log(log, recovered.damaged_log); !copied) {
      return std::unexpected(copied.error());
    }
  }
  auto store = Store::record(path, Store::Damage::cut_off);
  if (!store) {
    // Another process has it, and its log is not ours to judge.
    if (!recovered.damaged_log.empty()) std::remove(recovered.damaged_log.c_str());
    return std::unexpected(store.error());
  }
  const auto count = (*store)->count();
  if (!count) return std::unexpected(count.error());
  recovered.recordings = *count;
  if (auto closed = close_with_index(**store); !closed) return std::unexpected(closed.error());
  return recovered;
}

core::Result<void> put_in_order(const std::string& path) {
  auto store = Store::record(path);
  return store ? close_with_index(**store) : std::unexpected(store.error());
}

}  // namespace dynatape::cassettes
