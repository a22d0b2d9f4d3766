#pragma once

// Which item, or which request, a call is about, as one hash: what decisions and `"per": "key"`
// tell calls apart by. docs/rules.md says what the key of each operation is.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "interceptors/call_view.h"

namespace dynatape::interceptors {

/// The key attributes of tables, by plain name; a table's attributes in rising order.
using TableKeys = std::map<std::string, std::vector<std::string>, std::less<>>;

/// GetItem, UpdateItem, DeleteItem: `Key`. PutItem: those attributes of `Item` that `keys` has for
/// the table, so that it meets the former; the whole `Item` where it has none. Any other operation:
/// all parameters. The tables count; the order of members does not, nor do the tokens that SDKs
/// make up anew for each call (ClientRequestToken, ClientToken). Equal on every machine.
[[nodiscard]] std::uint64_t call_key(CallView& call, const TableKeys& keys);

}  // namespace dynatape::interceptors
