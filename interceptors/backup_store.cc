#include "interceptors/backup_store.h"

#include <utility>

namespace dynatape::interceptors {
namespace {

using core::Result;

std::int64_t micros(core::TimePoint time) { return time.time_since_epoch().count(); }
core::TimePoint time_of(const ordered_json& micros) {
  return core::TimePoint(core::Duration(micros.get<std::int64_t>()));
}

std::string document_of(const Backup& backup) {
  const ordered_json document = {
      {"owner", backup.owner},
      {"name", backup.name},
      {"type", backup.type},
      {"created_us", micros(backup.created)},
      {"expires_us", backup.expires ? ordered_json(micros(*backup.expires)) : ordered_json()},
      {"table", backup.table},
      {"time_to_live", backup.time_to_live}};
  return document.dump();
}

std::optional<Backup> backup_of(std::string arn, std::string_view text) {
  const auto document = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return std::nullopt;
  Backup backup{std::move(arn),
                document.value("owner", ""),
                document.value("name", ""),
                document.value("type", "USER"),
                time_of(document.at("created_us")),
                {},
                document.at("table"),
                document.at("time_to_live")};
  if (!document.at("expires_us").is_null()) backup.expires = time_of(document.at("expires_us"));
  return backup;
}

bool has_expired(const Backup& backup, core::TimePoint now) {
  return backup.expires && *backup.expires <= now;
}

}  // namespace

Result<std::shared_ptr<BackupStore>> BackupStore::open(std::shared_ptr<PolyfillFile> file) {
  const auto store = std::shared_ptr<BackupStore>(new BackupStore(std::move(file)));
  if (!store->is_file()) return store;
  if (auto loaded = store->load(); !loaded) return std::unexpected(loaded.error());
  return store;
}

Result<void> BackupStore::load() {
  return each_row(*file_, "SELECT arn, document FROM backup", {},
                  [&](const cassettes::Statement& row) -> Result<void> {
                    std::string arn(row.bytes(0));
                    auto backup = backup_of(arn, row.bytes(1));
                    if (!backup) return core::failure("backup " + arn + " cannot be read");
                    backups_.emplace(std::move(arn), *std::move(backup));
                    return {};
                  });
}

Result<void> BackupStore::put(const Backup& backup, bool complete) {
  return execute(*file_,
                 complete ? "INSERT OR REPLACE INTO backup VALUES (?1, 1, ?2)"
                          : "INSERT OR REPLACE INTO backup VALUES (?1, 0, ?2)",
                 {backup.arn, document_of(backup)});
}

Result<void> BackupStore::begin(const Backup& backup) { return put(backup, false); }

Result<void> BackupStore::add_page(const std::string& arn, const std::string& items) {
  return execute(
      *file_,
      "INSERT INTO page SELECT ?1, coalesce(max(number) + 1, 0), ?2 FROM page WHERE arn = ?1",
      {arn, items});
}

Result<void> BackupStore::complete(const Backup& backup) {
  const std::lock_guard lock(mutex_);
  if (auto stored = put(backup, true); !stored) return stored;
  backups_.insert_or_assign(backup.arn, backup);
  return {};
}

void BackupStore::keep(const std::string& arn, std::shared_ptr<const core::Snapshot> moment) {
  const std::lock_guard lock(mutex_);
  moments_.insert_or_assign(arn, std::move(moment));
}

std::optional<Backup> BackupStore::find(const std::string& owner, const std::string& arn,
                                        core::TimePoint now) const {
  const std::lock_guard lock(mutex_);
  const auto found = backups_.find(arn);
  if (found == backups_.end() || found->second.owner != owner || has_expired(found->second, now)) {
    return std::nullopt;
  }
  return found->second;
}

std::vector<Backup> BackupStore::list(const std::string& owner, core::TimePoint now) const {
  const std::lock_guard lock(mutex_);
  std::vector<Backup> all;
  for (const auto& [arn, backup] : backups_) {
    if (backup.owner == owner && !has_expired(backup, now)) all.push_back(backup);
  }
  return all;
}

bool BackupStore::contains(const std::string& arn) const {
  const std::lock_guard lock(mutex_);
  return backups_.contains(arn);
}

std::shared_ptr<const core::Snapshot> BackupStore::moment(const std::string& arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = moments_.find(arn);
  return found == moments_.end() ? nullptr : found->second;
}

Result<std::optional<std::string>> BackupStore::page(const std::string& arn, std::int64_t number) {
  std::optional<std::string> items;
  auto read = each_row(*file_, "SELECT items FROM page WHERE arn = ?1 AND number = ?2",
                       {arn, number}, [&](const cassettes::Statement& row) {
                         items = row.bytes(0);
                         return Result<void>();
                       });
  if (!read) return std::unexpected(read.error());
  return items;
}

Result<void> BackupStore::erase(const std::string& arn) {
  const std::lock_guard lock(mutex_);
  for (const char* const sql :
       {"DELETE FROM backup WHERE arn = ?1", "DELETE FROM page WHERE arn = ?1"}) {
    if (auto erased = execute(*file_, sql, {arn}); !erased) return erased;
  }
  backups_.erase(arn);
  moments_.erase(arn);
  return {};
}

std::shared_ptr<void> BackupStore::use(const std::string& arn) {
  const std::lock_guard lock(mutex_);
  auto& current = uses_[arn];
  auto mark = current.lock();
  if (!mark) {
    mark = std::make_shared<int>();
    current = mark;
  }
  return mark;
}

bool BackupStore::in_use(const std::string& arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = uses_.find(arn);
  return found != uses_.end() && !found->second.expired();
}

}  // namespace dynatape::interceptors
