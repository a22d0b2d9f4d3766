#pragma once

// What polyfills remember about tables whose upstream does not: one JSON document for each subject
// and table. A table is known by its id, so that another one of the same name begins with nothing.
// Kept in a polyfill file. Safe to use from any thread.

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "interceptors/polyfill_file.h"

namespace dynatape::interceptors {

using nlohmann::ordered_json;

class TableSettings {
 public:
  enum class Subject { billing, recovery, restored, tags, time_to_live };

  [[nodiscard]] static core::Result<std::shared_ptr<TableSettings>> open(
      std::shared_ptr<PolyfillFile> file);

  /// Whether any table has such a setting: asked at every call.
  [[nodiscard]] bool has(Subject subject) const {
    return counts_[static_cast<std::size_t>(subject)].load(std::memory_order_relaxed) > 0;
  }
  /// null where there is none.
  [[nodiscard]] ordered_json get(Subject subject, const std::string& table_id) const;
  /// null takes it away.
  [[nodiscard]] core::Result<void> set(Subject subject, const std::string& table_id,
                                       ordered_json document);
  /// All that is known of a table, which is there no more.
  [[nodiscard]] core::Result<void> forget(const std::string& table_id);
  /// By table id.
  [[nodiscard]] std::map<std::string, ordered_json> all(Subject subject) const;

 private:
  static constexpr std::size_t kSubjects = 5;
  using Documents = std::map<std::string, ordered_json>;

  explicit TableSettings(std::shared_ptr<PolyfillFile> file) : file_(std::move(file)) {}
  [[nodiscard]] core::Result<void> load();
  /// With mutex_ held: a row of the file.
  void keep(const cassettes::Statement& row);

  const std::shared_ptr<PolyfillFile> file_;  // shared with the backups
  std::array<std::atomic<std::size_t>, kSubjects> counts_{};
  mutable std::mutex mutex_;
  std::array<Documents, kSubjects> documents_;  ///< guarded by mutex_
};

}  // namespace dynatape::interceptors
