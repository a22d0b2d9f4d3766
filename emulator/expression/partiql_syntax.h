#pragma once

// A PartiQL statement as the grammar reads it, before anything is asked of its meaning: one uniform
// tree, so that every construct of the language can be parsed and then refused by name.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/expression/partiql_lexer.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression::partiql {

/// The service takes 8,192 bytes; a request's shape reports more.
inline constexpr std::size_t kMaxStatementBytes = 8192;
/// How high a tree may grow, also by rows of operators without parentheses. AND and OR in a row
/// stand beside each other and do not count.
inline constexpr std::uint32_t kMaxTreeHeight = 320;

struct Node {
  enum class Kind : std::uint8_t {
    nothing,
    // Terms.
    name,       ///< text: the attribute or table
    string,     ///< text: its characters
    number,     ///< text: as written, signed
    boolean,    ///< text: "true" or "false"
    null,       ///<
    missing,    ///<
    parameter,  ///< text: which one, from "0"
    list,
    bag,
    structure,  ///< of members
    member,     ///< key, value
    path,       ///< root, then steps
    name_step,  ///< text
    value_step,
    star_step,  ///< `.*`
    any_step,   ///< `[*]`
    call,       ///< text: the function in lower case; arguments
    star,       ///< `*` as an argument, column or RETURNING column
    // Operators; text spells them.
    unary,
    binary,     ///< two operands; AND and OR any number
    between,    ///< operand, low, high
    type_test,  ///< operand; text: "is" or "is_not"; then a type
    like,       ///< operand, pattern, perhaps an escape
    type,       ///< text
    // Statements and their clauses.
    select,  ///< columns, from, then where, order_by and other clauses as written
    columns,
    from,  ///< sources
    where,
    order_by,
    sort_key,           ///< one expression; text: "", "asc" or "desc"
    other_clause,       ///< text: "LIMIT"; any expressions
    alias,              ///< what it names; text: the alias
    update,             ///< target, then set and remove, then where and returning
    delete_from,        ///< target, then where and returning
    insert_value,       ///< target, value; text: "if_not_exists" or ""; then other clauses
    insert,             ///< target, values
    set,                ///< assignments
    assignment,         ///< target, value
    remove,             ///< target
    returning,          ///< elements
    returning_element,  ///< column; text: "all_old"
  };

  Kind kind = Kind::nothing;
  std::string text;
  std::vector<Node> children;
  Position position;         ///< of the token it begins with
  std::uint32_t height = 1;  ///< 1 for a leaf

  /// Where it was written does not count.
  bool operator==(const Node& other) const {
    return kind == other.kind && text == other.text && children == other.children;
  }
};

/// The first clause or child of a kind; nullptr where there is none.
[[nodiscard]] const Node* child(const Node& node, Node::Kind kind);

/// A whole statement: SELECT, INSERT, UPDATE, DELETE, FROM … SET, EXISTS(SELECT …), or any other
/// expression.
[[nodiscard]] model::Outcome<Node> parse(std::string_view statement);

/// How many `?` it has.
[[nodiscard]] std::size_t parameter_count(const Node& node);

/// Text that parses to the same tree.
[[nodiscard]] std::string print(const Node& node);

}  // namespace dynatape::expression::partiql
