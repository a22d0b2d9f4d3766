#pragma once

// Deletes the items that have expired, of tables whose time to live a polyfill keeps: now and then
// behind a call, or for one who will not wait. It reads each such table with a filter, and deletes
// an item only where it is still expired. Safe to use from any thread.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/exchange.h"
#include "core/pipeline.h"
#include "interceptors/table_settings.h"
#include "interceptors/time_to_live.h"
#include "interceptors/written_tables.h"

namespace dynatape::interceptors {

class Expiry : public std::enable_shared_from_this<Expiry> {
 public:
  /// `written` notes what is deleted; `change_delay` is how long after a change of the setting it
  /// takes effect.
  Expiry(std::shared_ptr<core::Upstream> upstream, std::shared_ptr<TableSettings> settings,
         std::shared_ptr<WrittenTables> written, core::Duration change_delay)
      : upstream_(std::move(upstream)),
        settings_(std::move(settings)),
        written_(std::move(written)),
        change_delay_(change_delay) {}

  /// Whether it is time to look again: asked at every call.
  [[nodiscard]] bool due(core::TimePoint now) const;
  /// Begins to look, on the exchange's loop, which goes on with its call. The exchange is told what
  /// went wrong the last time.
  void start(core::Exchange& exchange);
  /// Looks once. Waits for a look that is under way, which may have missed what has expired since.
  [[nodiscard]] core::Task<core::Result<void>> sweep(core::Loop& loop, const core::Clock& clock);

  /// A look is under way, so that what it stands on must stay.
  [[nodiscard]] bool busy() const { return busy_.load(); }
  /// Ends a look that is under way soon, and lets none begin; or lets them.
  void hold_back(bool held) { held_ = held; }

 private:
  /// With busy_ taken; gives it back.
  [[nodiscard]] core::Task<core::Result<void>> look(core::Loop& loop, const core::Clock& clock);
  [[nodiscard]] core::Task<core::Result<void>> look_at(core::Exchange& exchange,
                                                       const std::string& id,
                                                       const TimeToLive& setting);
  [[nodiscard]] core::Task<core::Result<void>> delete_expired(core::Exchange& exchange,
                                                              const TimeToLive& setting,
                                                              const ordered_json& table);
  static core::Task<void> behind(std::shared_ptr<Expiry> self, core::Loop& loop,
                                 const core::Clock& clock);

  // All shared with the session.
  const std::shared_ptr<core::Upstream> upstream_;
  const std::shared_ptr<TableSettings> settings_;
  const std::shared_ptr<WrittenTables> written_;
  const core::Duration change_delay_;
  std::atomic<core::TimePoint> next_{};  ///< when to look again
  std::atomic<bool> busy_ = false;
  std::atomic<bool> held_ = false;
  mutable std::mutex mutex_;
  std::string failure_;  ///< of the last look behind a call; guarded by mutex_
};

}  // namespace dynatape::interceptors
