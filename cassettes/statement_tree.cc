// PartiQL statements as trees of meaning.

#include <algorithm>
#include <array>
#include <utility>

#include "cassettes/expression_tree.h"
#include "cassettes/node_builders.h"

namespace dynatape::cassettes {
namespace {

using Kind = Node::Kind;

/// The clauses of a PartiQL statement, by names of our own.
class Clauses {
 public:
  explicit Clauses(std::string_view statement) : statement_(statement) {}

  void add(std::string_view name, Node node) {
    clauses_.children.push_back(named(name, std::move(node)));
  }
  void add_text(std::string_view name, std::string text) { add(name, leaf(Kind::text, text)); }
  void add_source(expression::partiql::Source& source) {
    add_text(kTableName, std::move(source.table));
    if (source.index) add_text("IndexName", std::move(*source.index));
  }
  void add_where(std::optional<expression::Condition>& where) {
    if (where) add("Where", cassettes::tree_of(std::move(*where)));
  }
  void add_returning(expression::partiql::Returning returning) {
    constexpr std::array<std::string_view, 5> kNames = {"", "ALL OLD", "MODIFIED OLD", "ALL NEW",
                                                        "MODIFIED NEW"};
    if (returning == expression::partiql::Returning::nothing) return;
    add_text("Returning", std::string(kNames.at(static_cast<std::size_t>(returning))));
  }
  Node finish() {
    std::ranges::sort(clauses_.children, {}, &Node::name);
    return inner_of(Kind::expression, statement_, std::move(clauses_));
  }

 private:
  std::string_view statement_;
  Node clauses_{.kind = Kind::members};
};

/// Columns have no order, unless one is named after its place.
Node columns_of(const std::vector<expression::partiql::Column>& columns) {
  const bool by_place = std::ranges::any_of(columns, [](const auto& column) {
    return column.path.elements.back().kind != expression::PathElement::Kind::name;
  });
  Node node = inner(by_place ? Kind::list : Kind::bag, "", columns.size());
  for (const auto& column : columns) node.children.push_back(tree_of(column.path));
  if (!by_place) std::ranges::sort(node.children);
  return node;
}

struct StatementTree {
  Node operator()(expression::partiql::Select& select) const {
    Clauses clauses("SELECT");
    clauses.add_source(select.from);
    if (!select.columns.empty()) clauses.add("Columns", columns_of(select.columns));
    clauses.add_where(select.where);
    Node order = inner(Kind::list, "", select.order_by.size());
    for (const auto& [attribute, descending] : select.order_by) {
      order.children.push_back(
          inner_of(Kind::expression, descending ? "DESC" : "ASC", leaf(Kind::path, attribute)));
    }
    if (!order.children.empty()) clauses.add("OrderBy", std::move(order));
    return clauses.finish();
  }
  Node operator()(expression::partiql::InsertStatement& insert) const {
    Clauses clauses("INSERT");
    clauses.add_text(kTableName, std::move(insert.table));
    clauses.add("Item", cassettes::tree_of(std::move(insert.item)));
    if (insert.if_not_exists) clauses.add("IfNotExists", leaf(Kind::boolean, "true"));
    return clauses.finish();
  }
  Node operator()(expression::partiql::UpdateStatement& update) const {
    Clauses clauses("UPDATE FROM");
    clauses.add_source(update.target);
    clauses.add("Changes", cassettes::tree_of(std::move(update.changes)));
    clauses.add_where(update.where);
    clauses.add_returning(update.returning);
    return clauses.finish();
  }
  Node operator()(expression::partiql::DeleteStatement& statement) const {
    Clauses clauses("DELETE FROM");
    clauses.add_source(statement.target);
    clauses.add_where(statement.where);
    clauses.add_returning(statement.returning);
    return clauses.finish();
  }
  Node operator()(expression::partiql::ExistsStatement& exists) const {
    return inner_of(Kind::expression, "EXISTS", (*this)(exists.select));
  }
};

}  // namespace

Node tree_of(expression::partiql::Statement statement) {
  return std::visit(StatementTree(), statement);
}

}  // namespace dynatape::cassettes
