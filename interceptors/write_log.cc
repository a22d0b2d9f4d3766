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
  if (auto begun = file->connection.run("BEGIN"); !begun) return begun;
  auto added = add_all(file->connection, table_id, second, versions);
  if (added) added = file->connection.run("COMMIT");
  if (!added) static_cast<void>(file->connection.run("ROLLBACK"));
  return added;
}

Result<std::vector<WriteLog::Version>> WriteLog::items(const std::string& table_id, Second second,
                                                       const std::string& after,
                                                       std::size_t limit) const {
  auto file = file_->lock();
  if (!file) return std::unexpected(file.error());
  auto rows = file->connection.prepare(kItems);
  if (!rows) return std::unexpected(rows.error());
  rows->bind_text(1, table_id);
  rows->bind_text(2, after);
  rows->bind(3, second);
  rows->bind(4, static_cast<std::int64_t>(limit));
  std::vector<Version> items;
  for (;;) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return items;
    items.push_back({std::string(rows->bytes(0)), std::string(rows->bytes(1))});
  }
}

Result<void> WriteLog::forget(const std::string& table_id) {
  return execute(*file_, "DELETE FROM version WHERE table_id = ?1", {table_id});
}

Result<void> WriteLog::forget_before(const std::string& table_id, Second second) {
  auto file = file_->lock();
  if (!file) return std::unexpected(file.error());
  auto statement = file->connection.prepare(kForgetBefore);
  if (!statement) return std::unexpected(statement.error());
  statement->bind_text(1, table_id);
  statement->bind(2, second);
  const auto done = statement->step();
  return done ? Result<void>() : std::unexpected(done.error());
}

}  // namespace dynatape::interceptors
