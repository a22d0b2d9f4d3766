#pragma once

// ItemCollectionMetrics: the item collections that a write touched, on tables with a local index.

#include <string>
#include <utility>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/storage/table_writer.h"
#include "emulator/wire/writer.h"

namespace dynatape::operations {

/// {"ItemCollectionKey":{…},"SizeEstimateRangeGB":[0.0,1.0]} for the collection of `item`.
void append_collection_metrics(std::string& out, const model::Table& table,
                               const model::ItemView& item);

/// The metrics of many writes, by table, each collection once.
class CollectionMetrics {
 public:
  /// `name` is the table's as the request has it. Tables without a local index have no metrics.
  void add(const std::string& name, const model::Table& table, const storage::Change& change);
  /// `"ItemCollectionMetrics":{"table":[…]}`, or nothing where there are none.
  void append_to(wire::ObjectWriter& writer) const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> tables_;  ///< metrics as texts
};

}  // namespace dynatape::operations
