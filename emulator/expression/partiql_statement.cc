#include "emulator/expression/partiql_statement.h"

#include <algorithm>
#include <utility>

#include "emulator/expression/partiql_compile.h"

namespace dynatape::expression::partiql {

namespace {

using model::Outcome;

/// "table" or "table"."index", not yet judged; nullopt for any other expression.
std::optional<std::vector<std::string>> components_of(const Node& node) {
  if (node.kind == Node::Kind::name) return std::vector{node.text};
  if (node.kind != Node::Kind::path || node.children.front().kind != Node::Kind::name) {
    return std::nullopt;
  }
  std::vector<std::string> components;
  for (const Node& each : node.children) {
    if (each.kind != Node::Kind::name && each.kind != Node::Kind::name_step) return std::nullopt;
    components.push_back(each.text);
  }
  return components;
}

Outcome<Source> source(const Node& node) {
  if (node.kind == Node::Kind::alias) return model::invalid("Aliasing is not supported");
  auto components = components_of(node);
  if (!components) return refuse_at("Unexpected from source", node);
  if (std::ranges::find(*components, "") != components->end()) {
    return model::invalid("Path component cannot be an empty string");
  }
  if (components->size() > 2) {
    return model::invalid("A path may contain at most 2 components in the FROM clause");
  }
  Source source{std::move(components->front()), std::nullopt};
  if (components->size() == 2) source.index = std::move(components->back());
  return source;
}

Outcome<std::optional<Condition>> where(const Node& statement, Parameters parameters) {
  const Node* clause = child(statement, Node::Kind::where);
  if (clause == nullptr) return std::nullopt;
  auto condition = condition_of(clause->children.front(), parameters);
  if (!condition) return std::unexpected(std::move(condition.error()));
  return std::move(*condition);
}

Outcome<std::vector<Column>> columns(const Node& select) {
  std::vector<Column> columns;
  for (const Node& each : child(select, Node::Kind::columns)->children) {
    if (each.kind == Node::Kind::star) return columns;
    if (each.kind == Node::Kind::alias) return model::invalid("Aliasing is not supported");
    auto path = path_of(each);
    if (!path) return std::unexpected(std::move(path.error()));
    const PathElement& last = path->elements.back();
    std::string name = last.kind == PathElement::Kind::name
                           ? last.name
                           : "_" + std::to_string(columns.size() + 1);  // as the language says
    columns.push_back({std::move(*path), std::move(name)});
  }
  return columns;
}

Outcome<std::vector<SortKey>> order_by(const Node& select) {
  std::vector<SortKey> keys;
  const Node* clause = child(select, Node::Kind::order_by);
  if (clause == nullptr) return keys;
  for (const Node& each : clause->children) {
    const Node& key = each.children.front();
    if (key.kind != Node::Kind::name) return refuse_at("Unexpected path component", key);
    keys.push_back({key.text, each.text == "desc"});
  }
  if (child(select, Node::Kind::where) == nullptr) {
    return model::invalid("Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  return keys;
}

Outcome<Select> select_statement(const Node& node, Parameters parameters) {
  if (const Node* clause = child(node, Node::Kind::other_clause)) {
    return refuse_at("Unsupported clause: " + clause->text, *clause);
  }
  const Node& sources = *child(node, Node::Kind::from);
  if (sources.children.size() != 1) {
    return refuse_at("Unexpected from source", sources.children.front());
  }
  Select select;
  auto from = source(sources.children.front());
  if (!from) return std::unexpected(std::move(from.error()));
  select.from = std::move(*from);
  auto listed = columns(node);
  if (!listed) return std::unexpected(std::move(listed.error()));
  select.columns = std::move(*listed);
  auto condition = where(node, parameters);
  if (!condition) return std::unexpected(std::move(condition.error()));
  select.where = std::move(*condition);
  auto keys = order_by(node);
  if (!keys) return std::unexpected(std::move(keys.error()));
  select.order_by = std::move(*keys);
  return select;
}

Outcome<InsertStatement> insert_statement(const Node& node, Parameters parameters) {
  for (const Node& each : node.children) {
    if (each.kind == Node::Kind::other_clause) {
      return refuse_at("Unsupported clause: " + each.text, each);
    }
    if (each.kind == Node::Kind::returning) {
      return refuse_at("Unsupported clause: RETURNING", each);
    }
  }
  const Node& target = node.children[0];
  if (target.kind != Node::Kind::name) {
    return refuse_at(
        "FROM clause may only contain a single table name in data manipulation statements",
        target.children.front());
  }
  if (target.text.empty()) return model::invalid("Path component cannot be an empty string");
  auto item = item_of(node.children[1], parameters);
  if (!item) return std::unexpected(std::move(item.error()));
  return InsertStatement{target.text, std::move(*item), node.text == "if_not_exists"};
}

struct ReturningName {
  std::string_view text;
  Returning returning;
  std::string_view printed;
};
constexpr auto kReturningNames = std::to_array<ReturningName>({
    {"all_old", Returning::all_old, "ALL OLD"},
    {"modified_old", Returning::modified_old, "MODIFIED OLD"},
    {"all_new", Returning::all_new, "ALL NEW"},
    {"modified_new", Returning::modified_new, "MODIFIED NEW"},
});

Outcome<Returning> returning(const Node& statement) {
  const Node* clause = child(statement, Node::Kind::returning);
  if (clause == nullptr) return Returning::nothing;
  const Node& element = clause->children.front();
  if (clause->children.size() != 1 || element.children.front().kind != Node::Kind::star) {
    return refuse_at("Unexpected path component", element.children.front());
  }
  const auto* const name = std::ranges::find(kReturningNames, element.text, &ReturningName::text);
  const bool deletes = statement.kind == Node::Kind::delete_from;
  if (deletes && name->returning != Returning::all_old) {
    return model::invalid("Invalid returning clause: RETURNING " + std::string(name->printed) +
                          " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
  }
  return name->returning;
}

template <class Written>
Outcome<Written> write_statement(const Node& node, Parameters parameters) {
  Written statement;
  auto target = source(node.children.front());
  if (!target) return std::unexpected(std::move(target.error()));
  statement.target = std::move(*target);
  // Before the table is looked for: an index that does not exist is refused alike.
  if (statement.target.index) {
    return model::invalid("This operation is not supported on an index");
  }
  auto returns = returning(node);
  if (!returns) return std::unexpected(std::move(returns.error()));
  statement.returning = *returns;
  if constexpr (std::same_as<Written, UpdateStatement>) {
    auto changes = changes_of(node, parameters);
    if (!changes) return std::unexpected(std::move(changes.error()));
    statement.changes = std::move(*changes);
  }
  auto condition = where(node, parameters);
  if (!condition) return std::unexpected(std::move(condition.error()));
  statement.where = std::move(*condition);
  return statement;
}

bool is_exists(const Node& node) {
  return node.kind == Node::Kind::call && node.text == "exists" && node.children.size() == 1 &&
         node.children.front().kind == Node::Kind::select;
}

Outcome<Statement> as_statement(auto outcome) {
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return Statement(std::move(*outcome));
}

}  // namespace

Outcome<Statement> compile(const Node& statement, Parameters parameters) {
  if (parameter_count(statement) != parameters.size()) {
    return model::invalid("Number of parameters in request and statement don't match.");
  }
  switch (statement.kind) {
    case Node::Kind::select:
      return as_statement(select_statement(statement, parameters));
    case Node::Kind::insert_value:
      return as_statement(insert_statement(statement, parameters));
    case Node::Kind::update:
      return as_statement(write_statement<UpdateStatement>(statement, parameters));
    case Node::Kind::delete_from:
      return as_statement(write_statement<DeleteStatement>(statement, parameters));
    default:
      break;
  }
  if (!is_exists(statement)) return unsupported_operation(statement);
  auto select = select_statement(statement.children.front(), parameters);
  if (!select) return std::unexpected(std::move(select.error()));
  return ExistsStatement{std::move(*select)};
}

std::optional<Source> source_of(const Node& statement) {
  const Node* from = child(statement, Node::Kind::from);
  if (statement.kind != Node::Kind::select || from == nullptr || from->children.size() != 1) {
    return std::nullopt;
  }
  auto found = source(from->children.front());
  return found ? std::optional(std::move(*found)) : std::nullopt;
}

}  // namespace dynatape::expression::partiql
