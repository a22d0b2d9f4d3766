#pragma once

// What is known about the items of one table: at which keys and in which partitions it is known
// what stands there, be it nothing. It holds no items: those are in the emulator that is kept
// beside it.

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

namespace dynatape::sessions {

/// Keys are JSON objects of the key attributes alone: {"id":{"S":"a"}}.
class TableKnowledge {
 public:
  /// `key_schema` as in CreateTable. Of a new table all is known.
  TableKnowledge(const nlohmann::json& key_schema, bool is_new);

  /// The key attributes out of an item or a key, numbers as the service writes them; nullopt where
  /// one is missing.
  [[nodiscard]] std::optional<nlohmann::json> key_of(const nlohmann::json& item) const;
  /// The value that a Query fixes the partition to, where that is plain to see.
  [[nodiscard]] std::optional<nlohmann::json> partition_of(const nlohmann::json& query) const;
  /// Whether that is all that a Query asks of the keys.
  [[nodiscard]] bool asks_whole_partition(const nlohmann::json& query) const;
  [[nodiscard]] const std::string& partition_attribute() const { return partition_; }

  [[nodiscard]] bool knows(const nlohmann::json& key) const;
  [[nodiscard]] bool knows_partition(const nlohmann::json& value) const;
  [[nodiscard]] bool knows_all() const { return all_; }

  void learn(const nlohmann::json& key) { keys_.insert(key.dump()); }
  void learn_partition(const nlohmann::json& value) { partitions_.insert(value.dump()); }
  void learn_all() { all_ = true; }
  /// Somebody else writes, too: what was not seen is no longer known.
  void doubt();
  void forget(const nlohmann::json& key);
  void forget_all();

 private:
  std::string partition_;
  std::string sort_;  ///< empty where there is none
  bool all_;
  std::set<std::string> keys_;        ///< as JSON
  std::set<std::string> partitions_;  ///< as JSON
};

/// A CreateTable request for the table that `Table` of a DescribeTable answer describes.
[[nodiscard]] nlohmann::json create_table_from(const nlohmann::json& description);

}  // namespace dynatape::sessions
