#pragma once

// The `capacity` interceptor: limits of throughput, with burst, on the session's clock. It counts
// what the upstream says each call has consumed, and throttles calls, or parts of calls, that come
// when nothing is left, in the shape of the service.

#include <memory>

#include "interceptors/interceptor_table.h"

namespace dynatape::interceptors {

inline constexpr Option kCapacityOptions[] = {
    {"of", "table, index, partition or account", "table", "what the limit is about"},
    {"read", "units per second, 1 to 1000000", "no limit, for a partition 3000",
     "how fast it may be read"},
    {"write", "units per second, 1 to 1000000", "no limit, for a partition 1000",
     "how fast it may be written"},
    {"burst", "duration from 1s", "300s, on demand 1s", "how much unused capacity is saved up"},
    {"index", "string", "", "for an index: the global index"},
    {"partition_key", "string", "", "for a partition: the attribute that tells partitions apart"},
    {"billing", "provisioned or on_demand",
     "provisioned; without read and write, all as the table is set",
     "which exception throttles; on demand, a table also grows with its traffic"},
};

/// Reads the value of `"capacity":`.
[[nodiscard]] std::unique_ptr<const Fault> make_capacity(const JsonField& options);

}  // namespace dynatape::interceptors
