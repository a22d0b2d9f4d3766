#include "cassettes/log_check.h"

#include <filesystem>

#include "cassettes/log_state.h"

namespace dynatape::cassettes {
namespace {

std::unexpected<core::Error> failed(const std::string& path, const std::string& why) {
  return core::failure("cassette " + path + ": " + why);
}

}  // namespace

core::Result<void> begin_log(Connection& connection, bool is_new) {
  // The file says that it lacks its log, and the log, once it is read, that it does not: so a file
  // that says so is without its log, and one that any other program has folded it into is not. A
  // new log holds nothing else yet that a sync would have to keep.
  const std::string sql = std::string("PRAGMA journal_mode = WAL; PRAGMA synchronous = ") +
                          (is_new ? "OFF" : "NORMAL") +
                          "; INSERT OR REPLACE INTO setting VALUES ('recording', 'without log');"
                          "PRAGMA wal_checkpoint;"
                          "UPDATE setting SET value = 'with log' WHERE name = 'recording';";
  return connection.run(sql.c_str());
}

core::Result<void> end_log(Connection& connection) {
  return connection.run("DELETE FROM setting WHERE name = 'recording'");
}

/// Somebody may have moved the file and forgotten what belongs to it.
core::Result<void> check_log_is_there(const std::string& path) {
  const std::string log = path + "-wal";
  if (std::filesystem::exists(log)) return {};
  auto file = Connection::open(path, Connection::Access::immutable);
  if (!file) return std::unexpected(file.error());
  const auto lacks = file->integer(
      "SELECT count(*) FROM setting WHERE name = 'recording' AND value = 'without log'");
  if (!lacks) return std::unexpected(lacks.error());
  if (*lacks == 0) return {};
  const auto whole = file->integer("SELECT count(*) FROM interaction");
  if (!whole) return std::unexpected(whole.error());
  return failed(path, "its recorder was killed, and the log that belongs to it is missing: put " +
                          log + " beside it, or keep the " + std::to_string(*whole) +
                          " interactions that are in the file itself with: dynatape cassette "
                          "recover " +
                          path);
}

/// SQLite would silently drop what is behind a damage.
core::Result<void> check_log_is_whole(Connection& connection, const std::string& path) {
  const std::string log = path + "-wal";
  const LogState state = log_state(log);
  if (!state.damaged_at) return {};
  connection.leave_log();
  const auto whole = connection.integer("SELECT count(*) FROM interaction");
  if (!whole) return std::unexpected(whole.error());
  return failed(path,
                "its log " + log + " is damaged at byte " + std::to_string(*state.damaged_at) +
                    ", and at least " + std::to_string(state.lost_commits) +
                    " commits behind that cannot be read; keep the " + std::to_string(*whole) +
                    " interactions that are whole with: dynatape cassette recover " + path);
}

}  // namespace dynatape::cassettes
