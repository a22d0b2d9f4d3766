#pragma once

// What an item in a request weighs, as the service charges it: model::size_bytes.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace dynatape::interceptors {

/// Bytes of `{"id": {"S": "a"}, …}`, names and values; 0 where it is no item.
[[nodiscard]] std::size_t item_size(const nlohmann::json& item);

}  // namespace dynatape::interceptors
