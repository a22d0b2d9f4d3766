#pragma once

// The grammar of PartiQL expressions and statements, private to parse(). Precedences, places and
// error texts are the reference grammar's, which the service reports verbatim. On the first error
// the cursor jumps to the end of the statement, where every rule ends at once.

#include <optional>
#include <string_view>
#include <vector>

#include "emulator/expression/partiql_syntax.h"

namespace dynatape::expression::partiql {

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Node statement();
  [[nodiscard]] const std::optional<model::ServiceError>& error() const { return error_; }

 private:
  using Kind = Node::Kind;

  // Expressions: partiql_expression_parser.cc.
  Node expression(int above = 0);
  Node unary();
  Node term();
  Node keyword_term();
  Node path_after(Node root, bool simple);
  Node dot_step(bool simple);
  Node bracket_step(bool simple);
  Node simple_path();
  Node infix(Node left);
  Node right_operand(int above);
  Node in_operand(int above);
  Node between(Node left, const Token& op);
  Node like(Node left, const Token& op);
  Node type_test(Node left, const Token& op);
  Node call(const Token& function);
  Node group();
  Node collection(Kind kind, Token::Kind close, std::string_view expected);
  Node member();
  std::vector<Node> expressions(int above = 0);

  // Statements: partiql_statement_parser.cc.
  Node select();
  Node columns();
  Node column();
  Node from_clause();
  Node order_by();
  Node group_by();
  void optional_clause(Node& select, std::string_view keyword, Kind kind);
  Node insert();
  Node update();
  Node delete_from();
  Node from_first();
  void changes(Node& statement);
  Node assignments();
  void where_and_returning(Node& statement);
  Node returning_element();
  Node alias_of(Node node);

  // Tokens.
  [[nodiscard]] const Token& token(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  [[nodiscard]] bool at(Token::Kind kind) const { return token().kind == kind; }
  [[nodiscard]] bool at_keyword(std::string_view word) const {
    return at(Token::Kind::keyword) && token().text == word;
  }
  [[nodiscard]] bool at_infix(std::string_view text) const {
    return at(Token::Kind::infix) && token().text == text;
  }
  const Token& take();
  bool take(Token::Kind kind);
  bool take_keyword(std::string_view word);
  void expect(Token::Kind kind, std::string_view detail);
  [[nodiscard]] std::size_t left() const { return tokens_.size() - at_; }

  Node fail(std::string_view detail);
  Node make(Kind kind, const Position& position, std::string text = {},
            std::vector<Node> children = {});
  Node leaf(Kind kind);

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t parameters_ = 0;
  std::uint32_t nesting_ = 0;
  std::optional<model::ServiceError> error_;
};

}  // namespace dynatape::expression::partiql
