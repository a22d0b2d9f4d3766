#pragma once

// ItemCollectionMetrics: the item collections that a write touched, on tables with a local index.

#include <string>
#include <utility>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/operations/context.h"
#include "emulator/storage/table_writer.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {

/// ItemCollectionSizeLimitExceededException if the write lets a collection that is full grow.
[[nodiscard]] model::Outcome<void> check_collection(const Context& context,
                                                    const storage::Change& change);

/// {"ItemCollectionKey":{…},"SizeEstimateRangeGB":[0.0,1.0]} for the collection of the item that
/// was written; there must be one, before or after.
void append_collection_metrics(std::string& out, const model::Table& table,
                               const storage::Change& change);

/// The metrics of many writes, by table, each collection once, as the last write left it.
class CollectionMetrics {
 public:
  /// `name` is the table's as the request has it. Tables without a local index have no metrics.
  void add(const std::string& name, const model::Table& table, const storage::Change& change);
  /// `"ItemCollectionMetrics":{"table":[…]}`, or nothing where there are none.
  void append_to(wire::ObjectWriter& writer) const;

 private:
  struct Collection {
    std::string key;  ///< as JSON
    std::uint64_t size_bytes;
  };

  std::vector<std::pair<std::string, std::vector<Collection>>> tables_;
};

}  // namespace dynatape::operations
