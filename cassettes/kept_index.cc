#include "cassettes/kept_index.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include "core/digest.h"

namespace dynatape::cassettes {
namespace {

constexpr std::size_t kPartBytes = 1 << 20;

/// Calls `visit` with each of the vectors, always in the same order.
template <class Index, class Visit>
void for_each_vector(Index& index, Visit visit) {
  visit(index.answers);
  visit(index.operations);
  visit(index.keys);
  visit(index.first);
  visit(index.sequence);
  visit(index.hole_begin);
  visit(index.hole_end);
  visit(index.hole_text);
  visit(index.values);
  visit(index.valued);
  visit(index.attempts);
  visit(index.list_begin);
  visit(index.entries);
  visit(index.touch_begin);
  visit(index.touches);
}

/// Writes bytes as parts of kPartBytes.
class PartWriter {
 public:
  explicit PartWriter(Store& store) : store_(store) {}

  core::Result<void> write(const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
      const std::size_t some = std::min(size, kPartBytes - part_.size());
      part_.append(at, some);
      at += some;
      size -= some;
      if (part_.size() < kPartBytes) continue;
      if (auto flushed = flush(); !flushed) return flushed;
    }
    return {};
  }
  core::Result<void> flush() {
    if (part_.empty()) return {};
    const std::uint32_t sum = core::crc32(part_);
    part_.insert(0, reinterpret_cast<const char*>(&sum), sizeof sum);
    auto kept = store_.keep_index_part(number_++, part_);
    part_.clear();
    return kept;
  }

 private:
  Store& store_;
  std::string part_;
  std::int64_t number_ = 0;
};

}  // namespace

core::Result<void> write_kept_index(Store& store, const TapeIndex& index, std::int64_t last_id) {
  if (auto begun = store.begin_index(); !begun) return begun;
  KeptHead head;
  head.last_id = static_cast<std::uint32_t>(last_id);
  std::size_t i = 0;
  for_each_vector(index, [&](const auto& vector) { head.sizes[i++] = vector.size(); });
  PartWriter writer(store);
  auto done = writer.write(&head, sizeof head);
  for_each_vector(index, [&](const auto& vector) {
    using Value = typename std::remove_reference_t<decltype(vector)>::value_type;
    if (done) done = writer.write(vector.data(), vector.size() * sizeof(Value));
  });
  if (done) done = writer.flush();
  const auto ended = store.end_index(done.has_value());
  return done ? ended : done;
}

bool KeptIndexReader::take(std::string_view part, std::int64_t last_id) {
  std::uint32_t sum = 0;
  if (part.size() < sizeof sum) return false;
  std::memcpy(&sum, part.data(), sizeof sum);
  part.remove_prefix(sizeof sum);
  if (sum != core::crc32(part)) return false;  // damaged
  if (vector_ == 0 && !take_head(part, last_id)) return false;
  while (!part.empty() && vector_ <= KeptHead::kVectors) {
    auto& [at, left] = targets_[vector_ - 1];
    const std::size_t some = std::min(left, part.size());
    if (some > 0) std::memcpy(at, part.data(), some);
    at += some;
    left -= some;
    part.remove_prefix(some);
    if (left == 0) ++vector_;
  }
  return part.empty();
}

bool KeptIndexReader::take_head(std::string_view& part, std::int64_t last_id) {
  if (part.size() < sizeof head_) return false;
  std::memcpy(&head_, part.data(), sizeof head_);
  const KeptHead right;
  if (head_.magic != right.magic || head_.version != right.version ||
      head_.key_version != right.key_version ||
      head_.last_id != static_cast<std::uint64_t>(last_id)) {
    return false;
  }
  part.remove_prefix(sizeof head_);
  std::size_t i = 0;
  for_each_vector(index_, [&](auto& vector) {
    using Value = typename std::remove_reference_t<decltype(vector)>::value_type;
    vector.resize(head_.sizes[i]);
    targets_[i] = {reinterpret_cast<char*>(vector.data()), vector.size() * sizeof(Value)};
    ++i;
  });
  vector_ = 1;
  return true;
}

bool KeptIndexReader::complete() const {
  return vector_ > 0 &&
         std::ranges::all_of(targets_, [](const auto& target) { return target.second == 0; });
}

}  // namespace dynatape::cassettes
