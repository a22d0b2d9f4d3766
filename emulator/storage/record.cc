#include "emulator/storage/record.h"

#include <cstring>
#include <limits>
#include <new>

namespace dynatape::storage {
namespace {

constexpr std::uint32_t kRefers = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Ref<Record> Record::make(std::string_view key, std::string_view encoded_item,
                         std::uint32_t size_bytes) {
  void* memory = ::operator new(sizeof(Record) + key.size() + encoded_item.size());
  auto* record = new (memory) Record(static_cast<std::uint32_t>(key.size()),
                                     static_cast<std::uint32_t>(encoded_item.size()), size_bytes);
  char* bytes = reinterpret_cast<char*>(record + 1);
  key.copy(bytes, key.size());
  encoded_item.copy(bytes + key.size(), encoded_item.size());
  return Ref<Record>::adopt(record);
}

Ref<Record> Record::refer(std::string_view key, Ref<Record> base, std::uint32_t size_bytes) {
  void* memory = ::operator new(sizeof(Record) + key.size() + sizeof(std::uintptr_t));
  auto* record = new (memory) Record(static_cast<std::uint32_t>(key.size()), kRefers, size_bytes);
  char* bytes = reinterpret_cast<char*>(record + 1);
  key.copy(bytes, key.size());
  // As bytes, for the key leaves no alignment to rely on.
  const auto address = reinterpret_cast<std::uintptr_t>(base.detach());
  std::memcpy(bytes + key.size(), &address, sizeof address);
  return Ref<Record>::adopt(record);
}

const Record& Record::base() const {
  if (item_size_ != kRefers) return *this;
  std::uintptr_t address = 0;
  std::memcpy(&address, bytes() + key_size_, sizeof address);
  return *reinterpret_cast<const Record*>(address);  // NOLINT(performance-no-int-to-ptr)
}

model::ItemView Record::item() const {
  const Record& row = base();
  return model::ItemView({row.bytes() + row.key_size_, row.item_size_});
}

void Record::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (item_size_ == kRefers) base().release();
  auto* self = const_cast<Record*>(this);
  self->~Record();
  ::operator delete(self);
}

}  // namespace dynatape::storage
