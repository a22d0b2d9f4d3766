#include "proxy/sessions/time_work.h"

#include <algorithm>
#include <optional>

#include "emulator/storage/database.h"
#include "emulator/storage/databases.h"
#include "interceptors/expiry.h"
#include "proxy/sessions/clock_text.h"

namespace dynatape::sessions {
namespace {

using core::TimePoint;
using namespace std::chrono_literals;

constexpr core::Duration kLook = 50ms;  // of real time, at most between two looks

/// Something that is not what it will be.
struct Pending {
  std::string what;
  TimePoint until;
};

void look_at(const std::string& what, const model::Lifecycle& lifecycle, TimePoint now,
             std::optional<Pending>& first) {
  if (lifecycle.status == model::Status::active || now >= lifecycle.until) return;
  if (!first || lifecycle.until < first->until) first = Pending{what, lifecycle.until};
}

/// What of the database changes its state next.
void look_at(const storage::Database& database, TimePoint now, std::optional<Pending>& first) {
  const storage::Snapshot snapshot = database.snapshot();
  for (auto row = snapshot.tables().first(); row.valid(); row.next()) {
    const model::Table& table = row->definition();
    const std::string name = "table " + table.name;
    look_at(name, table.lifecycle, now, first);
    for (const auto* const indexes : {&table.indexes, &table.dropped_indexes}) {
      for (const auto& index : *indexes) {
        look_at("index " + index.name + " of " + name, index.lifecycle, now, first);
      }
    }
    if (table.time_to_live) {
      const auto& expiry = *table.time_to_live;
      look_at("time to live of " + name, {model::Status::updating, expiry.until}, now, first);
    }
  }
}

}  // namespace

core::Task<core::Result<void>> settle(Session& session, core::Loop& loop, core::Duration patience) {
  emulator::Emulator* const emulator = session.emulator();
  if (!emulator) {
    // What is behind keeps its own time, but for what it lacks.
    const auto expiry = session.expiry();
    co_return co_await expiry->sweep(loop, session.clock());
  }
  const SessionClock& clock = session.clock();
  const core::Duration began = clock.monotonic();
  for (;;) {
    const TimePoint now = clock.now();
    // A bounded part at a time, so that calls come between.
    while (!emulator->settle(now)) co_await loop.sleep(core::Duration(1));
    std::optional<Pending> next;
    for (const auto& name : emulator->databases().names()) {
      if (const auto database = emulator->databases().find(name)) look_at(*database, now, next);
    }
    if (!next) co_return core::Result<void>();
    const std::string what = next->what + " is under way until " + to_text(next->until);
    if (clock.read().rate == 0) {
      co_return core::failure(what + ", but the clock stands still at " + to_text(now) +
                              "; advance it");
    }
    if (clock.monotonic() - began >= patience) {
      co_return core::failure(what + ", longer than the time-out");
    }
    co_await loop.sleep(kLook);
  }
}

}  // namespace dynatape::sessions
