// SELECT, INSERT, UPDATE, DELETE and FROM … SET, each a term of the expression grammar as in the
// reference grammar.

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/expression/partiql_parser.h"

namespace dynatape::expression::partiql {

namespace {

/// Binds looser than every operator a FROM or WHERE may hold.
constexpr int kAboveSetOperators = 6;

constexpr auto kNoColumns = std::to_array<std::string_view>(
    {"insert_into", "set", "remove", "update", "delete", "select", "from", "where"});

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

}  // namespace

Node Parser::select() {
  const Position position = take().position;
  Node select = make(Kind::select, position);
  if (at_keyword("distinct")) {
    select.children.push_back(make(Kind::other_clause, token().position, "DISTINCT"));
    take();
  } else {
    take_keyword("all");
  }
  if (at_keyword("value")) {
    const Position at_value = take().position;
    select.children.push_back(make(Kind::other_clause, at_value, "VALUE", {expression()}));
  } else {
    select.children.push_back(columns());
  }
  if (!at_keyword("from")) return fail("Expected FROM after SELECT list");
  select.children.push_back(from_clause());
  optional_clause(select, "where", Kind::where);
  if (at_keyword("group")) select.children.push_back(group_by());
  optional_clause(select, "having", Kind::other_clause);
  if (at_keyword("order")) select.children.push_back(order_by());
  optional_clause(select, "limit", Kind::other_clause);
  optional_clause(select, "offset", Kind::other_clause);
  return make(Kind::select, position, {}, std::move(select.children));
}

void Parser::optional_clause(Node& select, std::string_view keyword, Kind kind) {
  if (!at_keyword(keyword)) return;
  const Position position = take().position;
  std::string text = kind == Kind::other_clause ? upper(keyword) : std::string();
  select.children.push_back(
      make(kind, position, std::move(text), {expression(kAboveSetOperators)}));
}

Node Parser::columns() {
  const Position position = token().position;
  std::vector<Node> columns;
  do {
    columns.push_back(column());
  } while (take(Token::Kind::comma));
  const auto is_star = [](const Node& node) { return node.kind == Kind::star; };
  if (columns.size() > 1 && std::ranges::any_of(columns, is_star)) {
    return fail(
        "Other expressions may not be present in the select list when '*' is used without dot "
        "notation.");
  }
  return make(Kind::columns, position, {}, std::move(columns));
}

Node Parser::column() {
  if (at(Token::Kind::star)) return leaf(Kind::star);
  if (at(Token::Kind::keyword) && std::ranges::find(kNoColumns, token().text) != kNoColumns.end()) {
    return fail("Expected identifier or an expression but found unexpected keyword '" +
                token().text + "' in a select list.");
  }
  Node node = expression();
  const Position position = node.position;
  const bool named = take(Token::Kind::alias_as);
  if (!at(Token::Kind::identifier) && !at(Token::Kind::quoted_identifier)) {
    return named ? fail("Expected identifier for AS-alias") : std::move(node);
  }
  std::string name = take().text;
  return make(Kind::alias, position, std::move(name), {std::move(node)});
}

Node Parser::from_clause() {
  const Position position = take().position;
  std::vector<Node> sources;
  do {
    sources.push_back(alias_of(expression(kAboveSetOperators)));
  } while (take(Token::Kind::comma));
  return make(Kind::from, position, {}, std::move(sources));
}

/// `node [AS] name [AT name] [BY name]`
Node Parser::alias_of(Node node) {
  const Position position = node.position;
  const auto is_name = [this] {
    return at(Token::Kind::identifier) || at(Token::Kind::quoted_identifier);
  };
  if (take(Token::Kind::alias_as)) {
    if (!is_name()) return fail("Expected identifier for AS-alias");
  }
  if (is_name()) {
    std::string name = take().text;
    node = make(Kind::alias, position, std::move(name), {std::move(node)});
  }
  for (const auto& [kind, word] :
       {std::pair{Token::Kind::alias_at, "AT"}, std::pair{Token::Kind::alias_by, "BY"}}) {
    if (!take(kind)) continue;
    if (!is_name()) return fail(std::string("Expected identifier for ") + word + "-alias");
    std::string name = take().text;
    node = make(Kind::alias, position, std::move(name), {std::move(node)});
  }
  return node;
}

Node Parser::group_by() {
  const Position position = take().position;
  take_keyword("partial");
  expect(Token::Kind::alias_by, "Expected BY");
  return make(Kind::other_clause, position, "GROUP BY", expressions(kAboveSetOperators));
}

Node Parser::order_by() {
  const Position position = take().position;
  expect(Token::Kind::alias_by, "Expected BY");
  std::vector<Node> keys;
  do {
    Node key = expression();
    const Position at_key = key.position;
    std::string order;
    if (take(Token::Kind::ascending)) {
      order = "asc";
    } else if (take(Token::Kind::descending)) {
      order = "desc";
    }
    keys.push_back(make(Kind::sort_key, at_key, std::move(order), {std::move(key)}));
  } while (take(Token::Kind::comma));
  return make(Kind::order_by, position, {}, std::move(keys));
}

/// INSERT INTO path VALUE value [IF NOT EXISTS] [ON CONFLICT WHERE e DO NOTHING] [RETURNING …], or
/// INSERT INTO path values
Node Parser::insert() {
  const Position position = take().position;
  std::vector<Node> children;
  children.push_back(simple_path());
  if (!take_keyword("value")) {
    children.push_back(expression());
    return make(Kind::insert, position, {}, std::move(children));
  }
  children.push_back(expression());
  if (at(Token::Kind::alias_at)) {
    const Position at_clause = take().position;
    children.push_back(make(Kind::other_clause, at_clause, "AT", {expression()}));
  }
  std::string guard;
  if (at(Token::Kind::identifier) && upper(token().text) == "IF" && token(1).text == "not" &&
      token(2).text == "exists") {
    guard = "if_not_exists";
    take();
    take();
    take();
  }
  if (at_keyword("on_conflict")) {
    const Position at_clause = take().position;
    if (!take_keyword("where")) return fail("invalid ON CONFLICT syntax");
    children.push_back(make(Kind::other_clause, at_clause, "ON CONFLICT", {expression()}));
    if (!take_keyword("do_nothing")) return fail("invalid ON CONFLICT syntax");
  }
  Node node = make(Kind::insert_value, position, std::move(guard), std::move(children));
  where_and_returning(node);
  return node;
}

Node Parser::update() {
  const Position position = take().position;
  Node node = make(Kind::update, position, {}, {alias_of(simple_path())});
  changes(node);
  where_and_returning(node);
  return make(Kind::update, position, {}, std::move(node.children));
}

/// FROM source [WHERE condition] SET …
Node Parser::from_first() {
  const Position position = token().position;
  Node from = from_clause();
  std::vector<Node> children;
  if (from.children.size() == 1) {
    children = std::move(from.children);
  } else {
    children.push_back(std::move(from));
  }
  Node node = make(Kind::update, position, "from", std::move(children));
  std::optional<Node> where;
  if (at_keyword("where")) {
    const Position at_where = take().position;
    where = make(Kind::where, at_where, {}, {expression()});
  }
  changes(node);
  if (where) node.children.push_back(std::move(*where));
  if (at_keyword("returning")) where_and_returning(node);
  return make(Kind::update, position, "from", std::move(node.children));
}

Node Parser::delete_from() {
  const Position position = take().position;
  if (!take_keyword("from")) return fail("Expected FROM after DELETE");
  Node node = make(Kind::delete_from, position, {}, {alias_of(simple_path())});
  where_and_returning(node);
  return make(Kind::delete_from, position, {}, std::move(node.children));
}

/// One or more of SET assignments, REMOVE path, INSERT INTO.
void Parser::changes(Node& statement) {
  const auto at_change = [this] {
    return at_keyword("set") || at_keyword("remove") || at_keyword("insert_into");
  };
  if (!at_change()) fail("Expected data manipulation");
  while (at_change()) statement.children.push_back(keyword_term());
}

Node Parser::assignments() {
  const Position position = take().position;
  std::vector<Node> assignments;
  do {
    Node target = simple_path();
    const Position at_target = target.position;
    if (!at_infix("=")) return fail("Expected '='");
    take();
    std::vector<Node> children;
    children.push_back(std::move(target));
    children.push_back(expression());
    assignments.push_back(make(Kind::assignment, at_target, {}, std::move(children)));
  } while (take(Token::Kind::comma));
  return make(Kind::set, position, {}, std::move(assignments));
}

/// [WHERE condition] [RETURNING element, …]; an INSERT has no WHERE.
void Parser::where_and_returning(Node& statement) {
  if (statement.kind != Kind::insert_value && at_keyword("where")) {
    const Position position = take().position;
    statement.children.push_back(make(Kind::where, position, {}, {expression()}));
  }
  if (!at_keyword("returning")) return;
  const Position position = take().position;
  std::vector<Node> elements;
  do {
    elements.push_back(returning_element());
  } while (take(Token::Kind::comma));
  statement.children.push_back(make(Kind::returning, position, {}, std::move(elements)));
}

Node Parser::returning_element() {
  const std::string& word = token().text;
  const bool known = at(Token::Kind::keyword) && (word == "all_old" || word == "all_new" ||
                                                  word == "modified_old" || word == "modified_new");
  if (!known) return fail("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
  const Token mapping = take();
  Node column = at(Token::Kind::star) ? leaf(Kind::star) : expression();
  return make(Kind::returning_element, mapping.position, mapping.text, {std::move(column)});
}

}  // namespace dynatape::expression::partiql
