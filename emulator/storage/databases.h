#pragma once

// The databases by account and region, each made when it is first asked for. The account is the
// access key id, as DynamoDB Local has it.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/storage/database.h"

namespace dynatape::storage {

struct DatabaseName {
  std::string account;
  std::string region;

  auto operator<=>(const DatabaseName&) const = default;
};

class Databases {
 public:
  Databases() = default;
  Databases(const Databases&) = delete;
  Databases& operator=(const Databases&) = delete;

  /// Shared, because a call in flight may outlive the database's place in the list.
  [[nodiscard]] std::shared_ptr<Database> get(std::string_view account, std::string_view region);
  [[nodiscard]] std::vector<DatabaseName> names() const;

  /// Puts a fork of `from` in the place of `to`. False where there is no `from`.
  bool fork(const DatabaseName& from, const DatabaseName& to);
  /// Puts forks of all that `other` has in the place of all there are.
  void adopt(const Databases& other);
  /// nullptr where there is none.
  [[nodiscard]] std::shared_ptr<Database> find(const DatabaseName& name) const;
  /// Whether all databases, also those to come, remember what their latest writes have replaced.
  void keep_past(bool keep);
  /// Forgets a database; the next call finds an empty one.
  void erase(const DatabaseName& name);
  void clear();

 private:
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return std::pair<std::string_view, std::string_view>(a.account, a.region) <
             std::pair<std::string_view, std::string_view>(b.account, b.region);
    }
  };

  void put(DatabaseName name, std::shared_ptr<Database> database);

  mutable std::mutex mutex_;  ///< guards what follows; put() is called with it held
  std::map<DatabaseName, std::shared_ptr<Database>, Less> databases_;
  bool keeps_past_ = false;
};

}  // namespace dynatape::storage
