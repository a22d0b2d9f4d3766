#pragma once

// SQLite as two resources, a connection and a prepared statement, whose failures are sentences that
// name the file. Not for two threads at once; never throws.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dynatape::cassettes {

/// Positions count from 1 for parameters and from 0 for columns, as in SQLite itself.
class Statement {
 public:
  Statement(sqlite3_stmt* statement, const std::string& path);

  /// Bound bytes must live until the statement is reset.
  void bind(int parameter, std::int64_t value);
  void bind_text(int parameter, std::string_view value);
  void bind_blob(int parameter, std::string_view value);

  /// True while there is a row; false at the end.
  [[nodiscard]] core::Result<bool> step();
  /// Ready for the next execution, nothing bound.
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  /// Text or bytes; the view lives until the next step or reset.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string path_;
};

/// Up to `bytes` from the beginning of a file. A handle of its own would, when it is closed, take
/// from this process all locks that it has on the file (POSIX).
[[nodiscard]] core::Result<std::string> front_of(const std::string& path, std::size_t bytes);

class Connection {
 public:
  enum class Access {
    read,       ///< never writes the file
    immutable,  ///< takes no locks either: for media where none can be taken
    write,      ///< the file must exist
    create,     ///< makes it where it does not
  };

  [[nodiscard]] static core::Result<Connection> open(const std::string& path, Access access);

  /// Statements whose rows nobody reads.
  [[nodiscard]] core::Result<void> run(const char* sql);
  [[nodiscard]] core::Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row, which there must be.
  [[nodiscard]] core::Result<std::int64_t> integer(std::string_view sql);
  /// Lets go of the pages that were read.
  void forget_pages();
  /// Whether the last failure was another's lock.
  [[nodiscard]] bool is_busy() const;
  /// Closing it leaves a log as it is, and in its place.
  void leave_log();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Connection(sqlite3* connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

}  // namespace dynatape::cassettes
