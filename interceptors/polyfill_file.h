#pragma once

// Where polyfills keep what the upstream does not: a SQLite file of its own that outlives the
// process, or memory. It knows the tables of the file, and nothing of what is in them. Safe to use
// from any thread.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cassettes/sqlite.h"
#include "core/result.h"

namespace dynatape::interceptors {

class PolyfillFile {
 public:
  /// The file at `path`, which is made where there is none; "" keeps everything in memory. The
  /// error names the file.
  [[nodiscard]] static core::Result<std::shared_ptr<PolyfillFile>> open(const std::string& path);

  [[nodiscard]] bool outlives_process() const { return !path_.empty(); }

  /// The connection, nobody else's as long as this lives.
  struct Locked {
    std::unique_lock<std::mutex> lock;
    cassettes::Connection& connection;
  };
  [[nodiscard]] core::Result<Locked> lock();

 private:
  explicit PolyfillFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  std::mutex mutex_;
  std::optional<cassettes::Connection> connection_;  ///< guarded; memory is taken when it is needed
};

/// What stands for ?1, ?2, … of a statement.
using SqlValues = std::initializer_list<std::variant<std::string_view, std::int64_t>>;

/// Carries out one statement whose rows nobody reads.
[[nodiscard]] core::Result<void> execute(PolyfillFile& file, std::string_view sql,
                                         SqlValues values);

/// Carries out one statement and shows `see` each of its rows, until one is refused.
[[nodiscard]] core::Result<void> each_row(
    PolyfillFile& file, std::string_view sql, SqlValues values,
    const std::function<core::Result<void>(const cassettes::Statement& row)>& see);

}  // namespace dynatape::interceptors
