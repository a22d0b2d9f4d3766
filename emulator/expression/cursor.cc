#include "emulator/expression/cursor.h"

#include <algorithm>

namespace dynatape::expression {

namespace {

using Kind = Token::Kind;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

std::size_t count_while(std::string_view text, bool (*belongs)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

Kind punctuation(char c) {
  switch (c) {
    case '(':
      return Kind::left_paren;
    case ')':
      return Kind::right_paren;
    case '[':
      return Kind::left_bracket;
    case ']':
      return Kind::right_bracket;
    case ',':
      return Kind::comma;
    case '.':
      return Kind::dot;
    case '+':
      return Kind::plus;
    case '-':
      return Kind::minus;
    case '=':
      return Kind::eq;
    case '<':
      return Kind::lt;
    case '>':
      return Kind::gt;
    default:
      return Kind::unknown;
  }
}

/// The bytes of the UTF-8 character that begins here, so that an error never quotes half of one.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    ++length;
  }
  return length;
}

Token comparator(std::string_view text) {
  const char second = text.size() > 1 ? text[1] : '\0';
  if (text[0] == '<' && second == '>') return {Kind::ne, text.substr(0, 2)};
  if (text[0] == '<' && second == '=') return {Kind::le, text.substr(0, 2)};
  if (text[0] == '>' && second == '=') return {Kind::ge, text.substr(0, 2)};
  return {punctuation(text[0]), text.substr(0, 1)};
}

}  // namespace

Cursor::Cursor(std::string_view text) : text_(text), current_(read(0)) {}

Token Cursor::read(std::size_t from) const {
  std::string_view rest = text_.substr(from);
  rest.remove_prefix(count_while(rest, is_space));
  if (rest.empty()) return {Kind::end, rest};

  const char first = rest.front();
  if (is_letter(first)) return {Kind::identifier, rest.substr(0, count_while(rest, is_word))};
  if (is_digit(first)) return {Kind::digits, rest.substr(0, count_while(rest, is_digit))};
  if (first == '#' || first == ':') {
    const std::size_t length = count_while(rest.substr(1), is_word);
    if (length == 0) return {Kind::unknown, rest.substr(0, 1)};
    return {first == '#' ? Kind::name : Kind::value, rest.substr(0, 1 + length)};
  }
  if (first == '<' || first == '>') return comparator(rest);
  return {punctuation(first), rest.substr(0, character_length(rest))};
}

std::size_t Cursor::end_of(const Token& token) const {
  return static_cast<std::size_t>(token.text.data() - text_.data()) + token.text.size();
}

bool Cursor::at_keyword(std::string_view word) const {
  return current_.kind == Kind::identifier && current_.text.size() == word.size() &&
         std::ranges::equal(current_.text, word, {}, [](char c) {
           return static_cast<char>(c & ~0x20);  // ASCII letters to upper case
         });
}

bool Cursor::before_paren() const { return read(end_of(current_)).kind == Kind::left_paren; }

void Cursor::advance() {
  previous_ = current_;
  current_ = read(end_of(current_));
}

bool Cursor::take(Token::Kind kind) {
  if (current_.kind != kind) return false;
  advance();
  return true;
}

bool Cursor::take_keyword(std::string_view word) {
  if (!at_keyword(word)) return false;
  advance();
  return true;
}

std::string Cursor::syntax_error() const {
  const Token next = current_.kind == Kind::end ? current_ : read(end_of(current_));
  const char* from = previous_ ? previous_->text.data() : current_.text.data();
  const Token& last = current_.kind == Kind::end && previous_ ? *previous_
                      : next.kind == Kind::end                ? current_
                                                              : next;
  const auto length = static_cast<std::size_t>(last.text.data() + last.text.size() - from);

  std::string error = "Syntax error; token: \"";
  error += current_.kind == Kind::end ? std::string_view("<EOF>") : current_.text;
  error.append("\", near: \"").append(from, length) += '"';
  return error;
}

}  // namespace dynatape::expression
