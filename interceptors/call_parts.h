#pragma once

// What a call consumes throughput for, part by part: each entry of a batch, each action of a
// transaction, each statement, or the call as a whole. What it says of costs is known before the
// call is made; an upstream tells the rest.

#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "interceptors/throughput.h"
#include "interceptors/token_bucket.h"

namespace dynatape::cassettes {
struct ImpliedItem;
}

namespace dynatape::interceptors {

struct Part {
  std::string table;  ///< as the call names it
  std::string index;  ///< that it reads; empty: the table
  /// Attributes of the one item, or the one partition, that it is about; nullptr: none is known.
  const nlohmann::json* attributes = nullptr;
  std::shared_ptr<const cassettes::ImpliedItem> implied =
      nullptr;  // has the attributes, where the call has not
  Access access = Access::read;
  MicroUnits least = 0;     ///< what the smallest part of its kind consumes
  MicroUnits expected = 0;  ///< what it consumes unless the upstream holds something larger
};

/// In the order of the call, those of a batch in that of Batch::entries(). The error is a fixed
/// sentence.
[[nodiscard]] std::expected<std::vector<Part>, std::string_view> parts_of(const core::Call& call);

}  // namespace dynatape::interceptors
