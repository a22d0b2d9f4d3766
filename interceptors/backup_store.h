#pragma once

// The backups of a session: what they are of, and their items, in a polyfill file. It knows nothing
// of DynamoDB's calls. Safe to use from any thread.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/snapshots.h"
#include "core/time.h"
#include "interceptors/polyfill_file.h"

namespace dynatape::interceptors {

using nlohmann::ordered_json;

struct Backup {
  std::string arn;
  std::string owner;  ///< the account and the region, whose backups nobody else sees
  std::string name;
  std::string type = "USER";  ///< or SYSTEM
  core::TimePoint created;
  std::optional<core::TimePoint> expires = {};
  ordered_json table;         ///< as DescribeTable told it
  ordered_json time_to_live;  ///< as DescribeTimeToLive told it; null where that is not known

  [[nodiscard]] std::string table_name() const { return table.value("TableName", ""); }
  [[nodiscard]] std::string table_arn() const { return table.value("TableArn", ""); }
};

class BackupStore {
 public:
  [[nodiscard]] static core::Result<std::shared_ptr<BackupStore>> open(
      std::shared_ptr<PolyfillFile> file);

  /// Whether backups outlive the process, so that their items must be added.
  [[nodiscard]] bool is_file() const { return file_->outlives_process(); }

  /// A backup without items; nobody sees it before complete(), nor after a crash.
  [[nodiscard]] core::Result<void> begin(const Backup& backup);
  /// The next items, as a JSON array.
  [[nodiscard]] core::Result<void> add_page(const std::string& arn, const std::string& items);
  [[nodiscard]] core::Result<void> complete(const Backup& backup);
  /// The moment that has the items, for as long as the process lives.
  void keep(const std::string& arn, std::shared_ptr<const core::Snapshot> moment);

  /// Nothing finds a backup that has expired by `now`.
  [[nodiscard]] std::optional<Backup> find(const std::string& owner, const std::string& arn,
                                           core::TimePoint now) const;
  /// By ARN, which begins with the table and goes on with the time.
  [[nodiscard]] std::vector<Backup> list(const std::string& owner, core::TimePoint now) const;
  [[nodiscard]] bool contains(const std::string& arn) const;
  /// nullptr where it is not kept.
  [[nodiscard]] std::shared_ptr<const core::Snapshot> moment(const std::string& arn) const;
  /// The `number`-th page of items, from 0; nullopt past the last.
  [[nodiscard]] core::Result<std::optional<std::string>> page(const std::string& arn,
                                                              std::int64_t number);
  [[nodiscard]] core::Result<void> erase(const std::string& arn);

  /// Marks a backup as being restored from while the returned value lives.
  [[nodiscard]] std::shared_ptr<void> use(const std::string& arn);
  [[nodiscard]] bool in_use(const std::string& arn) const;

 private:
  explicit BackupStore(std::shared_ptr<PolyfillFile> file) : file_(std::move(file)) {}
  [[nodiscard]] core::Result<void> load();
  [[nodiscard]] core::Result<void> put(const Backup& backup, bool complete);

  const std::shared_ptr<PolyfillFile> file_;  // shared with what else polyfills keep
  mutable std::mutex mutex_;                  ///< guards all below
  std::map<std::string, Backup> backups_;     ///< the complete ones, by ARN
  std::map<std::string, std::shared_ptr<const core::Snapshot>> moments_;
  std::map<std::string, std::weak_ptr<void>> uses_;
};

}  // namespace dynatape::interceptors
