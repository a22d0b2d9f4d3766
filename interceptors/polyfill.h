#pragma once

// What an operation that the upstream lacks is answered with. Each polyfill is one function of a
// context and a call; the polyfills interceptor calls it once the upstream has said that it does
// not know the operation.

#include <memory>
#include <string>

#include "core/pipeline.h"
#include "core/snapshots.h"
#include "interceptors/backup_store.h"
#include "interceptors/table_settings.h"
#include "interceptors/upstream_call.h"

namespace dynatape::interceptors {

class Expiry;
class Recovery;
class WrittenTables;

/// What polyfills stand on.
struct PolyfillContext {
  // All shared with the session.
  std::shared_ptr<core::Upstream> upstream;              ///< trusts its caller
  std::shared_ptr<core::Snapshots> snapshots = nullptr;  ///< nullptr where it offers none
  std::shared_ptr<BackupStore> backups;
  std::shared_ptr<TableSettings> settings;
  std::shared_ptr<Expiry> expiry;
  std::shared_ptr<Recovery> recovery;      ///< where the upstream can snapshot
  std::shared_ptr<WrittenTables> written;  ///< where it cannot
  std::string account = {};                ///< of all calls; empty: each access key is one
  core::Duration change_delay = {};  ///< how long a backup is being made, or a setting changed

  /// Whose database a call is about: account and region.
  [[nodiscard]] std::string owner_of(const core::Exchange& exchange) const;
};

using Polyfill = core::Task<Answer> (*)(const PolyfillContext&, core::Exchange&);

// backups.cc
[[nodiscard]] core::Task<Answer> create_backup(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> describe_backup(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> list_backups(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> delete_backup(const PolyfillContext&, core::Exchange&);
// restore.cc
[[nodiscard]] core::Task<Answer> restore_from_backup(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> restore_to_point_in_time(const PolyfillContext&, core::Exchange&);

// tags.cc
[[nodiscard]] core::Task<Answer> tag_resource(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> untag_resource(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> list_tags_of_resource(const PolyfillContext&, core::Exchange&);
// time_to_live.cc
[[nodiscard]] core::Task<Answer> describe_time_to_live(const PolyfillContext&, core::Exchange&);
[[nodiscard]] core::Task<Answer> update_time_to_live(const PolyfillContext&, core::Exchange&);
// continuous_backups.cc
[[nodiscard]] core::Task<Answer> describe_continuous_backups(const PolyfillContext&,
                                                             core::Exchange&);
[[nodiscard]] core::Task<Answer> update_continuous_backups(const PolyfillContext&, core::Exchange&);

/// A table of that name or ARN as DescribeTable tells it; TableNotFoundException where there is
/// none.
[[nodiscard]] core::Task<Attempt<ordered_json>> describe_table(core::Exchange& exchange,
                                                               core::Upstream& upstream,
                                                               std::string table);

/// The same, with `missing` where there is none.
[[nodiscard]] core::Task<Attempt<ordered_json>> describe_table_or(core::Exchange& exchange,
                                                                  core::Upstream& upstream,
                                                                  std::string table,
                                                                  core::Reply missing);

/// PointInTimeRecoveryDescription, as DescribeContinuousBackups tells it.
[[nodiscard]] core::Task<Attempt<ordered_json>> describe_recovery(core::Exchange& exchange,
                                                                  core::Upstream& upstream,
                                                                  std::string table);

/// "CREATING" or "AVAILABLE".
[[nodiscard]] std::string_view status_of(const PolyfillContext& context,
                                         const core::Exchange& exchange, const Backup& backup);

}  // namespace dynatape::interceptors
