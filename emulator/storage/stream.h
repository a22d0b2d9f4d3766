#pragma once

// The stream of a table: what happened to its items, in order, for 24 hours. Immutable and shared,
// like the tables, so a snapshot or a fork has its streams for free. It outlives its table.
//
// A stream is one chain of shards: a write into a shard that is four hours old closes it and opens
// its child. Sequence numbers count the records of a stream.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/schema.h"
#include "emulator/storage/persistent_tree.h"
#include "emulator/storage/record.h"
#include "emulator/storage/ref.h"

namespace dynatape::storage {

inline constexpr std::chrono::hours kStreamRetention{24};
inline constexpr std::chrono::hours kShardLifetime{4};

/// One change of one item. Holds no image that its stream's view does not show, except to have the
/// item's key.
class StreamRecord {
 public:
  enum class Kind { insert, modify, remove };
  struct Content {
    std::uint64_t sequence = 0;
    Kind kind = Kind::insert;
    model::TimePoint time;
    Ref<Record> before;
    Ref<Record> after;
    bool expired = false;  ///< removed by time to live, not by a caller
  };

  [[nodiscard]] static Ref<StreamRecord> make(Content content);
  /// Where the record of this sequence number stands in its tree.
  [[nodiscard]] static std::string key_of(std::uint64_t sequence);

  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] const Content& content() const { return content_; }
  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const;

 private:
  explicit StreamRecord(Content content);
  ~StreamRecord() = default;

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::string key_;
  Content content_;
};

struct Shard {
  std::uint64_t number = 1;  ///< its parent has the number before
  std::uint64_t first = 1;   ///< the sequence number of its first record
  model::TimePoint opened;
  std::optional<std::uint64_t> last = {};  ///< of a closed shard
  model::TimePoint closed = {};

  [[nodiscard]] bool contains(std::uint64_t sequence) const {
    return sequence >= first && (!last || sequence <= *last);
  }
  /// Whether none of its records can be read any more.
  [[nodiscard]] bool gone(model::TimePoint now) const {
    return last && now - closed >= kStreamRetention;
  }
};

struct StreamDefinition {
  std::string table;
  model::StreamSpecification specification;
  model::KeySchema key;
  model::TimePoint created;
  model::TimePoint enabled;  ///< until then it is being enabled, and records already
};

class Stream {
 public:
  struct Content {
    std::shared_ptr<const StreamDefinition> definition;
    std::vector<Shard> shards = {};  ///< oldest first, never empty
    PersistentTree<StreamRecord> records = {};
    std::uint64_t next_sequence = 1;
    std::optional<model::TimePoint> closed = {};  ///< no record follows
    model::TimePoint disabled = {};               ///< until then a closed one is being disabled
  };

  explicit Stream(Content content);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] static std::string key_of(std::string_view table, std::string_view label);

  [[nodiscard]] const Content& content() const { return content_; }
  [[nodiscard]] const StreamDefinition& definition() const { return *content_.definition; }
  /// Whether it was closed so long ago that it has ceased to exist.
  [[nodiscard]] bool gone(model::TimePoint now) const {
    return content_.closed && now - *content_.closed >= kStreamRetention;
  }
  /// The first sequence number that is not trimmed.
  [[nodiscard]] std::uint64_t horizon(model::TimePoint now) const;

  /// Sorts by table, then by age.
  [[nodiscard]] std::string_view key() const { return key_; }
  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const;

 private:
  ~Stream() = default;

  mutable std::atomic<std::uint32_t> references_ = 1;
  std::string key_;
  Content content_;
};

}  // namespace dynatape::storage
