#pragma once

// Point-in-time recovery over an upstream that cannot snapshot: of tables with recovery enabled,
// each write that passes is followed by a read of what it wrote, which goes to a write log. So that
// the log has the order of the writes, they pass one after another, table by table. What was
// written past Dynatape, or in a way that does not tell its keys, is found by a Scan.

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "core/pipeline.h"
#include "core/snapshots.h"
#include "interceptors/logged_moment.h"
#include "interceptors/table_settings.h"
#include "interceptors/turns.h"
#include "interceptors/upstream_call.h"
#include "interceptors/write_log.h"

namespace dynatape::interceptors {

/// A table with recovery enabled.
struct Recoverable {
  LoggedTable logged;
  std::string owner;  ///< account and region
  std::string table;
  core::TimePoint since;
  std::int64_t days = 35;  ///< as far as it can be restored

  [[nodiscard]] core::TimePoint earliest(core::TimePoint now) const;
  /// Five minutes ago, as in the service.
  [[nodiscard]] core::TimePoint latest(core::TimePoint now) const;
};

class WrittenTables {
 public:
  WrittenTables(std::shared_ptr<core::Upstream> upstream, std::shared_ptr<TableSettings> settings,
                std::shared_ptr<WriteLog> log)
      : upstream_(std::move(upstream)), settings_(std::move(settings)), log_(std::move(log)) {}

  /// Whether any table is recoverable: asked at every call.
  [[nodiscard]] bool any() const { return settings_->has(TableSettings::Subject::recovery); }
  [[nodiscard]] std::optional<Recoverable> find(const std::string& owner,
                                                const std::string& table) const;

  /// From now on the table can be recovered. Where it was already, only its setting changes.
  [[nodiscard]] core::Task<Attempt<void>> enable(core::Exchange& exchange, Recoverable table,
                                                 bool was_enabled);
  [[nodiscard]] core::Result<void> disable(const std::string& id);

  /// A call that may write, by `owner`; `next` is who carries it out.
  [[nodiscard]] core::Task<Answer> write(core::Exchange& exchange, std::string owner,
                                         core::Next next);

  /// The table at the end of a second that has passed.
  [[nodiscard]] core::Task<Attempt<std::shared_ptr<const core::Snapshot>>> moment(
      core::Exchange& exchange, Recoverable table, core::TimePoint time);

  /// The table as it is now, and stays while nobody else writes to it.
  struct Last {
    Turns::Turn turn;
    std::shared_ptr<const core::Snapshot> moment;
  };
  [[nodiscard]] core::Task<Attempt<Last>> last(core::Exchange& exchange, Recoverable table);

 private:
  [[nodiscard]] std::vector<Recoverable> named_in(const core::Call& call,
                                                  const std::string& owner) const;
  /// With the table's turn: the table at the end of a second, or as it is now.
  [[nodiscard]] core::Task<Attempt<std::shared_ptr<const core::Snapshot>>> look(
      core::Exchange& exchange, Recoverable table, std::optional<core::TimePoint> time);
  /// Makes the log what the table is now.
  [[nodiscard]] core::Task<Attempt<void>> catch_up(core::Exchange& exchange, Recoverable table);
  [[nodiscard]] core::Task<Attempt<void>> catch_up_if_unsure(core::Exchange& exchange,
                                                             Recoverable table);
  [[nodiscard]] core::Task<Attempt<void>> read_back(core::Exchange& exchange, Recoverable table,
                                                    std::vector<ordered_json> keys);
  [[nodiscard]] core::Result<void> bury_unseen(const Recoverable& table, WriteLog::Second second,
                                               const std::set<std::string>& seen);
  [[nodiscard]] core::Result<void> forget_before(const std::string& id, core::TimePoint time);
  [[nodiscard]] bool is_sure(const std::string& id) const;
  void set_sure(const std::string& id, bool sure);

  // All shared with the session.
  const std::shared_ptr<core::Upstream> upstream_;
  const std::shared_ptr<TableSettings> settings_;
  const std::shared_ptr<WriteLog> log_;
  Turns turns_;  ///< by table id
  mutable std::mutex mutex_;
  /// The ids of those whose log is known to be what they are; guarded by mutex_.
  std::set<std::string> sure_;
};

}  // namespace dynatape::interceptors
