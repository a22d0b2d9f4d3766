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
