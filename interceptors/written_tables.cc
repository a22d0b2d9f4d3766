#include "interceptors/written_tables.h"

#include <algorithm>

#include "interceptors/backup_shapes.h"
#include "interceptors/billing.h"
#include "interceptors/polyfill.h"
#include "interceptors/table_name.h"
#include "interceptors/written_keys.h"

namespace dynatape::interceptors {
namespace {

using core::Result;
using Moment = std::shared_ptr<const core::Snapshot>;

constexpr auto kSubject = TableSettings::Subject::recovery;
constexpr std::chrono::minutes kRestoreLag{5};
constexpr std::size_t kPage = 500;  // versions looked at together

WriteLog::Second second_of(core::TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

ordered_json document_of(const Recoverable& table) {
  return {{"owner", table.owner},
          {"table", table.table},
          {"keys", table.logged.keys},
          {"since_us", table.since.time_since_epoch().count()},
          {"days", table.days}};
}

Recoverable recoverable_of(std::string id, const ordered_json& document) {
  return {{std::move(id), document.value("keys", std::vector<std::string>())},
          document.value("owner", ""),
          document.value("table", ""),
          core::TimePoint(core::Duration(document.value("since_us", std::int64_t{0}))),
          document.value("days", std::int64_t{35})};
}

WriteLog::Version version_of(const ordered_json& item, const Recoverable& table) {
  return {key_text(item, table.logged.keys), item.dump()};
}

std::unexpected<Answer> broken(const core::Error& error) {
  return std::unexpected(Answer(std::unexpected(error)));
}

}  // namespace

core::TimePoint Recoverable::earliest(core::TimePoint now) const {
  return std::max(since, now - std::chrono::days(days));
}

core::TimePoint Recoverable::latest(core::TimePoint now) const {
  return std::max(earliest(now), now - kRestoreLag);
}

std::optional<Recoverable> WrittenTables::find(const std::string& owner,
                                               const std::string& table) const {
  if (!any()) return std::nullopt;
  for (const auto& [id, document] : settings_->all(kSubject)) {
    Recoverable found = recoverable_of(id, document);
    if (found.owner == owner && found.table == table) return found;
  }
  return std::nullopt;
}

std::vector<Recoverable> WrittenTables::named_in(const core::Call& call,
                                                 const std::string& owner) const {
  std::vector<Recoverable> found;
  for (const std::string& name : call.tables()) {
    auto table = find(owner, parse_table_name(name).name);
    const auto same = [&](const Recoverable& one) { return one.logged.id == table->logged.id; };
    if (table && std::ranges::none_of(found, same)) found.push_back(*std::move(table));
  }
  // All take their turns in one order, so that no two wait for each other.
  std::ranges::sort(found, {}, [](const Recoverable& one) { return one.logged.id; });
  return found;
}

core::Task<Attempt<void>> WrittenTables::enable(core::Exchange& exchange, Recoverable table,
                                                bool was_enabled) {
  const std::string id = table.logged.id;
  const auto turn = co_await turns_.take(exchange.loop(), id);
  if (!was_enabled) {
    if (auto forgotten = log_->forget(id); !forgotten) co_return broken(forgotten.error());
    auto read = co_await catch_up(exchange, table);
    if (!read) co_return read;
  }
  const auto kept = settings_->set(kSubject, id, document_of(table));
  co_return kept ? Attempt<void>() : broken(kept.error());
}

Result<void> WrittenTables::disable(const std::string& id) {
  set_sure(id, false);
  if (auto kept = settings_->set(kSubject, id, nullptr); !kept) return kept;
  return log_->forget(id);
}

core::Task<Answer> WrittenTables::write(core::Exchange& exchange, std::string owner,
                                        core::Next next) {
  const std::vector<Recoverable> tables = named_in(exchange.call(), owner);
  std::vector<Turns::Turn> turns;
  for (const Recoverable& table : tables) {
    turns.push_back(co_await turns_.take(exchange.loop(), table.logged.id));
    static_cast<void>(co_await catch_up_if_unsure(exchange, table));  // or after the next write
  }
  auto reply = co_await next(exchange);
  if (reply && reply->response.status / 100 == 4) co_return reply;  // nothing was written
  for (const Recoverable& table : tables) {
    const auto keys = written_keys(exchange.call(), table.table, table.logged.keys);
    const auto noted =
        keys ? co_await read_back(exchange, table, *keys) : co_await catch_up(exchange, table);
    // A write that failed may still be carried out.
    if (noted && reply && reply->response.status == 200) continue;
    set_sure(table.logged.id, false);
    exchange.note("polyfills", "what table " + table.table + " is now is not known for recovery");
  }
  co_return reply;
}

core::Task<Attempt<void>> WrittenTables::read_back(core::Exchange& exchange, Recoverable table,
                                                   std::vector<ordered_json> keys) {
  std::vector<WriteLog::Version> versions;
  for (const ordered_json& key : keys) {
    const auto got = co_await call_upstream(
        exchange, *upstream_, "GetItem",
        {{"TableName", table.table}, {"Key", key}, {"ConsistentRead", true}});
    if (!got) co_return std::unexpected(got.error());
    if (got->contains("Item")) {
      versions.push_back(version_of(got->at("Item"), table));
    } else {
      versions.push_back({key_text(key, table.logged.keys), std::nullopt});
    }
  }
  const auto added = log_->add(table.logged.id, second_of(exchange.clock().now()), versions);
  co_return added ? Attempt<void>() : broken(added.error());
}

core::Task<Attempt<void>> WrittenTables::catch_up_if_unsure(core::Exchange& exchange,
                                                            Recoverable table) {
  if (is_sure(table.logged.id)) co_return Attempt<void>();
  co_return co_await catch_up(exchange, std::move(table));
}

core::Task<Attempt<void>> WrittenTables::catch_up(core::Exchange& exchange, Recoverable table) {
  const std::string& id = table.logged.id;
  const core::TimePoint now = exchange.clock().now();
  const auto told = co_await describe_table(exchange, *upstream_, table.table);
  if (!told) co_return std::unexpected(told.error());
  if (table_id(*told) != id) {  // another table of that name
    const auto gone = disable(id);
    co_return gone ? Attempt<void>() : broken(gone.error());
  }
  std::set<std::string> seen;
  ScannedPages pages(exchange, *upstream_, {{"TableName", table.table}, {"ConsistentRead", true}});
  for (;;) {
    const auto items = co_await pages.next();
    if (!items) co_return std::unexpected(items.error());
    if (!*items) break;
    std::vector<WriteLog::Version> versions;
    for (const ordered_json& item : **items) {
      versions.push_back(version_of(item, table));
      seen.insert(versions.back().key);
    }
    if (auto added = log_->add(id, second_of(now), versions); !added) {
      co_return broken(added.error());
    }
  }
  auto done = bury_unseen(table, second_of(now), seen);
  if (done) done = forget_before(id, table.earliest(now));
  if (!done) co_return broken(done.error());
  set_sure(id, true);
  co_return Attempt<void>();
}

/// What the log has and the table has no more.
Result<void> WrittenTables::bury_unseen(const Recoverable& table, WriteLog::Second second,
                                        const std::set<std::string>& seen) {
  std::string after;
  for (;;) {
    const auto page = log_->items(table.logged.id, second, after, kPage);
    if (!page) return std::unexpected(page.error());
    std::vector<WriteLog::Version> gone;
    for (const WriteLog::Version& version : *page) {
      if (!seen.contains(version.key)) gone.push_back({version.key, std::nullopt});
    }
    if (auto added = log_->add(table.logged.id, second, gone); !added) return added;
    if (page->size() < kPage) return {};
    after = page->back().key;
  }
}

/// What is forgotten cannot be restored again, also where the clock is set back or the period of
/// recovery becomes longer.
Result<void> WrittenTables::forget_before(const std::string& id, core::TimePoint time) {
  if (auto forgotten = log_->forget_before(id, second_of(time)); !forgotten) return forgotten;
  const ordered_json document = settings_->get(kSubject, id);
  if (!document.is_object()) return {};  // it is being enabled
  Recoverable table = recoverable_of(id, document);
  if (time <= table.since) return {};
  table.since = time;
  return settings_->set(kSubject, id, document_of(table));
}

core::Task<Attempt<Moment>> WrittenTables::look(core::Exchange& exchange, Recoverable table,
                                                std::optional<core::TimePoint> time) {
  const auto read = co_await catch_up_if_unsure(exchange, table);
  if (!read) co_return std::unexpected(read.error());
  auto told = co_await describe_table(exchange, *upstream_, table.table);
  if (!told) co_return std::unexpected(told.error());
  tell_billing(*settings_, *told);
  const WriteLog::Second second = time ? second_of(*time) : WriteLog::kEnd;
  co_return logged_moment(log_, table.logged, second, *told);
}

core::Task<Attempt<Moment>> WrittenTables::moment(core::Exchange& exchange, Recoverable table,
                                                  core::TimePoint time) {
  const auto turn = co_await turns_.take(exchange.loop(), table.logged.id);
  co_return co_await look(exchange, std::move(table), time);
}

core::Task<Attempt<WrittenTables::Last>> WrittenTables::last(core::Exchange& exchange,
                                                             Recoverable table) {
  auto turn = co_await turns_.take(exchange.loop(), table.logged.id);
  auto moment = co_await look(exchange, std::move(table), std::nullopt);
  if (!moment) co_return std::unexpected(moment.error());
  co_return Last{std::move(turn), *std::move(moment)};
}

bool WrittenTables::is_sure(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return sure_.contains(id);
}

void WrittenTables::set_sure(const std::string& id, bool sure) {
  const std::lock_guard lock(mutex_);
  if (sure) {
    sure_.insert(id);
  } else {
    sure_.erase(id);
  }
}

}  // namespace dynatape::interceptors
