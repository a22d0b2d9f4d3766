#pragma once

// What BatchGetItem and BatchWriteItem share: a map of tables, checked and reported as one.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/model/service_error.h"
#include "emulator/operations/request.h"
#include "emulator/wire/shape.h"

namespace dynatape::operations {

/// A table's name, or an ARN, as a key of RequestItems.
[[nodiscard]] bool is_table_key(std::string_view key);

/// Adds the violation of tables whose names are none; `print` gives the map as the service echoes
/// it, which differs by operation.
template <class T, class Print>
void check_table_keys(wire::Violations& violations, const wire::Named<T>& tables, Print print) {
  if (std::ranges::all_of(tables, [](const auto& one) { return is_table_key(one.first); })) return;
  violations.add("Value '" + print() +
                 "' at 'requestItems' failed to satisfy constraint: Map keys must satisfy "
                 "constraint: [Member must have length less than or equal to 255, Member must have "
                 "length greater than or equal to 3, Member must satisfy regular expression "
                 "pattern: [a-zA-Z0-9_.-]+]");
}

/// The items of one request, by table and row key: each may stand in it once.
class DistinctItems {
 public:
  /// False if the item has been added before.
  [[nodiscard]] bool add(std::string_view table, std::string row_key) {
    return items_.emplace(std::string(table), std::move(row_key)).second;
  }

 private:
  std::set<std::pair<std::string, std::string>> items_;
};

}  // namespace dynatape::operations
