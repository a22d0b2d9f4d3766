#include "emulator/operations/collection_metrics.h"

#include <algorithm>

namespace dynatape::operations {
namespace {

std::string key_of(const model::Table& table, const storage::Change& change) {
  const model::ItemView item = (change.after ? change.after : change.before)->item();
  std::string json;
  wire::ObjectWriter key(json);
  for (const model::AttributeDefinition& attribute : table.key.hash) {
    wire::append(key.name(attribute.name), *item.find(attribute.name));
  }
  return json;
}

/// The service rounds to whole gigabytes and keeps no finer figure.
void append_metrics(std::string& out, std::string_view key, std::uint64_t size_bytes) {
  const std::uint64_t gigabytes = size_bytes >> 30;
  wire::ObjectWriter writer(out);
  writer.name("ItemCollectionKey") += key;
  writer.name("SizeEstimateRangeGB") +=
      "[" + std::to_string(gigabytes) + ".0," + std::to_string(gigabytes + 1) + ".0]";
}

}  // namespace

model::Outcome<void> check_collection(const Context& context, const storage::Change& change) {
  const bool full = change.collection_bytes > context.max_collection_bytes;
  if (!full || change.collection_growth <= 0) return {};
  return model::fail(model::ErrorType::item_collection_size_limit_exceeded,
                     "Collection size exceeded.");
}

void append_collection_metrics(std::string& out, const model::Table& table,
                               const storage::Change& change) {
  append_metrics(out, key_of(table, change), change.collection_bytes);
}

void CollectionMetrics::add(const std::string& name, const model::Table& table,
                            const storage::Change& change) {
  if ((!change.after && !change.before) || !table.has_local_index()) return;
  auto found = std::ranges::find(tables_, name, &decltype(tables_)::value_type::first);
  if (found == tables_.end()) found = tables_.insert(found, {name, {}});
  std::vector<Collection>& collections = found->second;
  std::string key = key_of(table, change);
  const auto known = std::ranges::find(collections, key, &Collection::key);
  if (known == collections.end()) {
    collections.push_back({std::move(key), change.collection_bytes});
  } else {
    known->size_bytes = change.collection_bytes;
  }
}

void CollectionMetrics::append_to(wire::ObjectWriter& writer) const {
  if (tables_.empty()) return;
  wire::ObjectWriter tables(writer.name("ItemCollectionMetrics"));
  for (const auto& [name, collections] : tables_) {
    std::string& out = tables.name(name);
    out += '[';
    for (std::size_t i = 0; i < collections.size(); ++i) {
      if (i > 0) out += ',';
      append_metrics(out, collections[i].key, collections[i].size_bytes);
    }
    out += ']';
  }
}

}  // namespace dynatape::operations
