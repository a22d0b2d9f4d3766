#include "interceptors/polyfill_file.h"

#include <fstream>
#include <utility>

namespace dynatape::interceptors {
namespace {

using cassettes::Connection;
using core::Result;

/// "DYNB", in the header's application_id.
constexpr std::int64_t kApplicationId = 0x44594e42;
constexpr std::int64_t kFormatVersion = 2;

constexpr const char* kFresh = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA application_id = 0x44594e42;
)sql";

/// Also takes away the backups that a process which was killed had begun.
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS backup (
  arn      TEXT PRIMARY KEY,
  complete INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page (
  arn    TEXT NOT NULL,
  number INTEGER NOT NULL,
  items  TEXT NOT NULL,
  PRIMARY KEY (arn, number)
) STRICT;
CREATE TABLE IF NOT EXISTS setting (
  subject  TEXT NOT NULL,
  table_id TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (subject, table_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (
  table_id TEXT NOT NULL,
  key      TEXT NOT NULL,
  second   INTEGER NOT NULL,
  item     TEXT,
  PRIMARY KEY (table_id, key, second)
) STRICT, WITHOUT ROWID;
DELETE FROM page WHERE arn NOT IN (SELECT arn FROM backup WHERE complete);
DELETE FROM backup WHERE NOT complete;
PRAGMA user_version = 2;
)sql";

/// Format 1 had a table for tags alone, once there were any.
constexpr const char* kFromFormat1 = R"sql(
INSERT OR IGNORE INTO setting SELECT 'tags', table_id, tags FROM tag;
DROP TABLE tag;
)sql";

std::unexpected<core::Error> no_polyfills(const std::string& path, const std::string& why) {
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

Result<void> make_tables(Connection& file) {
  if (auto made = file.run(kSchema); !made) return made;
  const auto old = file.integer("SELECT count(*) FROM sqlite_master WHERE name = 'tag'");
  if (!old) return std::unexpected(old.error());
  return *old == 0 ? Result<void>() : file.run(kFromFormat1);
}

Result<Connection> open_file(const std::string& path) {
  const bool fresh = is_empty_or_absent(path);
  if (!fresh && !is_sqlite(path)) return no_polyfills(path, "it is no SQLite file");
  const auto about = [&](const core::Error& error) {
    return std::unexpected(about_backups(error, path));
  };
  auto file = Connection::open(path, Connection::Access::create);
  if (!file) return about(file.error());
  if (fresh) {
    if (auto made = file->run(kFresh); !made) return about(made.error());
  }
  const auto id = file->integer("PRAGMA application_id");
  const auto version = file->integer("PRAGMA user_version");
  if (!id || !version) return about((id ? version : id).error());
  if (*id != kApplicationId) return no_polyfills(path, "it is a file of something else");
  if (*version > kFormatVersion) {
    return no_polyfills(path, "it was written by a newer version, as format " +
                                  std::to_string(*version) + " where this one reads " +
                                  std::to_string(kFormatVersion));
  }
  if (auto made = make_tables(*file); !made) return about(made.error());
  return file;
}

Result<Connection> open_memory() {
  auto memory = Connection::open(":memory:", Connection::Access::create);
  if (!memory) return memory;
  if (auto made = memory->run(kSchema); !made) return std::unexpected(made.error());
  return memory;
}

}  // namespace

Result<std::shared_ptr<PolyfillFile>> PolyfillFile::open(const std::string& path) {
  const auto opened = std::shared_ptr<PolyfillFile>(new PolyfillFile(path));
  if (path.empty()) return opened;
  auto file = open_file(path);
  if (!file) return std::unexpected(file.error());
  opened->connection_ = *std::move(file);
  return opened;
}

Result<PolyfillFile::Locked> PolyfillFile::lock() {
  std::unique_lock lock(mutex_);
  if (!connection_) {
    auto memory = open_memory();
    if (!memory) return std::unexpected(memory.error());
    connection_ = *std::move(memory);
  }
  return Locked{std::move(lock), *connection_};
}

Result<void> execute(PolyfillFile& file, std::string_view sql, SqlValues values) {
  return each_row(file, sql, values, [](const cassettes::Statement&) { return Result<void>(); });
}

Result<void> each_row(PolyfillFile& file, std::string_view sql, SqlValues values,
                      const std::function<Result<void>(const cassettes::Statement& row)>& see) {
  auto locked = file.lock();
  if (!locked) return std::unexpected(locked.error());
  auto statement = locked->connection.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  int parameter = 0;
  for (const auto& value : values) {
    ++parameter;
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      statement->bind_text(parameter, *text);
    } else {
      statement->bind(parameter, std::get<std::int64_t>(value));
    }
  }
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    if (auto seen = see(*statement); !seen) return seen;
  }
}

}  // namespace dynatape::interceptors
