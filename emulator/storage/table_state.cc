#include "emulator/storage/table_state.h"

#include <algorithm>
#include <utility>

#include "emulator/storage/expiry.h"

namespace dynatape::storage {

TableState::TableState(std::shared_ptr<const model::Table> definition, Rows rows,
                       std::vector<Rows> indexes, Rows expiry,
                       PersistentTree<ItemCollection> collections)
    : definition_(std::move(definition)),
      rows_(std::move(rows)),
      indexes_(std::move(indexes)),
      expiry_(std::move(expiry)),
      collections_(std::move(collections)) {}

bool TableState::has_expired(model::TimePoint now) const {
  const auto& time_to_live = definition_->time_to_live;
  if (!time_to_live || now < time_to_live->until) return false;
  const KeyRange expired = expired_at(now);
  const auto first = expiry_.tree.lower_bound(expired.lower);
  return first.valid() && expired.contains(first->key());
}

const Rows* TableState::index(std::string_view name) const {
  const model::SecondaryIndex* found = definition_->find_index(name);
  return found == nullptr
             ? nullptr
             : &indexes_[static_cast<std::size_t>(found - definition_->indexes.data())];
}

void TableState::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

bool projects(const model::Table& table, const model::SecondaryIndex& index,
              std::string_view attribute) {
  switch (index.projection.type) {
    case model::ProjectionType::all:
      return true;
    case model::ProjectionType::include: {
      const auto& names = index.projection.non_key_attributes;
      if (std::ranges::find(names, attribute) != names.end()) return true;
      break;
    }
    case model::ProjectionType::keys_only:
      break;
  }
  return index.key.find(attribute) != nullptr || table.key.find(attribute) != nullptr;
}

std::uint32_t projected_size(const model::Table& table, const model::SecondaryIndex& index,
                             model::ItemView item) {
  std::size_t size = 0;
  for (const auto [name, value] : item.attributes()) {
    if (projects(table, index, name)) size += name.size() + value.size_bytes();
  }
  return static_cast<std::uint32_t>(size);
}

}  // namespace dynatape::storage
