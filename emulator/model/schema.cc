#include "emulator/model/schema.h"

#include <algorithm>

namespace dynatape::model {

const AttributeDefinition* KeySchema::find(std::string_view name) const {
  for (const auto* part : {&hash, &range}) {
    const auto found = std::ranges::find(*part, name, &AttributeDefinition::name);
    if (found != part->end()) return &*found;
  }
  return nullptr;
}

const SecondaryIndex* Table::find_index(std::string_view index_name) const {
  const auto found = std::ranges::find(indexes, index_name, &SecondaryIndex::name);
  return found == indexes.end() ? nullptr : &*found;
}

bool Table::has_local_index() const {
  return std::ranges::find(indexes, IndexKind::local, &SecondaryIndex::kind) != indexes.end();
}

}  // namespace dynatape::model
