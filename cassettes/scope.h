#pragma once

// The parts of a request with parameters of their own, in the paths of address.h.

#include <string_view>

namespace dynatape::cassettes {

/// Without the way to the part of the request that has these parameters: "Item.a" of
/// "TransactItems[0].Put.Item.a", "Keys[*].id" of "RequestItems.orders.Keys[*].id".
[[nodiscard]] std::string_view within_scope(std::string_view path);

/// "Item" of "Item.a[3]".
[[nodiscard]] std::string_view parameter_of(std::string_view path);

}  // namespace dynatape::cassettes
