#pragma once

// The words of PartiQL that are no names (SQL-92's, PartiQL's own, and the names of types): an
// attribute with such a name must be quoted. All in lower case.

#include <optional>
#include <string_view>

#include "emulator/expression/partiql_lexer.h"

namespace dynatape::expression::partiql {

/// What a word is if it is no name.
[[nodiscard]] std::optional<Token::Kind> word_kind(std::string_view word);

/// The word it is a synonym of: "boolean" for "bool"; or itself.
[[nodiscard]] std::string_view canonical_word(std::string_view word);

/// Whether a keyword may stand before a parenthesis as a function's name.
[[nodiscard]] bool is_function_keyword(std::string_view word);

struct MergedWords {
  Token::Kind kind;
  std::string_view text;
};
/// The one token that two words in a row make: "not" "in".
[[nodiscard]] std::optional<MergedWords> merged_words(std::string_view first,
                                                      std::string_view second);

}  // namespace dynatape::expression::partiql
