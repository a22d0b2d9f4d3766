#include "emulator/operations/collection_metrics.h"

#include <algorithm>

namespace dynatape::operations {

void append_collection_metrics(std::string& out, const model::Table& table,
                               const model::ItemView& item) {
  wire::ObjectWriter writer(out);
  {
    wire::ObjectWriter key(writer.name("ItemCollectionKey"));
    for (const model::AttributeDefinition& attribute : table.key.hash) {
      wire::append(key.name(attribute.name), *item.find(attribute.name));
    }
  }
  // The service rounds to whole gigabytes and keeps no finer figure.
  writer.name("SizeEstimateRangeGB") += "[0.0,1.0]";
}

void CollectionMetrics::add(const std::string& name, const model::Table& table,
                            const storage::Change& change) {
  const auto& record = change.after ? change.after : change.before;
  if (!record || !table.has_local_index()) return;
  std::string metrics;
  append_collection_metrics(metrics, table, record->item());
  auto found = std::ranges::find(tables_, name, &decltype(tables_)::value_type::first);
  if (found == tables_.end()) found = tables_.insert(found, {name, {}});
  if (std::ranges::find(found->second, metrics) == found->second.end()) {
    found->second.push_back(std::move(metrics));
  }
}

void CollectionMetrics::append_to(wire::ObjectWriter& writer) const {
  if (tables_.empty()) return;
  wire::ObjectWriter tables(writer.name("ItemCollectionMetrics"));
  for (const auto& [name, metrics] : tables_) {
    std::string& out = tables.name(name);
    out += '[';
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (i > 0) out += ',';
      out += metrics[i];
    }
    out += ']';
  }
}

}  // namespace dynatape::operations
