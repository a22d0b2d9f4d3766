#pragma once

// What a request means, as a plain tree. Two requests that DynamoDB cannot tell apart have equal
// trees, however they were written: expressions stand parsed, with names and values in the place of
// placeholders, what has no order is sorted, numbers are decimals, and what says no more than its
// default is left out. What DynamoDB would refuse stands as it was sent. It never looks at headers
// other than X-Amz-Target. docs/matching.md has the rules.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"
#include "core/operation.h"

namespace dynatape::cassettes {

/// One place of a request. Children of `bag` and `commutative` are kept sorted, those of `members`
/// sorted by name, so equality is equality of meaning.
struct Node {
  enum class Kind : std::uint8_t {
    // Leaves of the request itself; text: the value.
    text,     ///< a JSON string: a table's name, a token, an expression that does not parse
    number,   ///< a JSON number, in plain decimal
    boolean,  ///< "true" or "false"
    null,
    // Leaves that are attribute values.
    string_value,   ///< S
    number_value,   ///< N, in plain decimal
    binary_value,   ///< B, in base64
    boolean_value,  ///< BOOL: "true" or "false"
    null_value,     ///< NULL
    // A leaf of an expression: `a.b[3]`, names with other characters quoted as JSON.
    path,
    // A leaf that a match rule has loosened; text: what may stand there, "any-string".
    loosened,
    // Inner nodes; text: "", or the type if it is an attribute value: M, L, SS, NS, BS.
    members,  ///< named children
    list,     ///< children in an order that counts
    bag,      ///< children in no order
    // Operators of expressions; text: the operator, as an expression spells it: "<", "NOT",
    // "begins_with", "SET", "UPDATE", "SELECT".
    expression,   ///< operands in an order that counts
    commutative,  ///< operands in no order: =, <>, AND, OR, +, and the actions of an UPDATE
  };

  Kind kind = Kind::null;
  std::string name = {};  ///< where the parent is `members`
  std::string text = {};
  std::vector<Node> children = {};
  /// A rule says that this value is another in every run; no part of the meaning.
  bool bound = false;

  [[nodiscard]] bool is_leaf() const { return kind < Kind::members; }
  /// An attribute value of one of the scalar types.
  [[nodiscard]] bool is_scalar() const {
    return kind >= Kind::string_value && kind <= Kind::null_value;
  }
  [[nodiscard]] bool is_operator() const { return kind >= Kind::expression; }
  [[nodiscard]] bool is_unordered() const { return kind == Kind::bag || kind == Kind::commutative; }

  std::strong_ordering operator<=>(const Node& other) const;
  bool operator==(const Node& other) const;
};

struct Meaning {
  /// "GetItem"; method, target and X-Amz-Target of a request that names no operation.
  std::string operation;
  /// The body: `members`, by the names of the request's parameters. A body that is not JSON is one
  /// `text` with the name "not JSON".
  Node body;

  bool operator==(const Meaning&) const = default;
};

[[nodiscard]] Meaning meaning_of(const core::Request& request, const core::Operation* operation);

/// A child of `members`; null where there is none.
[[nodiscard]] const Node* member(const Node& node, std::string_view name);

/// Where tables stand in a request: a `members` node with the member TableName, which is the body,
/// the Put, Update, Delete, Get or ConditionCheck of a transaction, or an entry of RequestItems.
/// RequestItems is a bag of such entries: {TableName, Keys, …} of BatchGetItem, and {TableName,
/// Requests} of BatchWriteItem, whose Requests are a bag of PutRequest and DeleteRequest.
inline constexpr std::string_view kTableName = "TableName";

}  // namespace dynatape::cassettes
