#pragma once

// The versions of items, each with the second from which it holds, so that a table can be read as
// it was at the end of any second. Kept in a polyfill file. It knows nothing of DynamoDB's calls.
// Safe to use from any thread.

#include <cstdint>
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

  explicit WriteLog(std::shared_ptr<PolyfillFile> file) : file_(std::move(file)) {}

  struct Version {
    std::string key;                  ///< what tells the table's items apart
    std::optional<std::string> item;  ///< nullopt: there is none
  };
  /// From `second` on the items are so. Of two versions of one second the later one stays; one that
  /// changes nothing is not kept.
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
  const std::shared_ptr<PolyfillFile> file_;  // shared with what else polyfills keep
};

}  // namespace dynatape::interceptors
