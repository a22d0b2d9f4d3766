#pragma once

// The lexer of all expression grammars: one token at a time over the text, and the syntax error
// that names the token at hand. It knows no grammar.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynatape::expression {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    identifier,  ///< letters, digits and underscores, first a letter
    name,        ///< #n
    value,       ///< :v
    digits,
    left_paren,
    right_paren,
    left_bracket,
    right_bracket,
    comma,
    dot,
    plus,
    minus,
    eq,
    ne,
    lt,
    le,
    gt,
    ge,
    unknown,  ///< one character that begins no token
  };

  Kind kind = Kind::end;
  std::string_view text;  ///< its bytes in the expression
};

class Cursor {
 public:
  explicit Cursor(std::string_view text);

  [[nodiscard]] const Token& token() const { return current_; }
  [[nodiscard]] bool at(Token::Kind kind) const { return current_.kind == kind; }
  /// An identifier equal to `word` (upper case) but for case.
  [[nodiscard]] bool at_keyword(std::string_view word) const;
  /// The first token after this one is `(`.
  [[nodiscard]] bool before_paren() const;

  void advance();
  /// Advances past a token of this kind; false, and nothing, if another stands here.
  bool take(Token::Kind kind);
  bool take_keyword(std::string_view word);

  /// `Syntax error; token: "=", near: "= = b"`: the token at hand, and it with its neighbours as
  /// written.
  [[nodiscard]] std::string syntax_error() const;

 private:
  [[nodiscard]] Token read(std::size_t from) const;
  [[nodiscard]] std::size_t end_of(const Token& token) const;

  std::string_view text_;
  Token current_;
  std::optional<Token> previous_;
};

}  // namespace dynatape::expression
