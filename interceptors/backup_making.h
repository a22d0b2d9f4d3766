#pragma once

// How a backup comes to be. Where the upstream can snapshot, it is one moment of the whole
// database, at O(1); its items are read out of it only where a file is to keep them. Elsewhere a
// consistent Scan copies the items, which takes its time: writes meanwhile may be in it or not.

#include <memory>
#include <optional>
#include <string>

#include "interceptors/polyfill.h"

namespace dynatape::interceptors {

struct BackupOrder {
  std::string name;
  std::string type = "USER";  ///< or SYSTEM
  std::optional<core::Duration> kept_for = {};
};

/// Backs up the table as it is at `moment`, or as the upstream has it now where that is nullptr.
/// The backup that is complete; or what to answer in its stead, and then there is none.
[[nodiscard]] core::Task<Attempt<Backup>> make_backup(const PolyfillContext& context,
                                                      core::Exchange& exchange, std::string table,
                                                      BackupOrder order,
                                                      std::shared_ptr<const core::Snapshot> moment);

}  // namespace dynatape::interceptors
