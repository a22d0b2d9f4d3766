// parse(): a whole statement, and the tokens and trees under all rules of the grammar.

#include "emulator/expression/partiql_parser.h"

#include <algorithm>
#include <utility>

namespace dynatape::expression::partiql {

namespace {

/// The word that begins a change of data; empty for other nodes.
std::string_view manipulation_word(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::update:
      return "update";
    case Node::Kind::delete_from:
      return "delete";
    case Node::Kind::insert_value:
    case Node::Kind::insert:
      return "insert_into";
    case Node::Kind::set:
      return "set";
    case Node::Kind::remove:
      return "remove";
    default:
      return "";
  }
}

/// A statement that changes data, somewhere inside another one.
const Node* buried_manipulation(const Node& node) {
  for (const Node& each : node.children) {
    const bool part_of_update = node.kind == Node::Kind::update &&
                                (each.kind == Node::Kind::set || each.kind == Node::Kind::remove);
    if (!manipulation_word(each.kind).empty() && !part_of_update) return &each;
    if (const Node* found = buried_manipulation(each)) return found;
  }
  return nullptr;
}

}  // namespace

const Token& Parser::take() {
  const Token& taken = token();
  if (at_ + 1 < tokens_.size()) ++at_;
  return taken;
}

bool Parser::take(Token::Kind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

bool Parser::take_keyword(std::string_view word) {
  if (!at_keyword(word)) return false;
  take();
  return true;
}

void Parser::expect(Token::Kind kind, std::string_view detail) {
  if (!take(kind)) fail(detail);
}

Node Parser::fail(std::string_view detail) {
  if (!error_) error_ = malformed(detail);
  at_ = tokens_.size() - 1;
  return {};
}

Node Parser::make(Kind kind, const Position& position, std::string text,
                  std::vector<Node> children) {
  Node node{kind, std::move(text), std::move(children), position};
  for (const Node& each : node.children) node.height = std::max(node.height, each.height + 1);
  if (node.height > kMaxTreeHeight) return fail("");
  return node;
}

/// The token at hand as a tree of its own.
Node Parser::leaf(Kind kind) {
  const Token& here = take();
  return make(kind, here.position, here.text);
}

Node Parser::statement() {
  Node node = expression();
  if (error_) return {};
  if (take(Token::Kind::semicolon) && !at(Token::Kind::end)) {
    return fail("Unexpected token after semicolon. (Only one query is allowed.)");
  }
  if (!at(Token::Kind::end)) return fail("Unexpected token after expression");
  if (const Node* buried = buried_manipulation(node)) {
    return fail("Keyword " + std::string(manipulation_word(buried->kind)) +
                " only expected at the top level in the query");
  }
  return node;
}

const Node* child(const Node& node, Node::Kind kind) {
  const auto found = std::ranges::find(node.children, kind, &Node::kind);
  return found == node.children.end() ? nullptr : &*found;
}

model::Outcome<Node> parse(std::string_view statement) {
  auto tokens = tokenize(statement);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  Parser parser(std::move(*tokens));
  Node node = parser.statement();
  if (parser.error()) return std::unexpected(*parser.error());
  return node;
}

std::size_t parameter_count(const Node& node) {
  std::size_t count = node.kind == Node::Kind::parameter ? 1 : 0;
  for (const Node& each : node.children) count += parameter_count(each);
  return count;
}

}  // namespace dynatape::expression::partiql
