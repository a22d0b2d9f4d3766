#pragma once

// What the expression grammars share: paths, operands and calls, and the findings that the service
// reports only once the whole text has parsed. Private to the parsers.

#include <optional>
#include <string>
#include <string_view>

#include "emulator/expression/ast.h"
#include "emulator/expression/cursor.h"
#include "emulator/expression/limits.h"
#include "emulator/expression/parameter.h"
#include "emulator/model/service_error.h"

namespace dynatape::expression {

/// Where a call stands, which decides what functions may be called.
enum class Place { condition, operand, update };

/// An operand, and whether parentheses stand right around it.
struct ParsedOperand {
  Operand operand;
  bool parenthesised = false;
};

class Grammar {
 public:
  Grammar(std::string_view text, Parameter parameter) : cursor(text), parameter_(parameter) {}

  // Each rule returns nothing after a syntax error, which then stands in `fail`.

  /// name { "." name | "[" digits "]" }
  std::optional<Path> path();
  /// path | :value | function "(" operand {"," operand} ")" | "(" operand ")"
  std::optional<ParsedOperand> operand(Place calls);
  /// function "(" operand {"," operand} ")", not yet judged by its place.
  std::optional<Call> call(Place arguments);
  /// Notes a call of `name` that may not stand here.
  void judge_call(std::string_view name, Place place);

  /// Notes the syntax error at the cursor, unless an earlier one stands.
  std::nullopt_t fail();
  /// Ends parsing at kMaxNesting with what the service would find in the whole text.
  std::nullopt_t fail_too_deep(std::string_view detail);
  void count_operator() { ++operators_; }
  void note_redundant_parentheses() { redundant_parentheses_ = true; }
  /// One level deeper, until leave(); false at kMaxNesting.
  [[nodiscard]] bool enter() { return ++nesting_ <= kMaxNesting; }
  void leave() { --nesting_; }

  /// The first error in the service's order: syntax, operators, parentheses, functions, words.
  [[nodiscard]] std::optional<model::ServiceError> error() const;

  Cursor cursor;

 private:
  std::optional<PathElement> name_element();
  std::optional<PathElement> index_element();
  std::optional<ParsedOperand> parenthesised_operand(Place calls);

  Parameter parameter_;
  std::size_t operators_ = 0;
  std::size_t nesting_ = 0;
  bool redundant_parentheses_ = false;
  std::string syntax_error_;
  std::string unknown_function_;
  std::string misplaced_function_;
  std::string path_error_;  ///< a reserved word or an index out of range
};

/// The checks before parsing: not empty, not too long.
[[nodiscard]] std::optional<model::ServiceError> size_error(std::string_view text,
                                                            Parameter parameter);

inline constexpr std::string_view kRedundantParentheses =
    "The expression has redundant parentheses;";

/// One level of nesting, entered and left with a scope.
class NestingScope {
 public:
  explicit NestingScope(Grammar& grammar) : grammar_(grammar), entered_(grammar.enter()) {}
  ~NestingScope() { grammar_.leave(); }
  NestingScope(const NestingScope&) = delete;
  NestingScope& operator=(const NestingScope&) = delete;
  [[nodiscard]] bool entered() const { return entered_; }

 private:
  Grammar& grammar_;
  bool entered_;
};

}  // namespace dynatape::expression
