#pragma once

// What a `capacity` rule limits: read from its options, told in words, and turned into what each
// part of a call takes from which resource.

#include <memory>
#include <string>
#include <vector>

#include "interceptors/call_parts.h"
#include "interceptors/json_field.h"
#include "interceptors/meters.h"
#include "interceptors/table_throughput.h"

namespace dynatape::interceptors {

struct CapacityLimits {
  enum class Scope { table, index, partition, account };

  Scope scope = Scope::table;
  bool as_set = false;   ///< as the tables are set; then there are no rates
  ByAccess<Rate> rates;  ///< of each resource
  core::Duration burst = std::chrono::seconds(300);
  std::string index;          ///< of index
  std::string partition_key;  ///< of partition

  /// "throttles writes above 5/s of each table"
  [[nodiscard]] std::string describe() const;

  /// What a part takes; empty where nothing of it is limited. `set` is what its table is set to,
  /// needed where the limits are as_set.
  [[nodiscard]] std::vector<Draw> draws_of(const Part& part, const std::string& region,
                                           const TableThroughput* set) const;
};

/// Reads the value of `"capacity":`.
[[nodiscard]] CapacityLimits read_capacity_limits(const JsonField& options);

}  // namespace dynatape::interceptors
