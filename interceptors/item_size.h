#pragma once

// What an item in a request weighs, as the service charges it. Source: "DynamoDB item sizes and
// formats", developer guide.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace dynatape::interceptors {

/// Bytes of `{"id": {"S": "a"}, …}`, names and values; what is no attribute value weighs nothing.
[[nodiscard]] std::size_t item_size(const nlohmann::json& item);

}  // namespace dynatape::interceptors
