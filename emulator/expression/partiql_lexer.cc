#include "emulator/expression/partiql_lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "emulator/expression/partiql_keywords.h"

namespace dynatape::expression::partiql {

namespace {

using Kind = Token::Kind;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
constexpr bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

/// The scale of a decimal literal (digits after the point less the exponent) and its exponent are
/// 32-bit integers in the service; a literal beyond them cannot be read.
bool readable_number(std::string_view text) {
  const std::size_t at = text.find_first_of("eE");
  if (at == std::string_view::npos) return true;
  const std::size_t point = text.substr(0, at).find('.');
  const auto fraction =
      point == std::string_view::npos ? 0 : static_cast<std::int64_t>(at - point - 1);
  std::string_view digits = text.substr(at + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int32_t exponent = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc{}) {
    return false;
  }
  const std::int64_t scale = fraction - exponent;
  return scale >= std::numeric_limits<std::int32_t>::min() &&
         scale <= std::numeric_limits<std::int32_t>::max();
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  bool run();
  std::vector<Token> tokens;

 private:
  struct Symbol {
    std::string_view text;
    Kind kind;
  };
  // A symbol stands before those it begins with.
  static constexpr auto kSymbols = std::to_array<Symbol>({
      {"<<", Kind::left_double_angle},
      {">>", Kind::right_double_angle},
      {"<=", Kind::infix},
      {"<>", Kind::infix},
      {">=", Kind::infix},
      {"!=", Kind::infix},
      {"||", Kind::infix},
      {"<", Kind::infix},
      {">", Kind::infix},
      {"=", Kind::infix},
      {"+", Kind::infix},
      {"-", Kind::infix},
      {"/", Kind::infix},
      {"%", Kind::infix},
      {"@", Kind::infix},
      {"(", Kind::left_paren},
      {")", Kind::right_paren},
      {"[", Kind::left_bracket},
      {"]", Kind::right_bracket},
      {"{", Kind::left_curly},
      {"}", Kind::right_curly},
      {":", Kind::colon},
      {",", Kind::comma},
      {".", Kind::dot},
      {"*", Kind::star},
      {";", Kind::semicolon},
      {"?", Kind::question_mark},
  });

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool before(std::string_view text) const {
    return text_.substr(at_).starts_with(text);
  }
  void advance(std::size_t bytes = 1);

  bool skip_space();
  bool number();
  void word();
  bool quoted(char quote, Kind kind);
  bool symbol();
  void add(Kind kind, std::string text);
  void merge_words();

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
  std::uint32_t characters_ = 0;  ///< passed in all
  Position start_;                ///< of the token at hand; length holds characters_ before it
};

void Lexer::advance(std::size_t bytes) {
  for (; bytes > 0; --bytes, ++at_) {
    const char c = text_[at_];
    const bool newline = c == '\n' || (c == '\r' && peek(1) != '\n');
    if (newline) {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && c != '\r') {
      ++column_;
    }
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++characters_;
  }
}

/// Spaces and comments; false for a block comment without an end.
bool Lexer::skip_space() {
  while (!at_end()) {
    if (is_space(peek())) {
      advance();
    } else if (before("--")) {
      while (!at_end() && peek() != '\n' && peek() != '\r') advance();
    } else if (before("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return false;
      advance(end + 2 - at_);
    } else {
      break;
    }
  }
  return true;
}

/// digits ["." digits] [e [sign] digits] | "." digits [e …]
bool Lexer::number() {
  const std::size_t from = at_;
  while (is_digit(peek())) advance();
  if (peek() == '.') {
    advance();
    while (is_digit(peek())) advance();
    if (peek() == '.' && text_[at_ - 1] == '.') return false;
  }
  if (peek() == 'e' || peek() == 'E') {
    advance();
    if (peek() == '+' || peek() == '-') advance();
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) advance();
  }
  const std::string_view text = text_.substr(from, at_ - from);
  if (!readable_number(text)) return false;
  add(Kind::number, std::string(text));
  return true;
}

void Lexer::word() {
  const std::size_t from = at_;
  while (is_name_part(peek())) advance();
  const std::string_view text = text_.substr(from, at_ - from);
  std::string lowered = lower(text);
  const std::optional<Kind> kind = word_kind(lowered);
  if (!kind) return add(Kind::identifier, std::string(text));
  add(*kind, std::string(canonical_word(lowered)));
  merge_words();
}

/// A doubled quote stands for one. False without an end.
bool Lexer::quoted(char quote, Kind kind) {
  std::string text;
  for (advance(); !at_end(); advance()) {
    if (peek() == quote) {
      if (peek(1) != quote) {
        advance();
        add(kind, std::move(text));
        return true;
      }
      advance();
    }
    text += peek();
  }
  return false;
}

bool Lexer::symbol() {
  const auto* const found =
      std::ranges::find_if(kSymbols, [&](const Symbol& each) { return before(each.text); });
  if (found == kSymbols.end()) return false;
  advance(found->text.size());
  add(found->kind, found->text == "!=" ? "<>" : std::string(found->text));
  return true;
}

void Lexer::add(Kind kind, std::string text) {
  const Position position{start_.line, start_.column, characters_ - start_.length};
  tokens.push_back({kind, std::move(text), position});
}

/// "not" "in" become one operator "not_in", "insert" "into" one keyword.
void Lexer::merge_words() {
  if (tokens.size() < 2) return;
  const Token& first = tokens[tokens.size() - 2];
  if (first.kind != Kind::infix && first.kind != Kind::keyword) return;
  const auto merged = merged_words(first.text, tokens.back().text);
  if (!merged) return;
  tokens.pop_back();
  tokens.back().kind = merged->kind;
  tokens.back().text = merged->text;
}

bool Lexer::run() {
  for (;;) {
    if (!skip_space()) return false;
    start_ = {line_, column_, characters_};
    if (at_end()) {
      add(Kind::end, {});
      return true;
    }
    const char c = peek();
    bool readable = true;
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      readable = number();
    } else if (is_name_start(c)) {
      word();
    } else if (c == '\'') {
      readable = quoted('\'', Kind::string);
    } else if (c == '"') {
      readable = quoted('"', Kind::quoted_identifier);
    } else {
      readable = symbol();
    }
    if (!readable) return false;
  }
}

}  // namespace

std::string to_string(const Position& position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column) + ":" +
         std::to_string(position.length);
}

model::ServiceError malformed(std::string_view detail) {
  return {model::ErrorType::validation,
          "Statement wasn't well formed, can't be processed: " + std::string(detail)};
}

model::Outcome<std::vector<Token>> tokenize(std::string_view statement) {
  Lexer lexer(statement);
  if (!lexer.run()) return std::unexpected(malformed(""));
  return std::move(lexer.tokens);
}

}  // namespace dynatape::expression::partiql
