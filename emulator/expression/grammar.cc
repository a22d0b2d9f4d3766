#include "emulator/expression/grammar.h"

#include <charconv>
#include <utility>

#include "emulator/expression/reserved_words.h"

namespace dynatape::expression {

namespace {

bool is_update_function(Function function) {
  return function == Function::if_not_exists || function == Function::list_append;
}

}  // namespace

std::nullopt_t Grammar::fail() {
  if (syntax_error_.empty()) syntax_error_ = cursor.syntax_error();
  return std::nullopt;
}

std::nullopt_t Grammar::fail_too_deep(std::string_view detail) {
  if (syntax_error_.empty()) syntax_error_ = detail;
  return std::nullopt;
}

std::optional<PathElement> Grammar::name_element() {
  const Token token = cursor.token();
  if (token.kind == Token::Kind::name) {
    cursor.advance();
    return PathElement{PathElement::Kind::placeholder, std::string(token.text)};
  }
  if (token.kind != Token::Kind::identifier) return fail();
  if (path_error_.empty() && is_reserved(token.text)) {
    path_error_ = "Attribute name is a reserved keyword; reserved keyword: ";
    path_error_ += token.text;
  }
  cursor.advance();
  return PathElement{PathElement::Kind::name, std::string(token.text)};
}

std::optional<PathElement> Grammar::index_element() {
  const std::string_view digits = cursor.token().text;
  if (!cursor.take(Token::Kind::digits)) return fail();
  std::uint32_t index = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if ((parsed.ec != std::errc{} || index > kMaxListIndex) && path_error_.empty()) {
    path_error_ = "List index is not within the allowable range; index: [";
    path_error_.append(digits) += ']';
  }
  if (!cursor.take(Token::Kind::right_bracket)) return fail();
  return PathElement::of(index);
}

std::optional<Path> Grammar::path() {
  Path path;
  auto element = name_element();
  if (!element) return std::nullopt;
  path.elements.push_back(std::move(*element));
  while (true) {
    if (cursor.take(Token::Kind::dot)) {
      element = name_element();
    } else if (cursor.take(Token::Kind::left_bracket)) {
      element = index_element();
    } else {
      break;
    }
    if (!element) return std::nullopt;
    path.elements.push_back(std::move(*element));
  }
  if (path.elements.size() > kMaxPathElements && path_error_.empty()) {
    path_error_ = "The document path has too many nesting elements; nesting levels: " +
                  std::to_string(path.elements.size());
  }
  return path;
}

std::optional<Call> Grammar::call(Place arguments) {
  const NestingScope scope(*this);
  if (!scope.entered()) return fail_too_deep("The expression has too deeply nested functions;");
  // An unknown function is reported after parsing; until then any function stands for it.
  Call call{function_named(cursor.token().text).value_or(Function::size), {}};
  cursor.advance();
  cursor.advance();  // the parenthesis that made this a call
  do {
    auto argument = operand(arguments);
    if (!argument) return std::nullopt;
    call.arguments.push_back(std::move(argument->operand));
  } while (cursor.take(Token::Kind::comma));
  if (!cursor.take(Token::Kind::right_paren)) return fail();
  return call;
}

std::optional<ParsedOperand> Grammar::operand(Place calls) {
  const Token token = cursor.token();
  if (token.kind == Token::Kind::value) {
    cursor.advance();
    return ParsedOperand{{Placeholder{std::string(token.text)}}};
  }
  if (token.kind == Token::Kind::left_paren) return parenthesised_operand(calls);
  if (token.kind == Token::Kind::identifier && cursor.before_paren()) {
    auto called = call(calls);
    if (!called) return std::nullopt;
    judge_call(token.text, calls);
    return ParsedOperand{{std::move(*called)}};
  }
  auto named = path();
  if (!named) return std::nullopt;
  return ParsedOperand{{std::move(*named)}};
}

std::optional<ParsedOperand> Grammar::parenthesised_operand(Place calls) {
  const NestingScope scope(*this);
  if (!scope.entered()) return fail_too_deep(kRedundantParentheses);
  cursor.advance();
  auto inner = operand(calls);
  if (!inner) return std::nullopt;
  if (!cursor.take(Token::Kind::right_paren)) return fail();
  if (std::exchange(inner->parenthesised, true)) note_redundant_parentheses();
  return inner;
}

void Grammar::judge_call(std::string_view name, Place place) {
  const std::optional<Function> function = function_named(name);
  if (!function) {
    if (unknown_function_.empty()) unknown_function_ = name;
    return;
  }
  std::string_view why;
  if (place == Place::update) {
    if (!is_update_function(*function)) why = "The function is not allowed in an update expression";
  } else if (is_update_function(*function)) {
    why = "The function is not allowed in a condition expression";
  } else if ((place == Place::operand) != (*function == Function::size)) {
    why = "The function is not allowed to be used this way in an expression";
  }
  if (!why.empty() && misplaced_function_.empty()) {
    misplaced_function_.append(why).append("; function: ").append(name);
  }
}

std::optional<model::ServiceError> Grammar::error() const {
  const auto failed = [this](std::string_view detail) {
    return invalid_expression(parameter_, detail);
  };
  if (!syntax_error_.empty()) return failed(syntax_error_);
  if (operators_ > kMaxOperators) {
    return failed("The expression contains too many operators; operator count: " +
                  std::to_string(operators_));
  }
  if (redundant_parentheses_) return failed(kRedundantParentheses);
  if (!unknown_function_.empty()) {
    return failed("Invalid function name; function: " + unknown_function_);
  }
  if (!misplaced_function_.empty()) return failed(misplaced_function_);
  if (!path_error_.empty()) return failed(path_error_);
  return std::nullopt;
}

std::optional<model::ServiceError> size_error(std::string_view text, Parameter parameter) {
  if (text.empty()) return invalid_expression(parameter, "The expression can not be empty;");
  if (text.size() <= kMaxExpressionBytes) return std::nullopt;
  // The service tells the size of conditions and keeps that of updates to itself (captured 2026).
  std::string detail = "Expression size has exceeded the maximum allowed size;";
  if (parameter != Parameter::update) detail += " expression size: " + std::to_string(text.size());
  return invalid_expression(parameter, detail);
}

}  // namespace dynatape::expression
