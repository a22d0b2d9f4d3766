#include "cassettes/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

namespace dynatape::cassettes {
namespace {

/// What went wrong and what would help, for someone who never heard of SQLite's codes.
std::string problem(sqlite3* connection) {
  const int system_error = sqlite3_system_errno(connection);
  const std::string reason = system_error != 0 ? std::strerror(system_error) : "";
  switch (sqlite3_errcode(connection)) {
    case SQLITE_FULL:
      return "the disk is full; free some space and record again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process is recording it; wait for that one to end, or name another file";
    case SQLITE_READONLY:
      return "it is read-only; make it and its directory writable, or name another file";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "it cannot be opened" + (reason.empty() ? "" : ": " + reason) +
             "; check the path and its permissions";
    case SQLITE_NOTADB:
      return "it is not a cassette; name another file, or remove it to record anew";
    case SQLITE_CORRUPT:
      return "it is damaged (" + std::string(sqlite3_errmsg(connection)) +
             "); restore it or record again";
    case SQLITE_IOERR:
      if (sqlite3_extended_errcode(connection) == SQLITE_IOERR_WRITE) {
        return "it cannot be written to; check the disk's space and the limit on file sizes, and "
               "record again";
      }
      return "reading or writing it failed" + (reason.empty() ? "" : ": " + reason) +
             "; check the disk and record again";
    default:
      return std::string(sqlite3_errmsg(connection)) + "; restore it or record again";
  }
}

std::unexpected<core::Error> failed(sqlite3* connection, const std::string& path) {
  return core::failure("cassette " + path + ": " + problem(connection));
}

/// SQLite's file: form, with what a URI gives a meaning to escaped.
std::string uri(const std::string& path, std::string_view query) {
  std::string text = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      text += c;
    }
  }
  return text.append(query);
}

}  // namespace

core::Result<std::string> front_of(const std::string& path, std::size_t bytes) {
  sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
  struct Free {
    void operator()(const char* name) const { sqlite3_free_filename(const_cast<char*>(name)); }
  };
  const std::unique_ptr<const char, Free> name(
      sqlite3_create_filename(path.c_str(), "", "", 0, nullptr));
  // SQLite says how large a handle is.
  std::vector<std::uint64_t> memory(static_cast<std::size_t>(files->szOsFile) / 8 + 1);
  auto* const file = reinterpret_cast<sqlite3_file*>(memory.data());
  int flags = 0;
  errno = 0;
  if (files->xOpen(files, name.get(), file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags) !=
      SQLITE_OK) {
    return core::failure("cassette " + path + ": it cannot be opened: " + std::strerror(errno) +
                         "; check its permissions");
  }
  // SQLite takes a file of one byte for an empty one.
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  std::string front(std::min<std::uintmax_t>(bytes, ignored ? 0 : size), '\0');
  const int read =
      front.empty() ? SQLITE_OK
                    : file->pMethods->xRead(file, front.data(), static_cast<int>(front.size()), 0);
  file->pMethods->xClose(file);
  if (read == SQLITE_OK) return front;
  return core::failure("cassette " + path + ": reading it failed; check the disk");
}

core::Result<Connection> Connection::open(const std::string& path, Access access) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  switch (access) {
    case Access::read:
    case Access::immutable:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Access::write:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Access::create:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
  }
  const std::string name = uri(path, access == Access::immutable ? "?immutable=1" : "");
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Connection connection(handle, path);
  if (code != SQLITE_OK) return failed(handle, path);
  sqlite3_extended_result_codes(handle, 0);
  return connection;
}

core::Result<void> Connection::run(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed(connection_.get(), path_);
  }
  return {};
}

core::Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return failed(connection_.get(), path_);
  }
  return Statement(statement, path_);
}

core::Result<std::int64_t> Connection::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return statement->integer(0);
}

void Connection::forget_pages() { sqlite3_db_release_memory(connection_.get()); }

bool Connection::is_busy() const { return sqlite3_errcode(connection_.get()) == SQLITE_BUSY; }

void Connection::leave_log() {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Statement::Statement(sqlite3_stmt* statement, const std::string& path)
    : statement_(statement), path_(path) {}

void Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::bind_text(int parameter, std::string_view value) {
  // An empty view may point nowhere, which SQLite would store as NULL.
  sqlite3_bind_text64(statement_.get(), parameter, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int parameter, std::string_view value) {
  sqlite3_bind_blob64(statement_.get(), parameter, value.empty() ? "" : value.data(), value.size(),
                      SQLITE_STATIC);
}

core::Result<bool> Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return failed(sqlite3_db_handle(statement_.get()), path_);
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data ? std::string_view(static_cast<const char*>(data), size) : std::string_view();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

}  // namespace dynatape::cassettes
