#pragma once

// PartiQL statements as the service can run them: a tree of syntax, its parameters in place, turned
// into the conditions, updates and values of the other expressions. Needs no table.

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "emulator/expression/ast.h"
#include "emulator/expression/partiql_syntax.h"
#include "emulator/model/attribute_value.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression::partiql {

/// "table" or "table"."index".
struct Source {
  std::string table;
  std::optional<std::string> index;

  bool operator==(const Source&) const = default;
};

/// A column of a SELECT and the attribute it becomes: the last name of its path.
struct Column {
  Path path;
  std::string name;

  bool operator==(const Column&) const = default;
};

struct SortKey {
  std::string attribute;
  bool descending = false;

  bool operator==(const SortKey&) const = default;
};

struct Select {
  Source from;
  std::vector<Column> columns;  ///< none: all
  std::optional<Condition> where;
  std::vector<SortKey> order_by;

  bool operator==(const Select&) const = default;
};

struct InsertStatement {
  std::string table;
  model::Item item;
  bool if_not_exists = false;

  bool operator==(const InsertStatement&) const = default;
};

enum class Returning : std::uint8_t { nothing, all_old, modified_old, all_new, modified_new };

struct UpdateStatement {
  Source target;
  Update changes;
  std::optional<Condition> where;
  Returning returning = Returning::nothing;

  bool operator==(const UpdateStatement&) const = default;
};

struct DeleteStatement {
  Source target;
  std::optional<Condition> where;
  Returning returning = Returning::nothing;

  bool operator==(const DeleteStatement&) const = default;
};

/// EXISTS(SELECT …): a condition of a transaction.
struct ExistsStatement {
  Select select;

  bool operator==(const ExistsStatement&) const = default;
};

using Statement =
    std::variant<Select, InsertStatement, UpdateStatement, DeleteStatement, ExistsStatement>;

/// Refuses, with the service's words, what parses and means nothing to it.
[[nodiscard]] model::Outcome<Statement> compile(const Node& statement,
                                                std::span<const model::AttributeValue> parameters);

/// What a SELECT reads, before anything else of it is looked at; nullopt where that cannot be told.
[[nodiscard]] std::optional<Source> source_of(const Node& statement);

}  // namespace dynatape::expression::partiql
