// Expressions by precedence climbing, and the terms and paths they are made of.

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/expression/partiql_keywords.h"
#include "emulator/expression/partiql_parser.h"

namespace dynatape::expression::partiql {

namespace {

struct Precedence {
  std::string_view op;
  int rank;
};
constexpr int kComparison = 50;
constexpr auto kPrecedences = std::to_array<Precedence>({
    {"intersect", 5},
    {"except", 5},
    {"union", 5},
    {"or", 10},
    {"and", 20},
    {"=", 40},
    {"<>", 40},
    {"is", 40},
    {"is_not", 40},
    {"in", 40},
    {"not_in", 40},
    {"<", kComparison},
    {"<=", kComparison},
    {">", kComparison},
    {">=", kComparison},
    {"between", kComparison},
    {"not_between", kComparison},
    {"like", kComparison},
    {"not_like", kComparison},
    {"+", 60},
    {"-", 60},
    {"||", 60},
    {"*", 70},
    {"/", 70},
    {"%", 70},
});
constexpr int kNot = 30;

/// 0 where the token is no infix operator.
int precedence(const Token& token) {
  if (token.kind != Token::Kind::infix && token.kind != Token::Kind::star) return 0;
  const std::string_view op =
      token.kind == Token::Kind::star ? std::string_view("*") : std::string_view(token.text);
  const auto* const found = std::ranges::find(kPrecedences, op, &Precedence::op);
  return found == kPrecedences.end() ? 0 : found->rank;
}

constexpr auto kTypes = std::to_array<std::string_view>(
    {"any",      "bag",       "blob",     "boolean",          "character", "character_varying",
     "clob",     "date",      "decimal",  "double_precision", "float",     "integer",
     "integer4", "integer8",  "list",     "missing",          "null",      "numeric",
     "real",     "sexp",      "smallint", "string",           "struct",    "symbol",
     "time",     "timestamp", "tuple"});

constexpr auto kAggregates = std::to_array<std::string_view>({"avg", "count", "max", "min", "sum"});

template <class Range>
bool contains(const Range& range, std::string_view text) {
  return std::ranges::find(range, text) != std::ranges::end(range);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// The number with the other sign.
std::string negated(const std::string& number) {
  return number.starts_with('-') ? number.substr(1) : "-" + number;
}

}  // namespace

Node Parser::expression(int above) {
  if (++nesting_ > kMaxTreeHeight) fail("");
  Node left = unary();
  while (precedence(token()) > above) left = infix(std::move(left));
  --nesting_;
  return left;
}

Node Parser::infix(Node left) {
  const Token op = token();
  const int rank = precedence(op);
  const std::string text = op.kind == Token::Kind::star ? "*" : op.text;
  if (text == "is" || text == "is_not") return type_test(std::move(left), op);
  Node right = text == "in" || text == "not_in" ? in_operand(rank) : right_operand(rank);
  std::vector<Node> operands;
  const Position position = left.position;
  // A row of ANDs or ORs is one node: `a AND b AND c` has three operands.
  const bool row =
      (text == "and" || text == "or") && left.kind == Kind::binary && left.text == text;
  if (row) {
    operands = std::move(left.children);
  } else {
    operands.push_back(std::move(left));
  }
  operands.push_back(std::move(right));
  if (text == "between" || text == "not_between") {
    if (!at_infix("and")) return fail("Expected AND keyword");
    take();
    if (at(Token::Kind::end)) return fail("Expected expression after AND");
    operands.push_back(expression(kComparison));
    return make(Kind::between, position, text, std::move(operands));
  }
  if (text == "like" || text == "not_like") {
    if (take_keyword("escape")) operands.push_back(expression(kComparison));
    return make(Kind::like, position, text, std::move(operands));
  }
  return make(Kind::binary, position, text, std::move(operands));
}

/// What follows an infix operator, and the operator itself.
Node Parser::right_operand(int above) {
  if (left() < 3) return fail("Missing right-hand side expression of infix operator");
  take();
  return expression(above);
}

/// After IN a parenthesis begins a list, except around a query.
Node Parser::in_operand(int above) {
  const Token& inside = token(2);
  const bool query =
      inside.kind == Token::Kind::keyword && (inside.text == "select" || inside.text == "values");
  if (token(1).kind != Token::Kind::left_paren || query) return right_operand(above);
  take();
  const Position position = take().position;
  std::vector<Node> items = expressions();
  expect(Token::Kind::right_paren, "Expected RIGHT_PAREN");
  return make(Kind::list, position, {}, std::move(items));
}

Node Parser::type_test(Node left, const Token& op) {
  take();
  const bool word = at(Token::Kind::keyword) || at(Token::Kind::null) || at(Token::Kind::missing);
  if (!word || !contains(kTypes, token().text)) return fail("Expected type name");
  std::vector<Node> children;
  const Position position = left.position;
  children.push_back(std::move(left));
  const Token type = take();
  std::vector<Node> arguments;
  if (take(Token::Kind::left_paren)) {
    arguments = expressions();
    expect(Token::Kind::right_paren, "Expected RIGHT_PAREN");
    const auto is_number = [](const Node& node) { return node.kind == Kind::number; };
    if (!std::ranges::all_of(arguments, is_number)) {
      return fail("Type parameter must be an unsigned integer literal");
    }
  }
  children.push_back(make(Kind::type, type.position, type.text, std::move(arguments)));
  return make(Kind::type_test, position, op.text, std::move(children));
}

Node Parser::unary() {
  const Token op = token();
  if (op.kind != Token::Kind::infix || (op.text != "+" && op.text != "-" && op.text != "not")) {
    return path_after(term(), false);
  }
  take();
  if (op.text == "not") {
    return make(Kind::unary, op.position, op.text, {expression(kNot)});
  }
  if (++nesting_ > kMaxTreeHeight) fail("");
  Node operand = unary();
  --nesting_;
  if (operand.kind == Kind::number) {  // a sign is part of the literal
    if (op.text == "-") operand.text = negated(operand.text);
    return operand;
  }
  return make(Kind::unary, op.position, op.text, {std::move(operand)});
}

Node Parser::term() {
  switch (token().kind) {
    case Token::Kind::infix:
      return fail("Unexpected operator");
    case Token::Kind::keyword:
      return keyword_term();
    case Token::Kind::left_paren:
      return group();
    case Token::Kind::left_bracket:
      return collection(Kind::list, Token::Kind::right_bracket, "Expected RIGHT_BRACKET");
    case Token::Kind::left_double_angle:
      return collection(Kind::bag, Token::Kind::right_double_angle,
                        "Expected RIGHT_DOUBLE_ANGLE_BRACKET");
    case Token::Kind::left_curly:
      return collection(Kind::structure, Token::Kind::right_curly, "Expected RIGHT_CURLY");
    case Token::Kind::identifier:
    case Token::Kind::quoted_identifier:
      if (token(1).kind == Token::Kind::left_paren) return call(take());
      return leaf(Kind::name);
    case Token::Kind::question_mark: {
      Node parameter = leaf(Kind::parameter);
      parameter.text = std::to_string(parameters_++);
      return parameter;
    }
    case Token::Kind::string:
      return leaf(Kind::string);
    case Token::Kind::number:
      return leaf(Kind::number);
    case Token::Kind::boolean:
      return leaf(Kind::boolean);
    case Token::Kind::null:
      return leaf(Kind::null);
    case Token::Kind::missing:
      return leaf(Kind::missing);
    default:
      return fail("Unexpected term");
  }
}

Node Parser::keyword_term() {
  const std::string& word = token().text;
  if (word == "select") return select();
  if (word == "insert_into") return insert();
  if (word == "update") return update();
  if (word == "delete") return delete_from();
  if (word == "from") return from_first();
  if (word == "set") return assignments();
  if (word == "remove") {
    const Position position = take().position;
    return make(Kind::remove, position, {}, {simple_path()});
  }
  if (is_function_keyword(word) && token(1).kind == Token::Kind::left_paren) {
    return call(take());
  }
  return fail("Unexpected keyword");
}

/// One expression in parentheses is that expression, several are a list.
Node Parser::group() {
  const Position position = take().position;
  if (at(Token::Kind::right_paren)) return fail("Unexpected term");
  std::vector<Node> items = expressions();
  expect(Token::Kind::right_paren, "Expected RIGHT_PAREN");
  if (items.size() != 1) return make(Kind::list, position, {}, std::move(items));
  return std::move(items.front());
}

Node Parser::collection(Kind kind, Token::Kind close, std::string_view expected) {
  const Position position = take().position;
  std::vector<Node> items;
  if (!take(close)) {
    do {
      items.push_back(kind == Kind::structure ? member() : expression());
    } while (take(Token::Kind::comma));
    expect(close, expected);
  }
  return make(kind, position, {}, std::move(items));
}

Node Parser::member() {
  Node key = expression();
  expect(Token::Kind::colon, "Expected COLON");
  const Position position = key.position;
  std::vector<Node> children;
  children.push_back(std::move(key));
  children.push_back(expression());
  return make(Kind::member, position, {}, std::move(children));
}

std::vector<Node> Parser::expressions(int above) {
  std::vector<Node> items;
  do {
    items.push_back(expression(above));
  } while (take(Token::Kind::comma));
  return items;
}

/// The name has been taken, the parenthesis stands here.
Node Parser::call(const Token& function) {
  const std::string text = lower(function.text);
  take();
  std::vector<Node> arguments;
  if (at(Token::Kind::star)) {
    if (text != "count") return fail(text + "(*) is not allowed");
    arguments.push_back(leaf(Kind::star));
  } else if (!at(Token::Kind::right_paren)) {
    arguments = expressions();
  }
  if (contains(kAggregates, text) && arguments.size() != 1) {
    return fail("Aggregate functions are always unary");
  }
  expect(Token::Kind::right_paren, "Expected RIGHT_PAREN");
  return make(Kind::call, function.position, text, std::move(arguments));
}

Node Parser::simple_path() {
  if (!at(Token::Kind::identifier) && !at(Token::Kind::quoted_identifier)) {
    return fail("Expected identifier for simple path");
  }
  return path_after(leaf(Kind::name), true);
}

Node Parser::path_after(Node root, bool simple) {
  std::vector<Node> steps;
  for (;;) {
    if (at(Token::Kind::dot)) {
      steps.push_back(dot_step(simple));
    } else if (at(Token::Kind::left_bracket)) {
      steps.push_back(bracket_step(simple));
    } else {
      break;
    }
  }
  if (steps.empty()) return root;
  const Position position = root.position;
  steps.insert(steps.begin(), std::move(root));
  return make(Kind::path, position, {}, std::move(steps));
}

Node Parser::dot_step(bool simple) {
  take();
  switch (token().kind) {
    case Token::Kind::identifier:
    case Token::Kind::quoted_identifier:
      return leaf(Kind::name_step);
    case Token::Kind::star:
      if (simple) return fail("Invalid path dot component for simple path");
      return leaf(Kind::star_step);
    default:
      return fail("Invalid path dot component");
  }
}

Node Parser::bracket_step(bool simple) {
  const Position position = take().position;
  if (at(Token::Kind::star)) {
    if (simple) return fail("Invalid path component for simple path");
    Node step = leaf(Kind::any_step);
    expect(Token::Kind::right_bracket, "Expected RIGHT_BRACKET");
    return step;
  }
  Node index = expression();
  expect(Token::Kind::right_bracket, "Expected RIGHT_BRACKET");
  if (simple && index.kind != Kind::number && index.kind != Kind::string) {
    return fail("Invalid path component for simple path");
  }
  return make(Kind::value_step, position, {}, {std::move(index)});
}

}  // namespace dynatape::expression::partiql
