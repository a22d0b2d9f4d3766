#pragma once

// Which item a call is about where it gives no Key and no Item: what a Query's key condition or a
// PartiQL statement sets equal to a value, and what an INSERT puts. It knows no schema, so these
// attributes need not be those of the key.

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dynatape::cassettes {

struct ImpliedItem {
  std::string table;          ///< as the call names it
  nlohmann::json attributes;  ///< {"pk": {"S": "a"}}
  bool put = false;           ///< the whole item that an INSERT puts
  /// What an attribute is one of, where a statement asks `pk IN ['a', 'b']`.
  std::map<std::string, std::vector<nlohmann::json>> among = {};

  bool operator==(const ImpliedItem&) const = default;
};

/// Of `{"TableName": …, "KeyConditionExpression": …}`, or KeyConditions; nullopt where nothing is
/// set equal, or it cannot be read.
[[nodiscard]] std::optional<ImpliedItem> item_of_query(const nlohmann::json& params);

/// Of `{"Statement": …, "Parameters": …}`: what its WHERE sets equal, or one of several, beside
/// everything else, or what it puts.
[[nodiscard]] std::optional<ImpliedItem> item_of_statement(const nlohmann::json& holder);

/// Those with attributes, of a Query, an ExecuteStatement, and a batch or transaction of
/// statements.
[[nodiscard]] std::vector<ImpliedItem> implied_items(const nlohmann::json& params);

}  // namespace dynatape::cassettes
