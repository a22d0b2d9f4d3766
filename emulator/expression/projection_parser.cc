#include <utility>

#include "emulator/expression/grammar.h"
#include "emulator/expression/parser.h"

namespace dynatape::expression {

namespace {

/// path { "," path }
std::optional<Projection> projection(Grammar& grammar) {
  Projection projection;
  do {
    auto path = grammar.path();
    if (!path) return std::nullopt;
    projection.paths.push_back(std::move(*path));
  } while (grammar.cursor.take(Token::Kind::comma));
  if (!grammar.cursor.at(Token::Kind::end)) return grammar.fail();
  return projection;
}

}  // namespace

model::Outcome<Projection> parse_projection(std::string_view text) {
  if (auto error = size_error(text, Parameter::projection)) {
    return std::unexpected(std::move(*error));
  }
  Grammar grammar(text, Parameter::projection);
  auto parsed = projection(grammar);
  if (auto error = grammar.error()) return std::unexpected(std::move(*error));
  return std::move(*parsed);
}

}  // namespace dynatape::expression
