#pragma once

// The table and index that a PartiQL statement is about. It is found by its place behind FROM, INTO
// or UPDATE; whether the statement is right otherwise is not looked at.

#include <string>
#include <string_view>

namespace dynatape::core {

struct StatementTarget {
  std::string table;  ///< empty where none is found
  std::string index;  ///< empty where the statement names none

  bool operator==(const StatementTarget&) const = default;
};

/// `SELECT * FROM "orders"."by-date" WHERE ...` is about the index by-date of orders.
[[nodiscard]] StatementTarget target_of_statement(std::string_view statement);

/// Whether it only reads.
[[nodiscard]] bool is_select(std::string_view statement);

}  // namespace dynatape::core
