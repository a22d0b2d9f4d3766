#pragma once

// PartiQL text to tokens, by the lexical rules of the PartiQL reference grammar that the service
// uses: it decides what is a keyword, what one literal, and what cannot be read at all. It knows no
// statement.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/service_error.h"

namespace dynatape::expression::partiql {

/// Where a token stands in the statement, counted in characters from 1, and how many it has.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 0;
};

/// As the service prints it: "1:8:16".
[[nodiscard]] std::string to_string(const Position& position);

struct Token {
  enum class Kind : std::uint8_t {
    end,
    identifier,
    quoted_identifier,
    string,
    number,
    boolean,
    null,
    missing,
    keyword,     ///< also those of several words: "insert_into"
    infix,       ///< an operator, spelled by a symbol or by words: "<>", "and", "not_between"
    alias_as,    ///< AS
    alias_at,    ///< AT
    alias_by,    ///< BY
    ascending,   ///< ASC
    descending,  ///< DESC
    other_word,  ///< FOR, NULLS, FIRST, LAST: no names, and nowhere the start of a term
    question_mark,
    left_paren,
    right_paren,
    left_bracket,
    right_bracket,
    left_curly,
    right_curly,
    left_double_angle,
    right_double_angle,
    colon,
    comma,
    dot,
    star,
    semicolon,
  };

  Kind kind = Kind::end;
  /// Names and strings without quotes, numbers and unquoted names as written, keywords and
  /// operators in lower case.
  std::string text;
  Position position;
};

/// All tokens and one of kind end; or the refusal of a statement whose text cannot be read.
[[nodiscard]] model::Outcome<std::vector<Token>> tokenize(std::string_view statement);

/// `Statement wasn't well formed, can't be processed: <detail>`; some refusals have no detail.
[[nodiscard]] model::ServiceError malformed(std::string_view detail);

}  // namespace dynatape::expression::partiql
