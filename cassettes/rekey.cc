#include "cassettes/rekey.h"

#include "cassettes/file_header.h"
#include "cassettes/store.h"
#include "cassettes/tape_index.h"

namespace dynatape::cassettes {

core::Result<Rekeyed> rekey(const std::string& path) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::absent) return core::failure("cassette " + path + ": no such file");
  auto store = Store::record(path);
  if (!store) return std::unexpected(store.error());
  const auto version = (*store)->key_version();
  if (!version) return std::unexpected(version.error());
  Rekeyed rekeyed{*version, 0};
  if (*version != kKeyVersion) {
    const auto changed = (*store)->rekey();
    if (!changed) return std::unexpected(changed.error());
    rekeyed.changed = *changed;
  }
  if (auto closed = close_with_index(**store); !closed) return std::unexpected(closed.error());
  return rekeyed;
}

}  // namespace dynatape::cassettes
