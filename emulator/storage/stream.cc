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

/// Sequence numbers rise with time, so it is found by halving: a day's records may have expired at
/// once.
std::uint64_t Stream::horizon(model::TimePoint now) const {
  std::uint64_t low = 0;                        // all up to here have expired
  std::uint64_t high = content_.next_sequence;  // those from here on have not
  while (high - low > 1) {
    const auto record = content_.records.lower_bound(StreamRecord::key_of(low + (high - low) / 2));
    if (record.valid() && now - record->content().time >= kStreamRetention) {
      low = record->content().sequence;
    } else {
      high = low + (high - low) / 2;
    }
  }
  const auto record = content_.records.lower_bound(StreamRecord::key_of(high));
  return record.valid() ? record->content().sequence : content_.next_sequence;
}

void Stream::release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace dynatape::storage
