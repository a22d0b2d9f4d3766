#include <utility>

#include "emulator/expression/grammar.h"
#include "emulator/expression/parser.h"

namespace dynatape::expression {

namespace {

using Kind = Token::Kind;

/// A condition or an operand: which of them a parenthesis or a call begins shows only after it.
struct Parsed {
  std::variant<Condition, Operand> node;
  bool parenthesised = false;
  std::string_view call = {};  ///< the function's name, if this is a call not yet judged
};

std::optional<Comparator> comparator(Kind kind) {
  switch (kind) {
    case Kind::eq:
      return Comparator::eq;
    case Kind::ne:
      return Comparator::ne;
    case Kind::lt:
      return Comparator::lt;
    case Kind::le:
      return Comparator::le;
    case Kind::gt:
      return Comparator::gt;
    case Kind::ge:
      return Comparator::ge;
    default:
      return std::nullopt;
  }
}

/// Recursive descent: OR binds loosest, then AND, NOT, and a comparison tightest.
class ConditionParser {
 public:
  ConditionParser(std::string_view text, Parameter parameter) : grammar_(text, parameter) {}

  model::Outcome<Condition> parse() {
    std::optional<Condition> condition = whole();
    if (auto error = grammar_.error()) return std::unexpected(std::move(*error));
    return std::move(*condition);
  }

 private:
  std::optional<Condition> whole() {
    auto parsed = as_condition(any_of());
    if (parsed && !cursor().at(Kind::end)) return grammar_.fail();
    return parsed;
  }

  std::optional<Parsed> any_of() { return row(Connective::or_, "OR", &ConditionParser::all_of); }
  std::optional<Parsed> all_of() {
    return row(Connective::and_, "AND", &ConditionParser::negation);
  }

  /// part { keyword part }: a single part stays what it is.
  std::optional<Parsed> row(Connective connective, std::string_view keyword,
                            std::optional<Parsed> (ConditionParser::*part)()) {
    auto first = (this->*part)();
    if (!first || !cursor().at_keyword(keyword)) return first;
    auto condition = as_condition(std::move(first));
    if (!condition) return std::nullopt;
    Logical logical{connective, {}};
    logical.operands.push_back(std::move(*condition));
    while (cursor().take_keyword(keyword)) {
      grammar_.count_operator();
      condition = as_condition((this->*part)());
      if (!condition) return std::nullopt;
      logical.operands.push_back(std::move(*condition));
    }
    return Parsed{Condition{std::move(logical)}};
  }

  std::optional<Parsed> negation() {
    std::size_t negations = 0;
    for (; cursor().take_keyword("NOT"); ++negations) grammar_.count_operator();
    auto parsed = comparison();
    for (; parsed && negations > 0; --negations) {
      auto condition = as_condition(std::move(parsed));
      if (!condition) return std::nullopt;
      Logical logical{Connective::not_, {}};
      logical.operands.push_back(std::move(*condition));
      parsed = Parsed{Condition{std::move(logical)}};
    }
    return parsed;
  }

  /// primary [ comparator operand | BETWEEN operand AND operand | IN ( operand, ... ) ]
  std::optional<Parsed> comparison() {
    auto left = primary();
    if (!left) return std::nullopt;
    auto* operand = std::get_if<Operand>(&left->node);
    if (operand == nullptr) return left;
    const auto compared_with = comparator(cursor().token().kind);
    const bool compared =
        compared_with || cursor().at_keyword("BETWEEN") || cursor().at_keyword("IN");
    if (!compared) return left;
    if (!left->call.empty()) grammar_.judge_call(left->call, Place::operand);
    grammar_.count_operator();
    if (!compared_with) return cursor().take_keyword("IN") ? in(*operand) : between(*operand);
    cursor().advance();
    auto right = operand_only();
    if (!right) return std::nullopt;
    return Parsed{Condition{Comparison{*compared_with, std::move(*operand), std::move(*right)}}};
  }

  std::optional<Parsed> between(Operand& operand) {
    cursor().advance();
    auto low = operand_only();
    if (!low) return std::nullopt;
    if (!cursor().take_keyword("AND")) return grammar_.fail();
    auto high = operand_only();
    if (!high) return std::nullopt;
    return Parsed{Condition{Between{std::move(operand), std::move(*low), std::move(*high)}}};
  }

  std::optional<Parsed> in(Operand& operand) {
    In in{std::move(operand), {}};
    if (!cursor().take(Kind::left_paren)) return grammar_.fail();
    do {
      auto candidate = operand_only();
      if (!candidate) return std::nullopt;
      in.candidates.push_back(std::move(*candidate));
    } while (cursor().take(Kind::comma));
    if (!cursor().take(Kind::right_paren)) return grammar_.fail();
    return Parsed{Condition{std::move(in)}};
  }

  std::optional<Parsed> primary() {
    const Token token = cursor().token();
    if (token.kind == Kind::left_paren) return parenthesised();
    if (token.kind == Kind::identifier && cursor().before_paren() && !at_operator_keyword()) {
      auto call = grammar_.call(Place::operand);
      if (!call) return std::nullopt;
      return Parsed{Operand{std::move(*call)}, false, token.text};
    }
    auto operand = operand_only();
    if (!operand) return std::nullopt;
    return Parsed{std::move(*operand)};
  }

  std::optional<Parsed> parenthesised() {
    const NestingScope scope(grammar_);
    if (!scope.entered()) return grammar_.fail_too_deep(kRedundantParentheses);
    cursor().advance();
    auto inner = any_of();
    if (!inner) return std::nullopt;
    if (!cursor().take(Kind::right_paren)) return grammar_.fail();
    if (std::exchange(inner->parenthesised, true)) grammar_.note_redundant_parentheses();
    return inner;
  }

  /// A bare operand is no condition, unless it is a call.
  std::optional<Condition> as_condition(std::optional<Parsed> parsed) {
    if (!parsed) return std::nullopt;
    if (auto* condition = std::get_if<Condition>(&parsed->node)) return std::move(*condition);
    auto* call = std::get_if<Call>(&std::get<Operand>(parsed->node).node);
    if (call == nullptr) return grammar_.fail();
    grammar_.judge_call(parsed->call, Place::condition);
    return Condition{std::move(*call)};
  }

  std::optional<Operand> operand_only() {
    if (at_operator_keyword()) return grammar_.fail();
    auto parsed = grammar_.operand(Place::operand);
    if (!parsed) return std::nullopt;
    return std::move(parsed->operand);
  }

  /// These words are operators wherever they stand, so none begins an operand.
  bool at_operator_keyword() {
    return cursor().at_keyword("AND") || cursor().at_keyword("OR") || cursor().at_keyword("NOT") ||
           cursor().at_keyword("IN") || cursor().at_keyword("BETWEEN");
  }

  Cursor& cursor() { return grammar_.cursor; }

  Grammar grammar_;
};

}  // namespace

model::Outcome<Condition> parse_condition(std::string_view text, Parameter parameter) {
  if (auto error = size_error(text, parameter)) return std::unexpected(std::move(*error));
  return ConditionParser(text, parameter).parse();
}

}  // namespace dynatape::expression
