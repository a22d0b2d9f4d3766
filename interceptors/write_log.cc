#include "interceptors/write_log.h"

namespace dynatape::interceptors {
namespace {

using cassettes::Connection;
using core::Result;

/// NULL is no item; also where there was never one.
constexpr const char* kAdd = R"sql(
INSERT OR REPLACE INTO version SELECT ?1, ?2, ?3, ?4
WHERE ?4 IS NOT (SELECT item FROM version WHERE table_id = ?1 AND key = ?2
                 ORDER BY second DESC LIMIT 1)
)sql";

constexpr const char* kItems = R"sql(
SELECT key, item FROM version AS v
WHERE table_id = ?1 AND key > ?2 AND item IS NOT NULL
  AND second = (SELECT max(second) FROM version
                WHERE table_id = ?1 AND key = v.key AND second <= ?3)
ORDER BY key LIMIT ?4
)sql";

/// The last version before stays: it still holds.
constexpr const char* kForgetBefore = R"sql(
DELETE FROM version
WHERE table_id = ?1
  AND second < (SELECT max(second) FROM version AS w
                WHERE w.table_id = ?1 AND w.key = version.key AND w.second <= ?2)
)sql";

/// Of what a key was at later seconds, or at this one, the last version.
constexpr const char* kDropOvertaken = R"sql(
DELETE FROM version
WHERE table_id = ?1 AND second >= ?2
  AND second < (SELECT max(second) FROM version AS w
                WHERE w.table_id = ?1 AND w.key = version.key)
)sql";

constexpr const char* kSetBack =
    "UPDATE version SET second = ?2 WHERE table_id = ?1 AND second > ?2";

/// What holds at later seconds holds from `second` on.
Result<void> set_back(Connection& file, const std::string& table_id, WriteLog::Second second) {
  for (const char* const sql : {kDropOvertaken, kSetBack}) {
    auto statement = file.prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    statement->bind_text(1, table_id);
    statement->bind(2, second);
    if (const auto done = statement->step(); !done) return std::unexpected(done.error());
  }
  return {};
}

Result<void> add_all(Connection& file, const std::string& table_id, WriteLog::Second second,
                     std::span<const WriteLog::Version> versions) {
  auto insert = file.prepare(kAdd);
  if (!insert) return std::unexpected(insert.error());
  for (const WriteLog::Version& version : versions) {
    insert->bind_text(1, table_id);
    insert->bind_text(2, version.key);
    insert->bind(3, second);
    if (version.item) insert->bind_text(4, *version.item);
    if (const auto done = insert->step(); !done) return std::unexpected(done.error());
    insert->reset();
  }
  return {};
}

}  // namespace

Result<void> WriteLog::add(const std::string& table_id, Second second,
                           std::span<const Version> versions) {
  auto file = file_->lock();
  if (!file) return std::unexpected(file.error());
  Connection& connection = file->connection;
  const auto last = latest(connection, table_id);
  if (!last) return std::unexpected(last.error());
  if (auto begun = connection.run("BEGIN"); !begun) return begun;
  Result<void> added;
  if (second < *last) added = set_back(connection, table_id, second);
  if (added) added = add_all(connection, table_id, second, versions);
  if (added) added = connection.run("COMMIT");
  if (added) {
    latest_.insert_or_assign(table_id, second);
  } else {
    static_cast<void>(connection.run("ROLLBACK"));
  }
  return added;
}

Result<WriteLog::Second> WriteLog::latest(Connection& file, const std::string& table_id) const {
  if (const auto known = latest_.find(table_id); known != latest_.end()) return known->second;
  auto newest = file.prepare("SELECT coalesce(max(second), ?2) FROM version WHERE table_id = ?1");
  if (!newest) return std::unexpected(newest.error());
  newest->bind_text(1, table_id);
  newest->bind(2, std::numeric_limits<Second>::min());
  if (const auto row = newest->step(); !row) return std::unexpected(row.error());
  return newest->integer(0);
}

Result<std::vector<WriteLog::Version>> WriteLog::items(const std::string& table_id, Second second,
                                                       const std::string& after,
                                                       std::size_t limit) const {
  std::vector<Version> items;
  auto read = each_row(*file_, kItems, {table_id, after, second, static_cast<std::int64_t>(limit)},
                       [&](const cassettes::Statement& row) {
                         items.push_back({std::string(row.bytes(0)), std::string(row.bytes(1))});
                         return Result<void>();
                       });
  if (!read) return std::unexpected(read.error());
  return items;
}

Result<void> WriteLog::forget(const std::string& table_id) {
  return execute(*file_, "DELETE FROM version WHERE table_id = ?1", {table_id});
}

Result<void> WriteLog::forget_before(const std::string& table_id, Second second) {
  return execute(*file_, kForgetBefore, {table_id, second});
}

}  // namespace dynatape::interceptors
