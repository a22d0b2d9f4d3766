#pragma once

// The versions of items, each with the second from which it holds, so that a table can be read as
// it was at the end of any second. Seconds never go back in it: where the clock was set back, a
// table is as it was when the clock stood at that second for the last time. Kept in a polyfill
// file. It knows nothing of DynamoDB's calls. Safe to use from any thread.

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "interceptors/polyfill_file.h"

namespace dynatape::interceptors {

class WriteLog {
 public:
  using Second = std::int64_t;
  /// Behind all that was written.
  static constexpr Second kEnd = std::numeric_limits<Second>::max();

  explicit WriteLog(std::shared_ptr<PolyfillFile> file) : file_(std::move(file)) {}

  struct Version {
    std::string key;                  ///< what tells the table's items apart
    std::optional<std::string> item;  ///< nullopt: there is none
  };
  /// From `second` on the items are so. Of two versions of one second the later one stays; one that
  /// changes nothing is not kept. What was added for later seconds counts as of `second` from then
  /// on, as it was there before.
  [[nodiscard]] core::Result<void> add(const std::string& table_id, Second second,
                                       std::span<const Version> versions);
  /// At most `limit` items as they were at the end of `second`, by key, behind the key `after`.
  [[nodiscard]] core::Result<std::vector<Version>> items(const std::string& table_id, Second second,
                                                         const std::string& after,
                                                         std::size_t limit) const;
  [[nodiscard]] core::Result<void> forget(const std::string& table_id);
  /// Nobody will ask for what was before `second`.
  [[nodiscard]] core::Result<void> forget_before(const std::string& table_id, Second second);

 private:
  /// With the file's lock: the second of the last write to the table, whatever it changed.
  [[nodiscard]] core::Result<Second> latest(cassettes::Connection& file,
                                            const std::string& table_id) const;

  const std::shared_ptr<PolyfillFile> file_;  // shared with what else polyfills keep
  std::map<std::string, Second> latest_;      ///< by table id; guarded by the file's lock
};

}  // namespace dynatape::interceptors
