#pragma once

// A shard iterator: where GetRecords goes on reading, as text that means nothing to its holder.

#include <optional>
#include <string>

#include "emulator/model/schema.h"

namespace dynatape::operations {

struct ShardIterator {
  std::string stream_arn;
  std::string shard;
  std::uint64_t position = 0;  ///< the next sequence number to read
  model::TimePoint issued;

  /// <ARN>|1|<base64>
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<ShardIterator> parse(const std::string& text);

  bool operator==(const ShardIterator&) const = default;
};

}  // namespace dynatape::operations
