#include "interceptors/backup_store.h"

#include <fstream>
#include <utility>

namespace dynatape::interceptors {
namespace {

using cassettes::Connection;
using core::Result;

/// "DYNB", in the header's application_id.
constexpr std::int64_t kApplicationId = 0x44594e42;
constexpr std::int64_t kFormatVersion = 1;

constexpr const char* kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA application_id = 0x44594e42;
PRAGMA user_version = 1;
CREATE TABLE backup (
  arn      TEXT PRIMARY KEY,
  complete INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE page (
  arn    TEXT NOT NULL,
  number INTEGER NOT NULL,
  items  TEXT NOT NULL,
  PRIMARY KEY (arn, number)
) STRICT;
)sql";

std::unexpected<core::Error> no_backups(const std::string& path, const std::string& why) {
  return core::failure("'" + path + "' holds no backups: " + why +
                       "; name another file, or one that is not there yet");
}

/// SQLite's own sentences are about cassettes; what they say of the cause holds here, too.
core::Error about_backups(const core::Error& error, const std::string& path) {
  const std::string start = "cassette " + path + ": ";
  return {"backups " + path + ": " +
          (error.message.starts_with(start) ? error.message.substr(start.size()) : error.message)};
}

bool is_empty_or_absent(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return !file || file.peek() == std::ifstream::traits_type::eof();
}

bool is_sqlite(const std::string& path) {
  constexpr std::string_view kMagic = "SQLite format 3";
  std::ifstream file(path, std::ios::binary);
  std::string start(kMagic.size(), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  return file && start == kMagic;
}

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

Result<Connection> open_file(const std::string& path) {
  const bool fresh = is_empty_or_absent(path);
  if (!fresh && !is_sqlite(path)) return no_backups(path, "it is no SQLite file");
  const auto about = [&](const core::Error& error) {
    return std::unexpected(about_backups(error, path));
  };
  auto file = Connection::open(path, Connection::Access::create);
  if (!file) return about(file.error());
  if (fresh) {
    if (auto made = file->run(kSchema); !made) return about(made.error());
  }
  const auto id = file->integer("PRAGMA application_id");
  const auto version = file->integer("PRAGMA user_version");
  if (!id || !version) return about((id ? version : id).error());
  if (*id != kApplicationId) return no_backups(path, "it is a file of something else");
  if (*version > kFormatVersion) {
    return no_backups(path, "it was written by a newer version, as format " +
                                std::to_string(*version) + " where this one reads " +
                                std::to_string(kFormatVersion));
  }
  return file;
}

}  // namespace

Result<std::shared_ptr<BackupStore>> BackupStore::open(const std::string& path) {
  const auto store = std::shared_ptr<BackupStore>(new BackupStore());
  if (path.empty()) return store;
  auto file = open_file(path);
  if (!file) return std::unexpected(file.error());
  store->is_file_ = true;
  store->file_ = *std::move(file);
  if (auto loaded = store->load(); !loaded) {
    return std::unexpected(about_backups(loaded.error(), path));
  }
  return store;
}

/// Also takes away what a process that was killed had begun.
Result<void> BackupStore::load() {
  const auto cleaned = file_->run(
      "DELETE FROM page WHERE arn NOT IN (SELECT arn FROM backup WHERE complete);"
      "DELETE FROM backup WHERE NOT complete;"
      "CREATE TABLE IF NOT EXISTS tag (table_id TEXT PRIMARY KEY, tags TEXT NOT NULL) STRICT");
  if (!cleaned) return cleaned;
  if (auto read = load_tags(); !read) return read;
  auto rows = file_->prepare("SELECT arn, document FROM backup");
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    std::string arn(rows->bytes(0));
    auto backup = backup_of(arn, rows->bytes(1));
    if (!backup) return core::failure("backup " + arn + " cannot be read");
    backups_.emplace(std::move(arn), *std::move(backup));
  }
}

Result<void> BackupStore::load_tags() {
  auto rows = file_->prepare("SELECT table_id, tags FROM tag");
  if (!rows) return std::unexpected(rows.error());
  for (;;) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    tags_[std::string(rows->bytes(0))] =
        ordered_json::parse(rows->bytes(1), nullptr, /*allow_exceptions=*/false);
  }
}

Result<void> BackupStore::put(const Backup& backup, bool complete) {
  if (!file_) return {};
  auto insert = file_->prepare("INSERT OR REPLACE INTO backup VALUES (?1, ?2, ?3)");
  if (!insert) return std::unexpected(insert.error());
  const std::string document = document_of(backup);
  insert->bind_text(1, backup.arn);
  insert->bind(2, complete ? 1 : 0);
  insert->bind_text(3, document);
  if (const auto done = insert->step(); !done) return std::unexpected(done.error());
  return {};
}

Result<void> BackupStore::begin(const Backup& backup) {
  const std::lock_guard lock(mutex_);
  return put(backup, false);
}

Result<void> BackupStore::add_page(const std::string& arn, const std::string& items) {
  const std::lock_guard lock(mutex_);
  if (!file_) {
    pages_[arn].push_back(items);
    return {};
  }
  auto insert = file_->prepare(
      "INSERT INTO page SELECT ?1, coalesce(max(number) + 1, 0), ?2 FROM page WHERE arn = ?1");
  if (!insert) return std::unexpected(insert.error());
  insert->bind_text(1, arn);
  insert->bind_text(2, items);
  if (const auto done = insert->step(); !done) return std::unexpected(done.error());
  return {};
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

std::optional<Backup> BackupStore::find(const std::string& owner, const std::string& arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = backups_.find(arn);
  if (found == backups_.end() || found->second.owner != owner) return std::nullopt;
  return found->second;
}

std::vector<Backup> BackupStore::list(const std::string& owner) const {
  const std::lock_guard lock(mutex_);
  std::vector<Backup> all;
  for (const auto& [arn, backup] : backups_) {
    if (backup.owner == owner) all.push_back(backup);
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
  const std::lock_guard lock(mutex_);
  if (!file_) {
    const auto found = pages_.find(arn);
    const auto at = static_cast<std::size_t>(number);
    if (found == pages_.end() || at >= found->second.size()) return std::nullopt;
    return found->second[at];
  }
  auto select = file_->prepare("SELECT items FROM page WHERE arn = ?1 AND number = ?2");
  if (!select) return std::unexpected(select.error());
  select->bind_text(1, arn);
  select->bind(2, number);
  const auto row = select->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return std::string(select->bytes(0));
}

Result<void> BackupStore::erase(const std::string& arn) {
  const std::lock_guard lock(mutex_);
  for (const char* const sql :
       {"DELETE FROM backup WHERE arn = ?1", "DELETE FROM page WHERE arn = ?1"}) {
    if (!file_) break;
    auto remove = file_->prepare(sql);
    if (!remove) return std::unexpected(remove.error());
    remove->bind_text(1, arn);
    if (const auto done = remove->step(); !done) return std::unexpected(done.error());
  }
  backups_.erase(arn);
  moments_.erase(arn);
  pages_.erase(arn);
  return {};
}

void BackupStore::note_restored(const std::string& table_id, ordered_json summary) {
  const std::lock_guard lock(mutex_);
  restored_.insert_or_assign(table_id, std::move(summary));
  has_restored_.store(true, std::memory_order_relaxed);
}

std::optional<ordered_json> BackupStore::restored(const std::string& table_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = restored_.find(table_id);
  return found == restored_.end() ? std::nullopt : std::optional(found->second);
}

ordered_json BackupStore::tags(const std::string& table_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = tags_.find(table_id);
  return found == tags_.end() ? ordered_json::array() : found->second;
}

Result<void> BackupStore::set_tags(const std::string& table_id, ordered_json tags) {
  const std::lock_guard lock(mutex_);
  if (file_) {
    auto insert = file_->prepare("INSERT OR REPLACE INTO tag VALUES (?1, ?2)");
    if (!insert) return std::unexpected(insert.error());
    const std::string text = tags.dump();
    insert->bind_text(1, table_id);
    insert->bind_text(2, text);
    if (const auto done = insert->step(); !done) return std::unexpected(done.error());
  }
  tags_.insert_or_assign(table_id, std::move(tags));
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
