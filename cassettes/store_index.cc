// The part of a store that keeps what was learned from the whole tape.

#include "cassettes/store.h"

namespace dynatape::cassettes {
namespace {

constexpr std::string_view kHasIndex =
    "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'replay_index')";

// New recordings are told by the last id that an index names.
constexpr const char* kBeginIndex = R"sql(
BEGIN;
CREATE TABLE IF NOT EXISTS replay_index (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS interaction_edited AFTER UPDATE ON interaction
  BEGIN DELETE FROM replay_index; END;
CREATE TRIGGER IF NOT EXISTS interaction_deleted AFTER DELETE ON interaction
  BEGIN DELETE FROM replay_index; END;
DELETE FROM replay_index;
)sql";

}  // namespace

core::Result<void> Store::each_index_part(const std::function<bool(std::string_view)>& visit) {
  const std::lock_guard lock(mutex_);
  const auto kept = connection_.integer(kHasIndex);
  if (!kept) return std::unexpected(kept.error());
  if (*kept == 0) return {};
  auto rows = connection_.prepare("SELECT bytes FROM replay_index ORDER BY part");
  if (!rows) return std::unexpected(rows.error());
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    if (!visit(rows->bytes(0))) return {};
    connection_.forget_pages();  // they are not read again
  }
  if (!row) return std::unexpected(row.error());
  return {};
}

core::Result<void> Store::begin_index() {
  const std::lock_guard lock(mutex_);
  return connection_.run(kBeginIndex);
}

core::Result<void> Store::keep_index_part(std::int64_t number, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  auto row = connection_.prepare("INSERT INTO replay_index VALUES (?1, ?2)");
  if (!row) return std::unexpected(row.error());
  row->bind(1, number);
  row->bind_blob(2, bytes);
  const auto done = row->step();
  if (!done) return std::unexpected(done.error());
  return {};
}

core::Result<void> Store::end_index(bool whole) {
  const std::lock_guard lock(mutex_);
  return connection_.run(whole ? "COMMIT" : "ROLLBACK");
}

core::Result<void> Store::drop_index() {
  const std::lock_guard lock(mutex_);
  const auto kept = connection_.integer(kHasIndex);
  if (!kept) return std::unexpected(kept.error());
  return *kept == 0 ? core::Result<void>() : connection_.run("DELETE FROM replay_index");
}

}  // namespace dynatape::cassettes
