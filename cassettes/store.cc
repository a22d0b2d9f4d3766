#include "cassettes/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cassettes/file_header.h"
#include "cassettes/log_check.h"
#include "cassettes/store_rows.h"

namespace dynatape::cassettes {
namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE interaction (
  id               INTEGER PRIMARY KEY,
  call             INTEGER NOT NULL,
  key              BLOB NOT NULL,
  operation        TEXT NOT NULL,
  arrival          INTEGER NOT NULL,
  started_us       INTEGER NOT NULL,
  took_us          INTEGER NOT NULL,
  redactions       INTEGER NOT NULL,
  method           TEXT NOT NULL,
  target           TEXT NOT NULL,
  request_headers  TEXT NOT NULL,
  request_body     BLOB NOT NULL,
  status           INTEGER NOT NULL,
  response_headers TEXT NOT NULL,
  response_body    BLOB NOT NULL
) STRICT;
)sql";

// Made when a recording ends: until then every append would pay for them.
constexpr const char* kIndexes = R"sql(
CREATE INDEX IF NOT EXISTS interaction_by_key ON interaction (key, call, id);
CREATE INDEX IF NOT EXISTS interaction_by_operation ON interaction (operation, id);
CREATE INDEX IF NOT EXISTS interaction_redacted ON interaction (id) WHERE redactions > 0;
)sql";

constexpr std::string_view kInsert =
    "INSERT INTO interaction VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";
constexpr std::string_view kRead = "SELECT * FROM interaction WHERE id = ?1";
constexpr std::string_view kResponse =
    "SELECT status, response_headers, response_body FROM interaction WHERE id = ?1";

// The log is folded into the file once it has this many pages of 4 KiB: seldom, because that syncs.
constexpr const char* kRecording =
    "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16384;";

// Workers that run apart ask for neighbours at different times; SQLite's own 2 MB forget them.
constexpr int kReaderCacheKb = 65'536;

// The lock is given back by the first read behind the change of mode.
constexpr const char* kClosing =
    "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL;"
    "SELECT count(*) FROM setting;";

std::unexpected<core::Error> failed(const std::string& path, const std::string& why) {
  return core::failure("cassette " + path + ": " + why);
}

/// Whether a file can be made at `path`: SQLite itself would say only that it could not.
core::Result<void> check_directory(const std::string& path) {
  auto directory = std::filesystem::path(path).parent_path();
  if (directory.empty()) directory = ".";
  if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return failed(path, "no file can be made in " + directory.string() + ": " + std::strerror(errno) +
                          "; name another place");
}

/// An empty cassette. Its creation is not synced: there is nothing in it to lose.
core::Result<void> create_schema(Connection& connection) {
  const std::string sql = "PRAGMA synchronous = OFF; BEGIN EXCLUSIVE;" + std::string(kSchema) +
                          "INSERT INTO setting VALUES ('key_version', '" +
                          std::to_string(kKeyVersion) + "');" +
                          "PRAGMA application_id = " + std::to_string(kApplicationId) + ";" +
                          "PRAGMA user_version = " + std::to_string(kFormatVersion) + "; COMMIT;";
  return connection.run(sql.c_str());
}

/// Exclusive from the first lock to the last: a second recorder is refused, and the log needs no
/// shared memory beside it. Closes `connection` where it fails.
core::Result<void> lock_alone(core::Result<Connection>& connection, const std::string& path) {
  auto locked = connection->run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
  if (locked) return locked;
  const bool busy = connection->is_busy();
  connection = std::unexpected(locked.error());  // lets go of what it did get
  if (!busy) return locked;
  // Others may read what is being replayed, and only one may be about to write.
  auto other = Connection::open(path, Connection::Access::write);
  if (!other || !other->run("BEGIN IMMEDIATE; ROLLBACK;")) return locked;
  return failed(path,
                "another process is replaying or reading it; wait for that one to end, or name "
                "another file");
}

/// Holds a reader's lock from here on, so that nobody writes the file under a replay.
core::Result<Connection> open_and_lock(const std::string& path, Connection::Access access) {
  auto connection = Connection::open(path, access);
  if (!connection) return connection;
  const std::string begin = "PRAGMA cache_size = -" + std::to_string(kReaderCacheKb) + "; BEGIN";
  if (auto locked = connection->run(begin.c_str()); !locked) {
    return std::unexpected(locked.error());
  }
  if (auto first = connection->integer("SELECT count(*) FROM setting"); !first) {
    return std::unexpected(first.error());
  }
  return connection;
}

}  // namespace

core::Result<std::unique_ptr<Store>> Store::record(const std::string& path, Damage damage) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  const bool absent = *state == FileState::absent;
  if (auto room = check_directory(path); absent && !room) return std::unexpected(room.error());
  const bool unclosed = *state == FileState::unclosed;
  const bool check = unclosed && damage == Damage::refuse;
  if (const auto there = check ? check_log_is_there(path) : core::Result<void>(); !there) {
    return std::unexpected(there.error());
  }
  auto connection =
      Connection::open(path, absent ? Connection::Access::create : Connection::Access::write);
  if (!connection) return std::unexpected(connection.error());
  auto ready = lock_alone(connection, path);
  if (ready && check) ready = check_log_is_whole(*connection, path);
  if (ready && absent) ready = create_schema(*connection);
  if (ready) ready = begin_log(*connection, /*is_new=*/!unclosed);
  if (ready) ready = connection->run(kRecording);
  if (!ready) return std::unexpected(ready.error());
  return make(path, std::move(*connection), /*recording=*/true);
}

core::Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  const auto state = inspect(path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::absent) {
    return failed(path, "there is no such recording; record it first");
  }
  if (*state == FileState::unclosed) {
    auto recovered = record(path);
    if (!recovered) return recovered;
    if (auto closed = (*recovered)->close(); !closed) return std::unexpected(closed.error());
  }
  auto connection = open_and_lock(path, Connection::Access::read);
  if (!connection) {
    // Some media know no locks; a file that nobody can write needs none.
    auto unlocked = open_and_lock(path, Connection::Access::immutable);
    if (!unlocked || ::access(path.c_str(), W_OK) == 0) return std::unexpected(connection.error());
    connection = std::move(unlocked);
  }
  return make(path, std::move(*connection), /*recording=*/false);
}

core::Result<std::unique_ptr<Store>> Store::make(std::string path, Connection connection,
                                                 bool recording) {
  auto begin = connection.prepare("BEGIN");
  auto commit = connection.prepare("COMMIT");
  auto insert = connection.prepare(kInsert);
  auto read = connection.prepare(kRead);
  auto response = connection.prepare(kResponse);
  for (const auto* statement : {&begin, &commit, &insert, &read, &response}) {
    if (!*statement) return std::unexpected(statement->error());
  }
  return std::unique_ptr<Store>(
      new Store(std::move(path), std::move(connection),
                {std::move(*begin), std::move(*commit), std::move(*insert), std::move(*read),
                 std::move(*response)},
                recording));
}

Store::Store(std::string path, Connection connection, Statements statements, bool recording)
    : path_(std::move(path)),
      connection_(std::move(connection)),
      statements_(std::move(statements)),
      recording_(recording) {}

Store::~Store() {
  [[maybe_unused]] const auto closed = close();  // nobody is left to tell
}

core::Result<void> Store::append(std::span<const Recording* const> recordings) {
  const std::lock_guard lock(mutex_);
  auto done = run(statements_.begin);
  for (const Recording* recording : recordings) {
    if (done) done = insert(*recording);
  }
  if (done) done = run(statements_.commit);
  if (!done) {
    [[maybe_unused]] const auto undone = connection_.run("ROLLBACK");  // SQLite may have done it
  }
  return done;
}

core::Result<void> Store::insert(const Recording& recording) {
  const std::string request_headers = lines_of(recording.request.headers);
  const std::string response_headers = lines_of(recording.response.headers);
  Statement& row = statements_.insert;
  row.bind(1, recording.id);
  row.bind(2, recording.call);
  row.bind_blob(3, bytes_of(recording.key));
  row.bind_text(4, recording.operation);
  row.bind(5, static_cast<std::int64_t>(recording.arrival));
  row.bind(6, recording.started.time_since_epoch().count());
  row.bind(7, recording.took.count());
  row.bind(8, recording.redactions);
  row.bind_text(9, recording.request.method);
  row.bind_text(10, recording.request.target);
  row.bind_text(11, request_headers);
  row.bind_blob(12, recording.request.body);
  row.bind(13, recording.response.status);
  row.bind_text(14, response_headers);
  row.bind_blob(15, recording.response.body);
  return run(row);
}

/// Of a statement without rows.
core::Result<void> Store::run(Statement& statement) {
  const auto done = statement.step();
  statement.reset();
  if (!done) return std::unexpected(done.error());
  return {};
}

core::Result<std::int64_t> Store::last_id() {
  return integer("SELECT coalesce(max(id), 0) FROM interaction");
}

core::Result<std::int64_t> Store::count() { return integer("SELECT count(*) FROM interaction"); }

core::Result<std::string> Store::setting(std::string_view name) {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare("SELECT value FROM setting WHERE name = ?1");
  if (!rows) return std::unexpected(rows.error());
  rows->bind_text(1, name);
  const auto row = rows->step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::string(rows->bytes(0)) : std::string();
}

core::Result<void> Store::set(std::string_view name, std::string_view value) {
  const std::lock_guard lock(mutex_);
  auto rows = connection_.prepare("INSERT OR REPLACE INTO setting VALUES (?1, ?2)");
  if (!rows) return std::unexpected(rows.error());
  rows->bind_text(1, name);
  rows->bind_text(2, value);
  if (auto done = rows->step(); !done) return std::unexpected(done.error());
  return {};
}

core::Result<bool> Store::has_redactions() {
  const auto found = integer("SELECT EXISTS (SELECT 1 FROM interaction WHERE redactions > 0)");
  if (!found) return std::unexpected(found.error());
  return *found != 0;
}

core::Result<std::int64_t> Store::integer(std::string_view sql) {
  const std::lock_guard lock(mutex_);
  return connection_.integer(sql);
}

core::Result<void> Store::add_indexes() {
  const std::lock_guard lock(mutex_);
  return connection_.run(kIndexes);
}

core::Result<void> Store::close() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(recording_, false)) return {};
  // The indexes only make opening faster: without room for them the cassette is still whole.
  [[maybe_unused]] const auto indexed = connection_.run(kIndexes);
  [[maybe_unused]] const auto ended = end_log(connection_);
  auto folded = connection_.run(kClosing);
  if (!folded) folded.error().message += " (its log " + path_ + "-wal belongs to it: keep both)";
  return folded;
}

}  // namespace dynatape::cassettes
