#include "emulator/storage/stream.h"

#include <utility>

namespace dynatape::storage {

StreamRecord::StreamRecord(Content content)
    : key_(key_of(content.sequence)), content_(std::move(content)) {}

Ref<StreamRecord> StreamRecord::make(Content content) {
  return Ref<StreamRecord>::adopt(new StreamRecord(std::move(content)));
}

std::string StreamRecord::key_of(std::uint64_t sequence) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(sequence >> shift & 0xff);
  return bytes;
}

void StreamRecord::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

Stream::Stream(Content content)
    : key_(key_of(content.definition->table, content.definition->specification.label)),
      content_(std::move(content)) {}

std::string Stream::key_of(std::string_view table, std::string_view label) {
  return std::string(table).append(1, '\0').append(label);
}

std::uint64_t Stream::horizon(model::TimePoint now) const {
  auto record = content_.records.first();
  while (record.valid() && now - record->content().time >= kStreamRetention) record.next();
  return record.valid() ? record->content().sequence : content_.next_sequence;
}

void Stream::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace dynatape::storage
